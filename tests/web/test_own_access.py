"""One's own password and sessions: whoever can sign in changes them, with the password they have, and nobody else's."""

from datetime import timedelta

import pytest

from core.clinic.admin.renew_access import new_password
from core.clinic.hire import add_operator
from core.clinic.own_access import change_own_password
from core.clinic.sign_in import open_session, session_of, sign_in
from core.rules.pharmacy import Person
from core.rules.staff import StaffKind
from core.rules.staff_fields import BadField
from tests.web.administration import audited
from tests.web.house import Browser, House, press
from tests.web.house import session_of as browser_of

NEW = "rickshaw mango lamp seven"


async def somebody(house: House, kind: StaffKind) -> tuple[Person, str]:
    """And their password."""
    if kind is StaffKind.DOCTOR:
        return house.doctor.doctor, house.doctor.password
    if kind is StaffKind.PHARMACY:
        registered = await house.pharmacy()
        return registered.pharmacy, registered.password
    hired = await add_operator(house.clinic, login="kavita", name="Kavita", kind=kind)
    return hired.operator, hired.password


def change(current: str, new: str = NEW, again: str | None = None) -> dict[str, object]:
    return {"current": current, "new": new, "again": new if again is None else again}


@pytest.mark.parametrize("kind", StaffKind)
async def test_everybody_changes_their_own_and_is_signed_out_elsewhere(house: House, kind: StaffKind) -> None:
    person, password = await somebody(house, kind)
    elsewhere, _ = await open_session(house.clinic, person)
    async with browser_of(house, person) as here:
        assert '<a href="/password">Password</a>' in await (await here.get("/")).text()
        answer = await press(here, "/password", change(password))
        assert (answer.status, answer.headers["Location"]) == (303, "/password?done=changed")
        assert "Your password is changed." in await (await here.get("/password?done=changed")).text()
    assert await session_of(house.clinic, elsewhere) is None
    assert await sign_in(house.clinic, person.login, password) is None
    found = await sign_in(house.clinic, person.login, NEW)
    assert found is not None
    assert found.id == person.id
    assert (await audited(house, f"{kind}:{person.id}"))[0] == ("changed own password", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (change("wrong"), "This is not your password."),
        (change("", NEW), "This is not your password."),
        (change("{}", "short"), "at least 15 characters"),
        (change("{}", "duravani-asha-verma"), "easy to guess"),
        (change("{}", "{}"), "the password that you have"),
        (change("{}", NEW, f"{NEW}!"), "another one than above"),
    ],
)
async def test_a_refused_change_changes_nothing(
    house: House, doctor: Browser, fields: dict[str, str], said: str
) -> None:
    elsewhere, _ = await open_session(house.clinic, house.doctor.doctor)
    password = house.doctor.password
    answer = await press(doctor, "/password", {name: value.format(password) for name, value in fields.items()})
    assert answer.status == 422
    page = await answer.text()
    assert said in page
    assert NEW not in page
    assert await session_of(house.clinic, elsewhere) is not None
    assert await sign_in(house.clinic, "asha", password) is not None


async def test_a_password_that_was_reset_meanwhile_is_not_changed_with_the_old_one(house: House) -> None:
    _, me = await open_session(house.clinic, house.doctor.doctor)
    given = await new_password(house.clinic, me.person.id, "admin:9")
    with pytest.raises(BadField) as refused:
        await change_own_password(house.clinic, me, house.doctor.password, NEW)
    assert (refused.value.field, refused.value.reason) == ("current", "wrong")
    assert await sign_in(house.clinic, "asha", given) is not None


async def test_who_finds_a_browser_left_open_cannot_guess_for_long(house: House, doctor: Browser) -> None:
    statuses = [(await press(doctor, "/password", change("wrong"))).status for _ in range(10)]
    assert statuses == [422] * 10
    assert (await press(doctor, "/password", change(house.doctor.password))).status == 429
    fields = {"proof": house.doctor.password, "which": "all"}
    assert (await press(doctor, "/password/sessions", fields)).status == 429


async def test_ones_own_sessions_are_seen_and_others_ended(house: House, doctor: Browser) -> None:
    house.clock.advance(timedelta(hours=1))
    (first, one), (second, _), (third, _) = [await open_session(house.clinic, house.doctor.doctor) for _ in range(3)]
    stranger, theirs = await open_session(house.clinic, house.operator.operator)
    page = await (await doctor.get("/password")).text()
    assert page.count("Since 21 Nov 2026, 15:00") == 1
    assert page.count("Since 21 Nov 2026, 16:00") == 3
    assert page.count(">here<") == 1
    assert theirs.session.id_hash[:16] not in page

    which = one.session.id_hash[:16]
    assert (await press(doctor, "/password/sessions", {"proof": "wrong", "which": which})).status == 422
    assert await session_of(house.clinic, first) is not None
    for meant in (which, theirs.session.id_hash[:16]):
        fields = {"proof": house.doctor.password, "which": meant}
        assert (await press(doctor, "/password/sessions", fields)).status == 303
    assert [await session_of(house.clinic, secret) is not None for secret in (first, second, stranger)] == [
        False, True, True,
    ]  # fmt: skip
    await press(doctor, "/password/sessions", {"proof": house.doctor.password, "which": "all"})
    assert [await session_of(house.clinic, secret) for secret in (second, third)] == [None, None]
    assert await session_of(house.clinic, stranger) is not None
    page = await (await doctor.get("/password")).text()
    assert page.count("Since ") == 1
    assert "End all others" not in page
    deeds = await audited(house, f"doctor:{house.doctor.doctor.id}")
    assert [deed for deed in deeds if deed[0] == "ended own sessions"] == [
        ("ended own sessions", "2"), ("ended own sessions", "1"),
    ]  # fmt: skip
