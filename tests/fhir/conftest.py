"""FHIR R4's validator, once for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.fhir.r4_validator import R4, r4_validator


@pytest.fixture(scope="session")
def r4() -> Iterator[R4]:
    with r4_validator() as validator:
        yield validator
