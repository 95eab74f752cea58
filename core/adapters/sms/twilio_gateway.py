"""Sends SMS by Twilio's Programmable Messaging, with Twilio's own library.

India (T11): Twilio takes no DLT ids with a message. Header, entity and templates are registered with it once, and it
matches the text against them: so the body must be the registered template exactly, which `SmsTemplates` sees to, and
`smart_encoded` stays off, as it would change characters.
"""

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
from multidict import MultiMapping
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from core.ports import SmsDelayed, SmsRefused
from core.rules.sms import Sms

API = "https://api.twilio.com"
TIMEOUT = 15.0
"""Seconds for one request. The library ignores the time-out of its constructor, so it is ours to keep."""
STILL_ALIVE = 60.0
"""Seconds for which one look at the account counts, so that health checks cost no request each."""
BAD_REQUEST = 400


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """What Twilio knows us by."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    """A number or header we send from, or the id of a messaging service (`MG…`)."""
    status_callback: str
    """Our public URL for delivery receipts."""
    base_url: str = API


class TwilioGateway:
    """An open connection to Twilio; `async with` ends it. Fulfils `core.ports.SmsGateway`."""

    def __init__(self, account: TwilioAccount) -> None:
        """Must run inside the event loop: the library opens its HTTP session at once."""
        self._account = account
        self._http = _Http(account.base_url)
        self._client = Client(account.account_sid, account.auth_token, http_client=self._http)
        self._validator = RequestValidator(account.auth_token)
        self._alive_until = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the HTTP session."""
        await self._http.close()

    async def send(self, sms: Sms) -> str:
        """Twilio's id of the message (`SM…`). Raises `SmsRefused` for good, `SmsDelayed` to try again."""
        try:
            async with asyncio.timeout(TIMEOUT):
                message = await self._client.messages.create_async(
                    to=sms.mobile, body=sms.text, status_callback=self._account.status_callback, **self._sender()
                )
        except TwilioRestException as error:
            raise _failure(error) from error
        except (TwilioException, aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SmsDelayed(f"Twilio cannot be reached: {type(error).__name__}") from error
        return str(message.sid)

    async def alive(self) -> bool:
        """Whether the account answers."""
        now = asyncio.get_running_loop().time()
        if now < self._alive_until:
            return True
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._client.api.v2010.accounts(self._account.account_sid).fetch_async()
        except (TwilioException, aiohttp.ClientError, TimeoutError, ValueError):
            return False
        self._alive_until = now + STILL_ALIVE
        return True

    def signed(self, url: str, form: MultiMapping[str], signature: str) -> bool:
        """Whether a webhook's `X-Twilio-Signature` is right; `url` is the public one that Twilio called."""
        return bool(self._validator.validate(url, form, signature))

    def _sender(self) -> dict[str, str]:
        sender = self._account.sender
        return {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}


def _failure(error: TwilioRestException) -> SmsRefused | SmsDelayed:
    """400 is about this message (21211 no such number, 21610 said STOP, 21614 no mobile, 21617 too long …).

    All else is about the account, the rate or Twilio itself (401, 403, 404, 429, 5xx) and may be mended in time.
    """
    why = f"Twilio {error.status}, {error.code}: {error.msg}"
    return SmsRefused(why) if error.status == BAD_REQUEST else SmsDelayed(why)


class _Http(AsyncTwilioHttpClient):  # type: ignore[misc]
    """The library's HTTP client, able to talk to another place than Twilio's own."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url.rstrip("/")

    async def request(self, method: str, url: str, **options: Any) -> Any:
        """As the library's, with the base replaced."""
        return await super().request(method, url.replace(API, self._base_url, 1), **options)
