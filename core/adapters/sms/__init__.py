"""Ways out for an SMS: Twilio, an operator's SMPP, or the local outbox page."""

from core.adapters.sms.local_gateway import LocalGateway
from core.adapters.sms.smpp.gateway import SmppAccount, SmppGateway
from core.adapters.sms.twilio_gateway import TwilioAccount, TwilioGateway

__all__ = ["LocalGateway", "SmppAccount", "SmppGateway", "TwilioAccount", "TwilioGateway"]
