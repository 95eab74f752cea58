"""SMS texts and DLT ids (T11): what is changed goes out from the next SMS on; what would break one is refused."""

import pytest

from config.settings import load_settings
from core.adapters.sms import LocalGateway
from core.clinic.admin.change_setting import change_setting, changes
from core.clinic.admin.renew_policy import renew_policy
from core.clinic.send_sms import queue_sms, send_due_sms
from core.rules.sms import Sms
from house.configuration import FileConfiguration
from tests.web.administration import audited, kept
from tests.web.house import Browser, House, press

MOBILE = "+919876543210"
KEY = "sms.token_cancelled.en.text"
PLACE = {"key": "token_cancelled", "language": "en"}
WORDS = "{clinic_name}: token {token} is off. Ring us any time."
REGISTERED = {**PLACE, "text": WORDS, "dlt_id": "1107160000000012345"}


class Tray(LocalGateway):
    """A gateway that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[Sms] = []

    async def send(self, sms: Sms) -> str:
        self.sent.append(sms)
        return await super().send(sms)


async def queue(house: House, cause: str) -> None:
    async with house.clinic.ledger.write() as books:
        await queue_sms(books, house.clinic, cause, MOBILE, "token_cancelled", "en", token="4711")


async def test_a_changed_text_is_what_is_sent_from_then_on(house: House, admin: Browser) -> None:
    await queue(house, "before")
    answer = await press(admin, "/admin/sms", REGISTERED)
    assert (answer.status, answer.headers["Location"]) == (303, "/admin/sms?done=set#token_cancelled-en")
    await queue(house, "after")
    tray = Tray()
    await send_due_sms(house.clinic, tray)
    before, after = sorted(tray.sent, key=lambda sms: sms.id)
    assert (after.text, after.dlt_template_id) == (
        "Duravani: token 4711 is off. Ring us any time.",
        "1107160000000012345",
    )
    assert before.text == "Duravani: token 4711 is cancelled as you asked. Call again whenever you need a doctor."
    assert before.dlt_template_id == "PLACEHOLDER-0501"


async def test_who_changed_a_text_is_known_and_it_goes_back_to_the_file(house: House, admin: Browser) -> None:
    await press(admin, "/admin/sms", REGISTERED)
    ((action, detail),) = await audited(house, f"setting:{KEY}")
    assert (action, detail) == ("set", f"as in the files -> {WORDS}")
    assert {change.by for change in await changes(house.clinic)} == {"admin:3"}
    for part in ("text", "dlt_id"):
        assert (await press(admin, "/admin/sms/restore", {**PLACE, "part": part})).status == 303
    assert await changes(house.clinic) == []
    template = house.clinic.sms.of("token_cancelled", "en")
    assert (template.text[:24], template.dlt_id) == ("Duravani: token {token} ", "PLACEHOLDER-0501")
    again = await press(admin, "/admin/sms/restore", {**PLACE, "part": "text"})
    assert again.status == 422
    assert "Nothing was changed here" in await again.text()


async def test_it_survives_a_restart(house: House, admin: Browser) -> None:
    await press(admin, "/admin/sms", REGISTERED)
    changed = await kept(house)
    _, sms = FileConfiguration(load_settings(home=house.home), changed).in_force(changed)
    assert sms.fill("token_cancelled", "en", token="4711") == (
        "Duravani: token 4711 is off. Ring us any time.", "1107160000000012345"
    )  # fmt: skip


async def test_what_is_as_before_is_not_written(house: House, admin: Browser) -> None:
    template = house.clinic.sms.of("token_cancelled", "en")
    assert (await press(admin, "/admin/sms", {**REGISTERED, "text": template.written})).status == 303
    assert [change.key for change in await changes(house.clinic)] == ["sms.token_cancelled.en.dlt_id"]


@pytest.mark.parametrize(
    ("key", "text", "english", "hindi"),
    [
        ("token_cancelled", "It is off.", "{token} is missing", "{token} नहीं है"),
        ("token_cancelled", "{token} {link}", "{link} is not known here", "{link} यहाँ नहीं चलेगा"),
        ("token_cancelled", "{token} {", "stands alone", "अकेला"),
        ("token_cancelled", "“{token}” – off", "twice as dear: “ ” –", "दोगुना महँगा होगा: “ ” –"),
        ("token_cancelled", "{token}" + "x" * 320, "in 3 parts; 2 are allowed", "3 हिस्सों में जाएगा; 2 तक"),
        ("token_cancelled", "{token}\noff", "one line of at most 700 characters", "एक ही लाइन में लिखें, 700 अक्षर तक"),
        ("prescription", "https://example.org/p/{link} {code}", "{public_url} is missing", "{public_url} नहीं है"),
    ],
)
async def test_a_text_that_would_break_an_sms_is_refused_at_its_field(
    house: House, admin: Browser, key: str, text: str, english: str, hindi: str
) -> None:
    before = house.clinic.sms.of(key, "en")
    for language, said in (("en", english), ("hi", hindi)):
        await admin.get(f"/language/{language}")
        answer = await press(admin, "/admin/sms", {**REGISTERED, "key": key, "text": text})
        page = await answer.text()
        assert answer.status == 422
        at_field = page.partition(f'id="sms.{key}.en.text-problem">')[2].partition("</p>")[0]
        assert said in at_field
        assert page.count('aria-invalid="true"') == 1
    await renew_policy(house.clinic)
    assert house.clinic.sms.of(key, "en") == before  # its id, which was good, neither
    assert await changes(house.clinic) == []


async def test_hindi_is_counted_in_its_own_alphabet(house: House, admin: Browser) -> None:
    fields = {"key": "token_cancelled", "language": "hi", "dlt_id": "1"}
    said = "{clinic_name}: टोकन {token} रद्द। "
    for length, status in ((80, 303), (120, 422)):  # two parts of 67 letters; in the GSM alphabet both would fit
        answer = await press(admin, "/admin/sms", {**fields, "text": said + "क" * length})
        assert answer.status == status
    assert "3 parts; 2 are allowed" in await answer.text()


async def test_letters_are_joined_as_their_writer_wants(house: House, admin: Browser) -> None:
    fields = {"key": "token_cancelled", "language": "hi", "dlt_id": "1", "text": "{token} क्\u200dष"}
    assert (await press(admin, "/admin/sms", fields)).status == 303
    assert house.clinic.sms.fill("token_cancelled", "hi", token="4711")[0] == "4711 क्\u200dष"


@pytest.mark.parametrize("dlt_id", ["x y", "", "आईडी", "1" * 41])
async def test_what_is_no_id_is_refused_and_the_text_with_it(house: House, admin: Browser, dlt_id: str) -> None:
    answer = await press(admin, "/admin/sms", {**REGISTERED, "dlt_id": dlt_id})
    assert answer.status == 422
    page = await answer.text()
    assert "letters, digits and hyphens" in page.partition('id="sms.token_cancelled.en.dlt_id-problem">')[2][:80]
    assert WORDS in page  # what was typed is still there
    assert await changes(house.clinic) == []


async def test_a_template_that_there_is_not(house: House, admin: Browser) -> None:
    for place in ({"key": "nothing"}, {"language": "ta"}):
        assert (await press(admin, "/admin/sms", {**REGISTERED, **place})).status == 400
        assert (await press(admin, "/admin/sms/restore", {**PLACE, **place, "part": "text"})).status == 400


async def test_a_longer_name_of_the_clinic_must_fit_the_changed_texts_too(house: House, admin: Browser) -> None:
    tight = "{clinic_name}: {token} " + "x" * (306 - len("Duravani:  ") - 6)
    assert (await press(admin, "/admin/sms", {**REGISTERED, "text": tight})).status == 303
    answer = await press(admin, "/admin/settings", {"key": "clinic_name", "value": "Duravani Delhi"})
    assert answer.status == 422
    assert "some SMS would be longer" in await answer.text()
    assert (await press(admin, "/admin/settings", {"key": "clinic_name", "value": "Asha"})).status == 303


async def test_a_text_that_fits_only_the_changed_name_is_in_force_after_the_start(house: House) -> None:
    tight = "{clinic_name}: {token} " + "x" * (306 - len("Asha:  ") - 6)
    changed = {"clinic_name": "Asha", KEY: tight}
    _, sms = FileConfiguration(load_settings(home=house.home), changed).in_force(changed)
    assert sms.fill("token_cancelled", "en", token="4711")[0].startswith("Asha: 4711 xxx")


async def test_a_text_that_the_files_rules_no_longer_take_is_left_out(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    changed = {KEY: "{token} {gone}"}
    _, sms = FileConfiguration(load_settings(home=house.home), changed).in_force(changed)
    assert "is cancelled as you asked" in sms.fill("token_cancelled", "en", token="4711")[0]
    assert KEY in caplog.text


async def test_every_text_shows_what_is_filled_in_and_what_it_costs(house: House, admin: Browser) -> None:
    await change_setting(house.clinic, KEY, WORDS, "admin:3")
    page = await (await admin.get("/admin/sms")).text()
    one = page.partition('id="token_cancelled-en"')[2].partition("</li>")[0]
    assert "{token} (up to 6 characters)" in one
    assert "At its longest 1 of 2 paid parts, GSM-7." in one
    assert "Duravani: token {token} is off." in one
    assert "admin:3" in one
