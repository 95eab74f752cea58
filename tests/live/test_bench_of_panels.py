"""The measurement of how soon panels show what happens still measures (`python -m tests.bench.panels`)."""

import pytest

from tests.bench.panels import bench, report

pytestmark = pytest.mark.live


@pytest.mark.parametrize(("tabs", "calls"), [(0, 0), (1, 2)], ids=["nobody-talks", "a-page-and-a-phone-without-one"])
async def test_every_change_is_seen_by_the_doctor_and_every_token_by_all(tabs: int, calls: int) -> None:
    found = await bench(panels=4, tabs=tabs, calls=calls, seconds=4)
    assert sum(map(len, found.times.values())) - len(found.times["others'"]) == found.changes > 0
    assert len(found.times["others'"]) % (4 - tabs) == 0
    assert "p99" in report(found)
    assert len(found.verified) == (3 if calls else 0)
