"""What a password that somebody chooses for themselves must be: long, and not what a guesser tries first (ASVS 6.2)."""

from collections.abc import Iterable

from core.rules.staff_fields import BadField

SHORTEST = 15
"""Characters, of whatever kind: four words are easier to keep than eight strange signs, and harder to guess."""
LONGEST = 256
_REMAIN = 8
"""Characters that must be left when everything that can be guessed is taken out."""
_GUESSED = (
    "password", "passwort", "welcome", "iloveyou", "letmein", "sunshine", "princess", "football", "cricket", "dragon",
    "monkey", "master", "login", "admin", "doctor", "operator", "pharmacy", "hospital", "clinic", "krishna", "jaihind",
    "bharat", "india", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwerty", "asdf", "1q2w3e4r", "abcdefghijklmnopqrstuvwxyz",
    "abcd", "12345678901234567890", "123456789", "123456", "12345", "1234", "0000", "1111",
)  # fmt: skip
"""What stands in the lists of passwords that are tried first, the longer before the shorter of its kind."""


def check_password(password: str, about: Iterable[str]) -> None:
    """Raises `BadField` (`short`, `long`, `guessable`). `about`: the login, names: what others know of its owner."""
    if len(password) < SHORTEST:
        raise BadField("new", "short", f"must have at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise BadField("new", "long", f"must have at most {LONGEST} characters")
    left = password.casefold()
    known = sorted({word for text in about for word in text.casefold().split() if len(word) > 2}, key=len, reverse=True)
    for guess in (*known, *_GUESSED):
        left = left.replace(guess, "")
    if len(left) < _REMAIN or len(set(left)) < _REMAIN // 2:
        raise BadField(
            "new", "guessable", "must not be made of names, well-known passwords or one sign again and again"
        )
