"""Telephone numbers, senders and the languages that callers are offered: changed here, in force from the next start."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.settings import CONFIG, Settings, load_settings
from config.tables import SMS
from core.clinic.admin.change_setting import change_setting
from core.clinic.admin.renew_policy import renew_policy
from core.rules.changes import BadChange
from house.configuration import FileConfiguration
from house.wiring import switch_config
from ivr.legs import MISSED, PATIENT, PHARMACY, STAFF
from tests.web.administration import audited, kept
from tests.web.house import Browser, House, press


async def started_again(house: House) -> Settings:
    """What holds at the next start."""
    return FileConfiguration(load_settings(home=house.home), await kept(house)).settings


async def put(admin: Browser, key: str, value: str) -> int:
    return (await press(admin, "/admin/settings", {"key": key, "value": value})).status


async def shown(admin: Browser, key: str) -> str:
    """What the page shows of one setting."""
    page = await (await admin.get("/admin/settings")).text()
    return page.partition(f'<label for="{key}">')[2].partition("</li>")[0]


async def test_numbers_are_changed_for_the_next_start(house: House, admin: Browser) -> None:
    for key, value in (
        ("patient_numbers", "104, 18001234567"), ("missed_call_numbers", "1055"), ("pharmacy_numbers", ""),
        ("staff_number", "200"), ("ambulance", "108"), ("trunk_number", "+911412345678"), ("call_backs_at_once", "7"),
    ):  # fmt: skip
        assert await put(admin, key, value) == 303
    settings = await started_again(house)
    told = switch_config(settings)
    assert told.lines == {"104": PATIENT, "18001234567": PATIENT, "1055": MISSED}
    assert told.account_lines == {"200": STAFF}
    assert told.trunk.from_user == "+911412345678"
    assert (settings.ambulance, settings.call_backs_at_once) == ("108", 7)


async def test_the_page_says_what_waits_and_what_holds_until_then(house: House, admin: Browser) -> None:
    assert "holds from the next start on" in await shown(admin, "clinic_name")
    assert "waits" not in await shown(admin, "patient_numbers")
    await put(admin, "patient_numbers", "104,1044")
    said = await shown(admin, "patient_numbers")
    assert "waits for the next start; until then: 104<" in said
    assert "In the files: 104." in said
    assert "admin:3" in said
    assert await audited(house, "setting:patient_numbers") == [("set", "as in the files -> 104,1044")]
    # It is started again.
    house.clinic.configuration = FileConfiguration(load_settings(home=house.home), await kept(house))
    assert "waits" not in await shown(admin, "patient_numbers")
    await press(admin, "/admin/settings/restore", {"key": "patient_numbers", "value": ""})
    assert "waits for the next start; until then: 104, 1044<" in await shown(admin, "patient_numbers")


async def test_two_numbers_change_places_one_after_the_other(house: House, admin: Browser) -> None:
    assert await put(admin, "patient_numbers", "105") == 422
    for key, value in (("missed_call_numbers", "1099"), ("patient_numbers", "105"), ("missed_call_numbers", "104")):
        assert await put(admin, key, value) == 303
    assert (await press(admin, "/admin/settings/restore", {"key": "patient_numbers", "value": ""})).status == 422
    assert switch_config(await started_again(house)).lines == {"105": PATIENT, "104": MISSED, "106": PHARMACY}


@pytest.mark.parametrize(
    ("account", "sender"),
    [
        (
            {"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "hush-hush", "twilio_from": "DURVNI"},
            "twilio_from",
        ),
        ({"smpp_host": "127.0.0.1", "smpp_system_id": "me", "smpp_sender": "DURVNI"}, "smpp_sender"),
    ],
)
async def test_who_sends_keeps_a_sender(house: House, admin: Browser, account: dict[str, Any], sender: str) -> None:
    house.clinic.configuration = FileConfiguration(load_settings(home=house.home, **account), {})
    answer = await press(admin, "/admin/settings", {"key": sender, "value": ""})
    assert answer.status == 422
    assert "it cannot be empty" in await answer.text()
    assert await put(admin, sender, "ASHA") == 303


async def test_no_secret_is_on_the_page(house: House, admin: Browser) -> None:
    secret = SecretStr("hush-hush")
    given: dict[str, Any] = {"twilio_auth_token": secret, "trunk_password": secret, "smpp_password": secret}
    house.clinic.configuration = FileConfiguration(
        load_settings(home=house.home, trunk_username="hush-hush", **given), {}
    )
    page = await (await admin.get("/admin/settings")).text()
    assert 'id="trunk_number"' in page
    assert "hush-hush" not in page
    for key in ("twilio_auth_token", "trunk_password", "database_url"):
        assert await put(admin, key, "x") == 400


async def test_numbers_that_no_longer_fit_the_files_are_left_out(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    files = load_settings(home=house.home, pharmacy_numbers=("1044",))
    started = FileConfiguration(files, {"patient_numbers": "104,1044", "ambulance": "108"}).settings
    assert (started.patient_numbers, started.ambulance) == (("104",), "")
    assert "patient_numbers" in caplog.text


# Languages


async def test_callers_are_offered_other_languages_from_the_next_start_on(house: House, admin: Browser) -> None:
    page = await (await admin.get("/admin/settings")).text()
    assert page.index("offered, place 1") < page.index("offered, place 2")
    assert 'name="value" value="en,hi"' in page  # English: earlier
    assert await put(admin, "languages", "en,hi") == 303
    assert house.clinic.policy.languages == ("hi", "en")
    settings = await started_again(house)
    assert settings.languages == ("en", "hi")
    assert [Path(sound).parts[-3] for sound in switch_config(settings).apology] == ["en", "hi"]


async def test_who_chose_a_language_that_is_withdrawn_still_gets_it(house: House, admin: Browser) -> None:
    assert await put(admin, "languages", "hi") == 303
    house.clinic.configuration = FileConfiguration(load_settings(home=house.home), await kept(house))
    await renew_policy(house.clinic)
    assert house.clinic.policy.languages == ("hi",)
    assert house.clinic.policy.known_languages == ("hi", "en")
    assert house.clinic.sms.fill("token_cancelled", "en", token="4711")
    page = await (await admin.get("/admin/settings")).text()
    assert "not offered" in page
    assert 'name="value" value="hi,en"' in page  # offer it again
    assert page.count("Do not offer") == 0  # the last one


def tamil(folder: Path, *, whole: bool) -> None:
    """Prompts of a third language: the English ones under its name, all of them or all but one."""
    text = (CONFIG / "prompts" / "en.toml").read_text("utf-8").replace('code = "en"', 'code = "ta"')
    lines = [line for line in text.splitlines() if whole or not line.startswith("welcome_back =")]
    (folder / "ta.toml").write_text("\n".join(lines), "utf-8")


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    folder = tmp_path / "own-prompts"
    folder.mkdir()
    for code in ("hi", "en"):
        (folder / f"{code}.toml").symlink_to(CONFIG / "prompts" / f"{code}.toml")
    return folder


async def test_a_language_that_lacks_something_is_not_offered_and_the_page_says_what(
    house: House, admin: Browser, prompts: Path
) -> None:
    tamil(prompts, whole=False)
    house.clinic.configuration = FileConfiguration(load_settings(home=house.home, prompts=prompts), {})
    page = await (await admin.get("/admin/settings")).text()
    row = page.partition('<strong lang="ta">')[2].partition("</ul>")[0]
    assert "sentences for the telephone: <code>welcome_back</code>" in row
    assert "SMS texts: <code>token</code>" in row
    assert "words for web pages" in row
    assert 'value="hi,en,ta"' not in page
    answer = await press(admin, "/admin/settings", {"key": "languages", "value": "hi,en,ta"})
    assert answer.status == 422
    assert "The language ta is not complete" in await answer.text()


async def test_a_language_that_lacks_only_sounds(house: House, admin: Browser, prompts: Path, tmp_path: Path) -> None:
    tamil(prompts, whole=True)
    given: dict[str, Any] = {"prompts": prompts, "sms": texts_in(tmp_path, "ta"), "build": tmp_path / "built"}
    house.clinic.configuration = FileConfiguration(load_settings(home=house.home, **given), {})
    lacks = {each.code: each.lacks for each in house.clinic.configuration.languages()}
    assert lacks["hi"] == lacks["en"] == {}
    assert [*lacks["ta"]] == ["sounds", "pages"]  # paper and doses it has
    with pytest.raises(BadChange, match="ta is not complete: sounds ta/"):
        await change_setting(house.clinic, "languages", "hi,ta", "admin:3")


async def test_a_language_that_is_whole_is_offered(
    house: House, admin: Browser, prompts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamil(prompts, whole=True)
    monkeypatch.setattr("house.languages.FOLDER", tmp_path / "words")
    (tmp_path / "words" / "ta").mkdir(parents=True)
    given: dict[str, Any] = {"prompts": prompts, "sms": texts_in(tmp_path, "ta"), "build": tmp_path / "built"}
    settings = load_settings(home=house.home, **given)
    house.clinic.configuration = FileConfiguration(settings, {})
    ((_, stems),) = {each.code: each.lacks for each in house.clinic.configuration.languages()}["ta"].items()
    for stem in stems:
        sound = settings.build / "prompts" / f"{stem}.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        sound.write_bytes(bytes(400))
    assert 'name="value" value="hi,en,ta"' in await (await admin.get("/admin/settings")).text()
    assert await put(admin, "languages", "ta,hi") == 303
    changed = await kept(house)
    policy, sms = FileConfiguration(settings, changed).in_force(changed)
    assert (policy.languages, policy.known_languages) == (("ta", "hi"), ("ta", "hi", "en"))
    assert sms.fill("token_cancelled", "ta", token="4711")
    sound.unlink()
    assert FileConfiguration(settings, changed).settings.languages == ("hi", "en")  # it starts, without that language


def texts_in(folder: Path, language: str) -> Path:
    """The SMS texts of the house, and the English ones once more as this language's."""
    path, again = folder / "sms.toml", []
    for key, texts in tomllib.loads(SMS.read_text("utf-8")).items():
        one = texts["en"]
        longest = ", ".join(f"{name} = {most}" for name, most in one.get("longest", {}).items())
        again.append(
            f'[{key}.{language}]\ndlt_id = "{one["dlt_id"]}-{language}"\nsegments = {one["segments"]}\n'
            f"longest = {{ {longest} }}\ntext = '''{one['text']}'''\n"
        )
    path.write_text(SMS.read_text("utf-8") + "\n" + "\n".join(again), "utf-8")
    return path
