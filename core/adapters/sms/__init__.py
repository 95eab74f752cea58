"""Ways out for an SMS: an operator's SMPP, the local outbox page; and `twilio_gateway`, imported by who uses it."""

from core.adapters.sms.local_gateway import LocalGateway
from core.adapters.sms.smpp.gateway import SmppAccount, SmppGateway

__all__ = ["LocalGateway", "SmppAccount", "SmppGateway"]
