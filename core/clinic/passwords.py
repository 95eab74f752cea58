"""Passwords of people: argon2id hashes (RFC 9106), made and checked in threads, and random passwords to hand out."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password fits, as costly as a real one: checked for unknown logins, so that they take as long."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that reads like something else when it is copied by hand."""


async def hashed(password: str) -> str:
    """The argon2id hash to keep; about 50 ms of CPU and 64 MB, in a thread."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def fits(password: str, password_hash: str | None) -> bool:
    """Whether this is the password. `None` (no such person) is never right and takes as long as a wrong password."""
    return await asyncio.to_thread(_fits, password, password_hash or _NOBODY)


def _fits(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def random_password(groups: int = 4) -> str:
    """Groups of four easily read characters, 19.8 bits each: `k7mp-9xwd-3hqt-v2rn`."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(groups))
