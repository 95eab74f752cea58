"""The telephones of one of our people: in the browser, on the desk, outside; and which of them rings."""

from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumberFormat

from core.rules.staff import Doctor, Operator

BROWSER = "-web"
"""What the account of a browser phone ends with; no login does (`core.rules.staff_fields`)."""


def browser_account(account: str) -> str:
    """The account of the browser phone of whoever has this softphone."""
    return account + BROWSER


def owner_of(account: str) -> str:
    """The softphone's account of whoever has this phone, whichever of theirs it is."""
    return account.removesuffix(BROWSER)


def is_browser(account: str) -> bool:
    """Whether this phone lives in a page, and goes with it."""
    return account.endswith(BROWSER)


def phones_of(person: Doctor | Operator) -> tuple[str, str]:
    """Their accounts, in the order in which they are preferred."""
    return browser_account(person.account), person.account


def outside_number_of(person: Doctor | Operator) -> str | None:
    """A doctor may be rung by the trunk."""
    return person.outside_number if isinstance(person, Doctor) else None


def phone_to_ring(person: Doctor | Operator, online: Collection[str]) -> str:
    """The browser phone if it is registered, else the softphone if that is, else the outside number if there is one.

    An account, or a number that begins with `+`. `online` are the registered ones of `phones_of`.
    """
    registered = (account for account in phones_of(person) if account in online)
    return next(registered, None) or outside_number_of(person) or person.account


def can_be_rung(person: Doctor | Operator, online: Collection[str]) -> bool:
    """Whether anything would ring. Who has an outside number can always be rung."""
    return outside_number_of(person) is not None or any(account in online for account in phones_of(person))


def outside_number(typed: str) -> str | None:
    """What was typed as E.164, None for nothing. Raises `ValueError` for what is no number in India (T14)."""
    if not typed.strip():
        return None
    try:
        parsed = phonenumbers.parse(typed, "IN")
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"outside number {typed!r}: {error}") from error
    if parsed.country_code != 91 or not phonenumbers.is_valid_number(parsed):
        raise ValueError(f"outside number {typed!r}: must be a telephone number in India")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
