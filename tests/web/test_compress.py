"""Pages and static files go out compressed to whoever accepts it, and are the same when unpacked."""

import gzip

import pytest

from tests.web.house import Browser

GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("address", ["/operator", "/static/panel.css"])
async def test_text_is_compressed_for_who_accepts_it(operator: Browser, address: str) -> None:
    async with operator.get(address, headers={"Accept-Encoding": "identity"}) as plain:
        assert "Content-Encoding" not in plain.headers
        body = await plain.read()
    async with operator.get(address, headers=GZIP, auto_decompress=False) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        small = await packed.read()
    assert len(small) < len(body) / 2
    assert gzip.decompress(small) == body


async def test_events_and_small_answers_are_left_alone(operator: Browser) -> None:
    for address in ("/events", "/healthz"):
        async with operator.get(address, headers=GZIP) as answer:
            assert "Content-Encoding" not in answer.headers
