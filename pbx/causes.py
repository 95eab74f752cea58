"""Q.850 causes: what they mean for a conversation.

https://docs.asterisk.org/Configuration/Miscellaneous/Hangup-Cause-Mappings/
"""

NORMAL = 16
NETWORK_FAILED = 38

_REASONS = {17: "busy", 18: "timeout", 19: "timeout", 21: "refused"}


def reason(cause: int) -> str:
    """Why a phone that was rung did not answer: `busy`, `timeout`, `refused`, or `unreachable` for all the rest."""
    return _REASONS.get(cause, "unreachable")
