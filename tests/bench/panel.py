"""The doctors' browsers, reduced to the one button that counts: closing a case."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import aiohttp

from tests.bench.house import House, Physician


class CannotClose(Exception):
    """There is no case to close, or the panel would not."""


class Panel:
    """All browsers of one house."""

    def __init__(self, house: House, session: aiohttp.ClientSession) -> None:
        self._house, self._session = house, session

    @classmethod
    @asynccontextmanager
    async def open(cls, house: House) -> AsyncIterator[Self]:
        """While the block runs."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield cls(house, session)

    async def case_of(self, physician: Physician) -> int:
        """The consultation that is open before this doctor (which the real page shows). Raises CannotClose."""
        async with self._house.clinic.ledger.read() as books:
            case = await books.consultations.open_of_doctor(physician.doctor.id)
        if case is None:
            raise CannotClose(f"{physician.doctor.login} has no patient")
        return case.id

    async def close_case(self, physician: Physician, case: int) -> None:
        """Press "close" (S18). Raises CannotClose."""
        form = {"csrf": physician.csrf, "reason": "not_needed", "note": "", "consultation": str(case)}
        cookie = {"Cookie": f"duravani={physician.cookie}"}
        address = f"{self._house.url}/doctor/close"
        async with self._session.post(address, data=form, headers=cookie, allow_redirects=False) as answer:
            if answer.status != 303:
                raise CannotClose(f"{physician.doctor.login}: HTTP {answer.status}")

    async def holding(self) -> int:
        """How many callers hold the line, as /metrics tells."""
        async with self._session.get(f"{self._house.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        values = [line.split()[-1] for line in lines if "holding" in line and not line.startswith("#")]
        return int(float(values[0])) if values and values[0] != "NaN" else 0
