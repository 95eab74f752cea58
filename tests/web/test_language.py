"""The panel's language is the person's: chosen anywhere, found again in every browser; before, it is the browser's."""

import pytest

from tests.web.house import Browser, House, browser, sign_in

HINDI, ENGLISH = '<html lang="hi">', '<html lang="en">'


async def test_it_follows_a_person_to_another_browser(house: House, doctor: Browser) -> None:
    assert ENGLISH in await (await doctor.get("/doctor")).text()
    await doctor.get("/language/hi")
    async with browser(house.deps()) as elsewhere:
        assert ENGLISH in await (await elsewhere.get("/login")).text()
        await sign_in(elsewhere, "asha", house.doctor.password)
        assert HINDI in await (await elsewhere.get("/doctor")).text()
        await elsewhere.get("/language/en")
    assert ENGLISH in await (await doctor.get("/doctor")).text()


async def test_what_was_chosen_before_signing_in_is_kept_for_who_has_not_chosen(house: House) -> None:
    for chosen, page in (("hi", HINDI), ("en", HINDI)):
        async with browser(house.deps()) as client:
            await client.get(f"/language/{chosen}")
            await sign_in(client, "meena", house.operator.password)
            assert page in await (await client.get("/operator")).text()


async def test_another_sites_link_changes_nobodys_language(house: House, doctor: Browser) -> None:
    await doctor.get("/language/hi", headers={"Sec-Fetch-Site": "cross-site"})
    async with house.clinic.ledger.read() as books:
        assert (await books.staff.doctor(house.doctor.doctor.id)).language is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://duravani.test/doctor/day", "/doctor/day"),
        ("http://duravani.test/doctor?signed=7", "/doctor?signed=7"),
        ("http://duravani.test/operator/search?q=a%20b", "/operator/search?q=a%20b"),
        ("http://duravani.test/login", "/login"),
        ("http://duravani.test/doctor/prescribe", "/"),  # a form was posted there
        ("http://duravani.test/nowhere", "/"),
        ("http://duravani.test//evil.test/login", "/"),
        ("http://duravani.test/language/hi", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
async def test_one_stays_where_one_was(doctor: Browser, before: str, after: str) -> None:
    answer = await doctor.get("/language/hi", headers={"Referer": before}, allow_redirects=False)
    assert answer.headers["Location"] == after
