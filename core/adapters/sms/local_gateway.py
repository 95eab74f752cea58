"""No gateway at all: a sent message is one that stands on the local outbox page. The default of a fresh machine."""

from core.rules.sms import Sms


class LocalGateway:
    """Takes every message; fulfils `core.ports.SmsGateway`."""

    async def send(self, sms: Sms) -> str:
        """The outbox page shows it from now on as sent."""
        return f"local-{sms.id}"

    async def alive(self) -> bool:
        """Nothing that could be down."""
        return True
