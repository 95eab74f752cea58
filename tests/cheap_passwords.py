"""Passwords of the tests' people are real argon2id hashes of the least cost there is, which is kept with each hash.

At the service's own cost (tests/web/test_sign_in.py) hashing was a sixth of what the fast tests do.
"""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """In this process; a program that tests start hashes at its own cost, and checks ours at ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.clinic.passwords._HASHER", CHEAP)
        patch.setattr("core.clinic.passwords._NOBODY", CHEAP.hash("nobody's"))
        yield
