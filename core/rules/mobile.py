"""Whose number is an Indian mobile: nobody else is sent an SMS or called back (T14)."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType


def indian_mobile(number: str) -> str | None:
    """The number as E.164, however it was dialled in India; None unless it is an Indian mobile."""
    if any(character.isalpha() for character in number):  # the library would read past letters, as in a SIP account
        return None
    try:
        parsed = phonenumbers.parse(number, "IN")
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code != 91 or phonenumbers.number_type(parsed) != PhoneNumberType.MOBILE:
        return None
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def is_indian_mobile(number: str) -> bool:
    """Whether this is the E.164 number of an Indian mobile."""
    return number != "" and indian_mobile(number) == number
