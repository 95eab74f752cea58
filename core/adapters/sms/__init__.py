"""Ways out for an SMS: Twilio, or the local outbox page."""

from core.adapters.sms.local_gateway import LocalGateway
from core.adapters.sms.twilio_gateway import TwilioAccount, TwilioGateway

__all__ = ["LocalGateway", "TwilioAccount", "TwilioGateway"]
