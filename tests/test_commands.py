"""The administration from the command line: what it changes, what it refuses, what it prints."""

import re
import shutil
import wave
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from main import FAILED, OK, USAGE, run
from tests.command_line import DOCTOR, assert_helps, own_home

__all__ = ["own_home"]  # a fixture
COMMANDS: tuple[list[str], ...] = (
    *(["doctor", name] for name in ("change", "verify", "suspend", "password", "phone", "sign-out", "leave")),
    *(["pharmacy", name] for name in ("add", "list", "change", "verify", "suspend", "pin", "password", "leave")),
    *(["operator", name] for name in ("list", "change", "password", "leave")),
    *(["opd", *name] for name in ([], ["list"], ["set"], ["add"], ["rename"], ["speak"], ["retire"], ["open"])),
    *(["roster", *name] for name in ([], ["add"], ["drop"], ["import"], ["export"], ["absent"])),
    ["prompts", "list"], ["prompts", "record"], ["prompts", "unrecord"], ["sms", "texts"],
    ["sms", "text"], ["sms", "id"], ["set"], ["audit"], ["prescribe", "check"], ["prescribe", "rules"],
    ["prescribe", "void"],
    *(["api-client", name] for name in ("add", "list", "revoke")),
    *(["formulary", name] for name in ("export", "import", "versions", "use")),
)  # fmt: skip


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first command: with its tables and keys, and without anybody."""
    folder = tmp_path_factory.mktemp("settled")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DURAVANI_HOME", str(folder / "home"))
        assert run(["doctor", "list"]) == OK
    return folder / "home"


@pytest.fixture(autouse=True)
def _home(own_home: None, settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(settled, tmp_path / "home")
    monkeypatch.setenv("DURAVANI_BUILD", str(tmp_path / "build"))
    monkeypatch.setenv("DURAVANI_VOICES", str(tmp_path / "voices"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_everywhere(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert_helps(command, capsys)


def test_a_pharmacys_life(capsys: pytest.CaptureFixture[str]) -> None:
    shop = ("--name", "Jan Aushadhi", "--licence", "RJ-20B-1", "--authority", "Drugs Control", "--phone")
    assert run(["pharmacy", "add", "jan-aushadhi", *shop, "0141 2345678"]) == OK
    told = capsys.readouterr().out
    assert re.search(r"/login, password \S{19}\n  by telephone from \+911412345678: PIN \d{6}\n", told)
    assert run(["pharmacy", "add", "another", *shop, "+911412345678"]) == FAILED
    assert run(["pharmacy", "add", "another", *shop, "12"]) == FAILED
    assert run(["pharmacy", "verify", "jan-aushadhi", "--note", "register of 2026"]) == OK
    run(["pharmacy", "list"])
    assert "RJ-20B-1, Drugs Control\t+911412345678\tverified" in capsys.readouterr().out
    assert run(["pharmacy", "pin", "jan-aushadhi"]) == OK
    assert re.fullmatch(r"jan-aushadhi: PIN \d{6}\n", capsys.readouterr().out)
    assert run(["pharmacy", "change", "jan-aushadhi", "--phone", "9812345670"]) == OK
    assert run(["pharmacy", "suspend", "jan-aushadhi"]) == OK
    assert run(["operator", "change", "jan-aushadhi", "--name", "Somebody"]) == FAILED
    assert run(["doctor", "phone", "jan-aushadhi"]) == FAILED
    assert run(["pharmacy", "leave", "jan-aushadhi"]) == OK
    assert run(["pharmacy", "verify", "jan-aushadhi"]) == FAILED
    run(["pharmacy", "list"])
    assert capsys.readouterr().out == ""


def test_a_doctors_working_life(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "add", "dr-rao", *DOCTOR, "--unverified"]) == OK
    run(["doctor", "list"])
    assert "general,speciality in hi,en\tunverified" in capsys.readouterr().out
    assert run(["doctor", "verify", "dr-rao", "--note", "register of 2026"]) == OK
    assert run(["doctor", "change", "dr-rao", "--opds", "general", "--outside", "+919812345678"]) == OK
    run(["doctor", "list"])
    assert "general in hi,en\tverified" in capsys.readouterr().out
    assert run(["doctor", "change", "dr-rao", "--languages", "xx"]) == FAILED
    assert "choose from hi, en" in capsys.readouterr().err
    assert run(["doctor", "password", "dr-rao"]) == OK
    assert "password " in capsys.readouterr().out
    assert run(["doctor", "phone", "dr-rao"]) == OK
    assert "softphone user doctor-dr-rao" in capsys.readouterr().out
    assert run(["doctor", "sign-out", "dr-rao"]) == OK
    assert run(["doctor", "suspend", "dr-rao"]) == OK
    assert run(["doctor", "leave", "dr-rao"]) == OK
    run(["doctor", "list"])
    assert capsys.readouterr().out == ""
    assert run(["doctor", "verify", "dr-rao"]) == FAILED
    assert "nobody who works here, or is registered, has the login 'dr-rao'" in capsys.readouterr().err


def test_the_last_administrator_does_not_leave(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["operator", "add", "sunil", "--name", "Sunil", "--kind", "admin"]) == OK
    assert "admin sunil: panel " in capsys.readouterr().out
    assert run(["operator", "leave", "sunil"]) == FAILED
    assert "last administrator" in capsys.readouterr().err
    assert run(["operator", "add", "meena", "--name", "Meena"]) == OK
    assert run(["operator", "change", "meena", "--kind", "admin"]) == OK
    assert run(["operator", "leave", "sunil"]) == OK
    capsys.readouterr()
    run(["operator", "list"])
    assert capsys.readouterr().out == "meena\tMeena\tadmin\tSIP operator-meena\n"


def test_a_roster_with_bad_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = date.today() + timedelta(days=3)
    run(["doctor", "add", "dr-rao", *DOCTOR])
    file = tmp_path / "roster.csv"
    file.write_text(f"login,date,from,to,opd\ndr-rao,{day},09:00,15:00,general\nnobody,{day},09:00,15:00,general\n")
    capsys.readouterr()
    assert run(["roster", "import", str(file), "--dry-run"]) == FAILED
    said = capsys.readouterr()
    assert said.out == "lines that would be taken: 1, refused: 1\n"
    assert said.err == f"line 3: no_such_login (nobody): nobody,{day},09:00,15:00,general\n"
    assert run(["roster", "import", str(file)]) == FAILED
    capsys.readouterr()
    assert run(["roster", "export"]) == OK
    assert capsys.readouterr().out.splitlines() == ["login,date,from,to,opd", f"dr-rao,{day},09:00,15:00,general"]
    assert run(["roster", "absent"]) == OK
    assert run(["roster", "import", "no-such-file"]) == FAILED
    file.write_text(f"LOGIN;date;from;to;opd\n12345;{day:%d/%m/%Y};9.00;3 pm;सामान्य ओपीडी\n", "utf-16")
    assert run(["roster", "import", str(file)]) == FAILED
    assert f"line 2: known ({day} 09:00-15:00)" in capsys.readouterr().err
    assert run(["roster", "add", "dr-rao", f"{day:%d-%m-%Y}", "4 pm", "5 pm", "speciality opd"]) == OK


def test_a_single_duty_comes_and_goes(capsys: pytest.CaptureFixture[str]) -> None:
    day = str(date.today() + timedelta(days=3))
    run(["doctor", "add", "dr-rao", *DOCTOR])
    turn = ("dr-rao", day, "20:00", "08:00", "general")
    assert run(["roster", "add", *turn]) == OK
    capsys.readouterr()
    assert run(["roster", "add", *turn]) == FAILED
    assert "known" in capsys.readouterr().err
    assert run(["roster", "add", "nobody", *turn[1:]]) == FAILED
    assert run(["roster", "drop", "dr-rao", day, "21:00"]) == FAILED
    assert f"dr-rao has no duty that begins on {day} at 21:00" in capsys.readouterr().err
    assert run(["roster", "drop", "nobody", day, "20:00"]) == FAILED
    assert run(["roster", "drop", "dr-rao", day, "20:00"]) == OK
    capsys.readouterr()
    run(["roster", "export"])
    assert capsys.readouterr().out.splitlines() == ["login,date,from,to,opd"]


def test_hours_limits_and_ids_are_changed_and_go_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["opd", "set", "general", "sun", "closed"]) == OK
    assert run(["opd", "set", "general", "2027-01-26", "09:00-12:00"]) == OK
    run(["opd", "list"])
    said = capsys.readouterr().out
    assert "\tsun\tclosed\n" in said
    assert "\tmon\t00:00-24:00 (all day)\n" in said
    assert "\t2027-01-26\t09:00-12:00\n" in said
    assert run(["opd", "set", "general", "sun", "files"]) == OK
    for opd, day, hours in (("eyes", "sun", "closed"), ("general", "day", "closed"), ("general", "sun", "never")):
        assert run(["opd", "set", opd, day, hours]) == FAILED
    assert run(["opd", "set", "all", "2027-03-01..2027-03-03", "closed"]) == OK
    assert run(["opd", "set", "general,speciality", "2027-03-02", "files"]) == OK
    run(["opd", "list"])
    said = capsys.readouterr().out
    assert [said.count(f"\t2027-03-0{day}\tclosed\n") for day in (1, 2, 3)] == [2, 0, 2]
    for opd, day in (
        ("all", "2027-03-03..2027-03-01"), ("all", "2027-01-01..2027-12-31"), ("all", "x..y"), ("general,eyes", "mon"),
    ):  # fmt: skip
        assert run(["opd", "set", opd, day, "closed"]) == FAILED
    assert run(["opd", "set", "general", "sound.hi", "voice"]) == FAILED
    capsys.readouterr()
    run(["opd", "list"])
    assert capsys.readouterr().out == said
    assert run(["set", "family_limit", "2"]) == OK
    capsys.readouterr()
    run(["set"])
    assert "family_limit\t2\tat once\t(in the files: 6)" in capsys.readouterr().out
    assert run(["set", "family_limit", "99"]) == FAILED
    assert run(["set", "database_url", "x"]) == FAILED
    assert run(["set", "family_limit"]) == OK
    for nothing in (["set", "family_limit"], ["set", "no_such_key"], ["opd", "set", "eyes", "sun", "files"]):
        assert run(nothing) == FAILED
        assert "nothing was changed there" in capsys.readouterr().err
    assert run(["set", "clinic_name", "A {x} B"]) == FAILED
    assert "must not hold the braces { and }" in capsys.readouterr().err
    assert run(["sms", "id", "token", "hi", "1107160000000012345"]) == OK
    capsys.readouterr()
    run(["sms", "texts"])
    assert "token\thi\t1107160000000012345\t" in capsys.readouterr().out
    assert run(["sms", "id", "nothing", "hi", "1"]) == FAILED


def test_texts_are_changed_and_go_back(capsys: pytest.CaptureFixture[str]) -> None:
    place = ("token_cancelled", "en")
    assert run(["sms", "text", *place, "{clinic_name}: token {token} is off."]) == OK
    capsys.readouterr()
    run(["sms", "texts"])
    assert "token_cancelled\ten\tPLACEHOLDER-0501\tDuravani: token {token} is off.\n" in capsys.readouterr().out
    run(["sms", "texts", "--written"])
    assert "\t{clinic_name}: token {token} is off.\n" in capsys.readouterr().out
    for text, said in (("It is off.", "lacks it"), ("“{token}” is off.", "GSM alphabet"), ("{token}" * 60, "may need")):
        assert run(["sms", "text", *place, text]) == FAILED
        assert said in capsys.readouterr().err
    assert run(["sms", "id", *place, "1107160000000012345"]) == OK
    assert run(["sms", "text", *place]) == OK
    assert run(["sms", "id", *place]) == OK
    assert run(["sms", "text", *place]) == FAILED
    assert "nothing was changed there" in capsys.readouterr().err
    run(["sms", "texts"])
    assert "\tPLACEHOLDER-0501\tDuravani: token {token} is cancelled" in capsys.readouterr().out
    assert run(["sms", "text", "nothing", "en", "x"]) == FAILED


def test_numbers_and_languages_are_changed_for_the_next_start(capsys: pytest.CaptureFixture[str]) -> None:
    for key, value in (("patient_numbers", "104,1044"), ("ambulance", "108"), ("languages", "en,hi")):
        assert run(["set", key, value]) == OK
    capsys.readouterr()
    run(["set"])
    said = capsys.readouterr().out
    assert "patient_numbers\t104,1044\tfrom the next start on\t(in the files: 104)\n" in said
    assert "languages\ten,hi\tfrom the next start on\t(in the files: hi, en)\n" in said
    for key, value, why in (
        ("staff_number", "1044", "share 1044"), ("patient_numbers", "abc", "pattern"),
        ("languages", "ta", "not one of"), ("time_zone", "Asia/Kathmandu", "only be set in the files"),
    ):  # fmt: skip
        assert run(["set", key, value]) == FAILED
        assert why in capsys.readouterr().err
    assert run(["set", "languages"]) == OK
    run(["set"])
    assert "languages\thi, en\tfrom the next start on\n" in capsys.readouterr().out


def test_a_department_is_added_said_renamed_retired(capsys: pytest.CaptureFixture[str]) -> None:
    names, say = ("--name", "en=Skin", "--name", "hi=चमड़ी"), ("--say", "en=For skin diseases press")
    assert run(["opd", "add", "skin", *names, *say]) == FAILED
    assert "opd.skin.spoken.hi: must be words" in capsys.readouterr().err
    assert run(["opd", "add", "skin", *names, *say, "--say", "hi=चमड़ी के डॉक्टर के लिए"]) == OK
    run(["opd", "list"])
    assert "skin\toffered\t" in capsys.readouterr().out
    for stem in ("en/opd/skin", "hi/opd/skin"):
        run(["prompts", "list", stem[:2]])
        assert f"{stem}\trendered\t" in capsys.readouterr().out
    assert run(["opd", "rename", "skin", "--name", "en=Skin and hair"]) == OK
    run(["opd", "list"])
    assert "en=Skin and hair, hi=चमड़ी" in capsys.readouterr().out
    assert run(["doctor", "add", "dr-rao", *DOCTOR, "--opds", "skin"]) == OK
    assert run(["opd", "retire", "skin"]) == OK
    assert run(["doctor", "change", "dr-rao", "--opds", "general"]) == OK
    assert run(["doctor", "change", "dr-rao", "--opds", "skin"]) == FAILED
    assert run(["opd", "open", "skin"]) == OK
    for key in ("Skin", "a.b", "general", "x" * 21):
        assert run(["opd", "add", key, *names, *say, "--say", "hi=चमड़ी"]) == FAILED
    assert run(["opd", "retire", "eyes"]) == FAILED
    assert run(["set", "opd.skin.sound.hi", "voice"]) == FAILED
    assert run(["set", "states", "RJ,XX"]) == FAILED
    assert run(["set", "states", "RJ,UP"]) == OK


def test_the_audit_tells_who_did_it(capsys: pytest.CaptureFixture[str]) -> None:
    run(["set", "family_limit", "2"])
    capsys.readouterr()
    assert run(["audit", "--subject", "setting:family_limit"]) == OK
    (line,) = capsys.readouterr().out.splitlines()[1:]
    assert "system:command line,set,setting:family_limit,as in the files -> 2" in line
    with pytest.raises(SystemExit) as ended:
        run(["audit", "--from", "yesterday"])
    assert ended.value.code == USAGE


def test_prompts_are_listed_and_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "welcome.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(b"\0\x30\0\xd0" * 4000)
    assert run(["prompts", "record", "en/prompt/welcome", str(file)]) == OK
    run(["prompts", "list", "en"])
    assert "en/prompt/welcome\trecorded\t" in capsys.readouterr().out
    assert run(["prompts", "unrecord", "en/prompt/welcome"]) == OK
    run(["prompts", "list", "en"])
    assert "en/prompt/welcome\tmissing\t" in capsys.readouterr().out
    assert run(["prompts", "unrecord", "en/prompt/welcome"]) == FAILED
    assert "nobody has recorded" in capsys.readouterr().err
    assert run(["prompts", "record", "../../etc", str(file)]) == FAILED
    assert run(["prompts", "record", "en/prompt/welcome", str(tmp_path / "none.wav")]) == FAILED


def test_another_system_is_let_in_and_shut_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["api-client", "add", "City Hospital"]) == OK
    told = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines()[:2])
    assert len(told["client_secret"]) == 43
    run(["api-client", "list"])
    listed = capsys.readouterr().out
    assert f"{told['client_id']}\tCity Hospital\tprescriptions.read" in listed
    assert "\topen" in listed
    assert told["client_secret"] not in listed
    assert run(["api-client", "revoke", told["client_id"]]) == OK
    run(["api-client", "list"])
    assert "\trevoked " in capsys.readouterr().out
    assert run(["api-client", "revoke", told["client_id"]]) == FAILED
    assert run(["api-client", "revoke", "nobody"]) == FAILED
    assert run(["api-client", "add", " "]) == FAILED
    assert "1 to 80 characters" in capsys.readouterr().err
