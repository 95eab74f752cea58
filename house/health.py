"""Whether the processes of this house fare well, role by role: `duravani health`, for container engines, monitors."""

from collections.abc import Mapping

from redis.exceptions import RedisError

from config.settings import Settings
from house.status import NotServing, read_status
from house.vitals import Silent, open_vitals, sign_of
from house.wiring import switch_config
from pbx.access_file import AccessFile
from pbx.ari import Ari, AriError
from pbx.pulse import answers

SIP_SECONDS = 5.0
"""Within which Asterisk must answer whoever rings."""


async def read_health(settings: Settings, role: str) -> Mapping[str, bool]:
    """By part: whether it works. Raises `NotServing` when the process with this role says nothing at all.

    `switch` is asked itself and `web` by HTTP (/healthz); the others are known by their signs of life in Redis.
    """
    if role == "switch":
        return await _asterisk(settings)
    if role == "web" or not settings.redis_url:
        parts = (await read_status(settings))["health"]
        return {part: told == "ok" for part, told in parts.items() if part != "status"}
    try:
        async with open_vitals(settings.redis_url) as vitals:
            return (await sign_of(vitals, role)).health
    except (Silent, RedisError) as error:
        raise NotServing(str(error)) from error


async def _asterisk(settings: Settings) -> Mapping[str, bool]:
    try:
        access = AccessFile(settings.home).read()
        async with Ari(lambda: (access.http_port, access.ari_secret), lambda _: None, _nothing) as ari:
            await ari.get("asterisk", "ping")
    except (OSError, AriError) as error:
        raise NotServing(f"no Asterisk answers in {settings.home}: {error}") from error
    return {"asterisk": True, "sip": await answers(switch_config(settings), SIP_SECONDS)}


async def _nothing() -> None:
    """We do not listen to its events."""
