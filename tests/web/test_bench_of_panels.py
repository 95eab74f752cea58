"""The measurement of how soon panels show what happens still measures (`python -m tests.bench.panels`)."""

from tests.bench.panels import bench, report


async def test_every_change_is_seen_by_the_doctor_and_every_token_by_all() -> None:
    times, changes, share = await bench(panels=4, tabs=0, seconds=4)
    assert len(times["own"]) == changes > 0
    assert len(times["others'"]) % 4 == 0
    assert "p99" in report(times, changes, share)
