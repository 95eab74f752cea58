"""`duravani prescribe` and `duravani formulary`: what they answer, what they refuse, and of which formulary."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from config.tables import FORMULARY
from core.rules.prescription import SignedPrescription
from house.wiring import open_clinic
from main import FAILED, OK, USAGE, run
from tests.clinic.counter import sign

MINE = "generic,list,form,strengths,use\nparacetamol,O,tablet,500 mg,pain\nbrufenol,A,tablet,1 mg,pain\n"
MEET = ("--mode", "audio", "--visit", "first", "--age", "34")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and no settings file of this checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DURAVANI_HOME", str(tmp_path / "home"))
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run(["prescribe", "check", *arguments, "--json"]) == OK
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("arguments", "decision", "rule"), [
    (["paracetamol", *MEET], "allowed", "T3"),
    (["Amoxicillin", *MEET], "refused", "T3"),
    (["amoxicillin", "--mode", "video", "--visit", "first", "--age", "34"], "allowed", "T3"),
    (["metformin", "--mode", "text", "--visit", "follow-up", "--age", "60"], "allowed", "T3"),
    (["hydrochlorothiazide", "--mode", "video", "--visit", "first", "--age", "60"], "refused", "T3"),
    (["morphine", "--mode", "video", "--visit", "follow-up", "--age", "60"], "refused", "T3"),
    (["paracetamol", "--mode", "audio", "--visit", "first"], "refused", "T2"),
    (["paracetamol", "--mode", "audio", "--visit", "first", "--age", "9", "--without-adult"], "refused", "T2"),
    (["amoxicillin", "--mode", "video", "--visit", "first", "--age", "9", "--allergy", "penicillin"], "warned", "T8"),
    (["metformin", "--mode", "audio", "--visit", "follow-up", "--age", "9", "--takes", "metformin"], "warned", "T8"),
    (["nothing-such", *MEET], "refused", "T6"),
    (["temazepam", *MEET], "refused", "T3"),
    (["Tab. Temazepam 10 mg", *MEET], "refused", "T3"),
    (["alprazolm", *MEET], "refused", "T3"),
    (["ORS", *MEET], "allowed", "T3"),
    (["Tab. Paracetamol 500 mg", *MEET], "allowed", "T3"),
])  # fmt: skip
def test_what_may_be_prescribed(
    capsys: pytest.CaptureFixture[str], home: Path, arguments: Sequence[str], decision: str, rule: str
) -> None:
    found = check(capsys, *arguments)
    assert (found["decision"], found["rule"]) == (decision, rule)
    assert found["reason"]
    assert bool(found["way_forward"]) == (decision != "allowed")
    assert not (home / "home").exists(), "a question makes no database"


@pytest.mark.parametrize("name", ["temazepam", "oxycodone", "phenobarbitone", "टेमाज़ेपाम", "cisplatin"])
def test_what_is_never_prescribed_leads_to_a_facility(capsys: pytest.CaptureFixture[str], name: str) -> None:
    found = check(capsys, name, *MEET)
    assert (found["decision"], found["rule"]) == ("refused", "T3")
    assert found["way_forward"] == "Send the patient to a health facility, to be seen in person."


TABLET = ("--form", "tablet", "--strength", "500 mg")


@pytest.mark.parametrize(("medicine", "arguments", "decision", "said"), [
    ("paracetamol", ["--strength", "5 kg"], "refused", "does not have this strength"),
    ("paracetamol", ["--form", "patch"], "refused", "does not have this form"),
    ("paracetamol", ["--strength", "250 mg/5 ml", "--frequency", "9-9-9"], "warned", "More than 6 at a time"),
    ("paracetamol", [*TABLET, "--frequency", "9-9-9"], "warned", "More than 6 at a time"),
    ("paracetamol", ["--form", "Tablet", "--strength", "500  mg", "--frequency", "2-2-2"], "allowed", "List O"),
    ("paracetamol", [*TABLET, "--frequency", "<script>"], "refused", "plain English letters"),
    ("paracetamol", ["--frequency", "<script>"], "refused", "plain English letters"),
    ("paracetamol", [*TABLET, "--frequency", "0-0-0"], "refused", "nothing is taken"),
    ("paracetamol", ["--days", "365"], "refused", "for how many days"),
    ("paracetamol", ["--days", "0"], "refused", "for how many days"),
    ("lozenges", ["--frequency", "1-1-1", "--days", "5"], "allowed", "List O"),  # there is one form, in one strength
    ("morphine", ["--frequency", "1-0-1"], "refused", "Never by tele-consultation"),
    ("gentamicin", ["--form", "injection"], "refused", "List B"),
    ("gentamicin", ["--form", "eye drops"], "refused", "List A"),
])  # fmt: skip
def test_what_is_said_of_a_dose_is_judged(
    capsys: pytest.CaptureFixture[str], medicine: str, arguments: Sequence[str], decision: str, said: str
) -> None:
    found = check(capsys, medicine, *MEET, *arguments)
    assert found["decision"] == decision
    assert said in " ".join([found["reason"], *(also["reason"] for also in found["also"])])


def test_a_course_that_is_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    video = ("--mode", "video", "--visit", "first", "--age", "34")
    assert check(capsys, "ketorolac", *video, "--form", "tablet", "--days", "6")["decision"] == "warned"
    assert check(capsys, "ketorolac", *video, "--form", "tablet", "--days", "5")["decision"] == "allowed"


@pytest.mark.parametrize(("arguments", "add"), [
    (["--frequency", "9-9-9"], "add --form (tablet, syrup, drops, suppository)"),
    (["--form", "tablet", "--frequency", "9-9-9"], "add --strength (500 mg, 650 mg)"),
])  # fmt: skip
def test_a_dose_of_nobody_knows_what_is_not_passed_over(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], add: str
) -> None:
    assert run(["prescribe", "check", "paracetamol", *MEET, *arguments]) == USAGE
    told = capsys.readouterr()
    assert (told.out, add in told.err) == ("", True)


def test_the_exit_codes_are_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["prescribe", "check", "--help"])
    assert "Exit codes: 0 answered, whatever the decision; 2" in " ".join(capsys.readouterr().out.split())


def test_in_words_and_in_hindi(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prescribe", "check", "ibuprofen", *MEET]) == OK
    said = capsys.readouterr().out
    assert said.startswith("ibuprofen: refused (T3)\n")
    assert "paracetamol" in said
    assert "वीडियो" in check(capsys, "ibuprofen", *MEET, "--language", "hi")["way_forward"]


@pytest.mark.parametrize("arguments", [
    ["paracetamol"], ["paracetamol", "--mode", "pigeon", "--visit", "first"], ["paracetamol", *MEET, "--age", "old"],
    ["paracetamol", *MEET, "--age", "-3"], ["paracetamol", *MEET, "--gender", "x"], [],
    ["paracetamol", *MEET, "--days", "many"], ["paracetamol", *MEET, "--days", "-1"],
])  # fmt: skip
def test_a_question_that_is_none(arguments: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["prescribe", "check", *arguments])
    assert ended.value.code == USAGE


def test_a_brand_name_of_the_deployment(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "brands.csv").write_text("alias,generic\nOur Brand,paracetamol\n")
    monkeypatch.setenv("DURAVANI_ALIASES", str(home / "brands.csv"))
    assert check(capsys, "our brand", *MEET)["medicine"] == "paracetamol"
    (home / "brands.csv").write_text("brand,generic\n")
    assert run(["prescribe", "check", "paracetamol", *MEET]) == USAGE
    assert "the heading must be alias,generic" in capsys.readouterr().err
    (home / "brands.csv").write_text("alias,generic\nTemazepam,paracetamol\n")
    assert run(["prescribe", "check", "paracetamol", *MEET]) == USAGE
    assert "temazepam: may never be prescribed" in capsys.readouterr().err


def test_a_table_goes_out_comes_in_and_is_asked(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run(["formulary", "export", "--output", "mine.csv"]) == OK
    assert (home / "mine.csv").read_bytes() == FORMULARY.read_bytes()
    (home / "mine.csv").write_text(MINE)
    assert run(["formulary", "import", "mine.csv", "--check"]) == OK
    assert check(capsys_cleared(capsys), "brufenol", *MEET)["rule"] == "T6"
    assert run(["formulary", "import", "mine.csv"]) == OK
    mine, size, state = capsys.readouterr().out.split("\t")
    assert (size, state.strip()) == ("2 medicines", "in force")
    found = check(capsys, "brufenol", *MEET)
    assert (found["rule"], found["list"]) == ("T3", "A")
    assert found["way_forward"].endswith("paracetamol.")
    assert run(["formulary", "versions"]) == OK
    assert f"{mine}\t" in capsys.readouterr().out
    assert run(["formulary", "use", "files"]) == OK
    assert check(capsys_cleared(capsys), "brufenol", *MEET)["rule"] == "T6"
    assert run(["formulary", "use", mine]) == OK
    assert run(["formulary", "export", "--version", mine]) == OK
    assert capsys.readouterr().out.endswith(MINE)
    assert run(["formulary", "use", "123456789abc"]) == FAILED
    assert "no formulary of version '123456789abc'" in capsys.readouterr().err
    assert check(capsys, "brufenol", *MEET)["list"] == "A", "what failed changed nothing"


def capsys_cleared(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    """With what was printed so far read away."""
    capsys.readouterr()
    return capsys


def test_a_bad_table_changes_nothing_and_every_problem_is_told(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "bad.csv").write_text("generic,list,form,strengths\na,Q,tablet,1 mg\nb,O,tablet\n")
    assert run(["formulary", "import", "bad.csv"]) == FAILED
    said = capsys.readouterr().err
    assert said.splitlines() == [
        "duravani: bad.csv: line 2, list: 'Q' is none of O, A, B, prohibited",
        "bad.csv: line 3: has more or fewer values than the heading",
    ]  # fmt: skip
    assert not (home / "home").exists()
    (home / "bad.csv").write_text("generic,list,form,strengths\na,O,tablet,1 mg\nmorphine sulphate,O,tablet,10 mg\n")
    for arguments in (["bad.csv"], ["bad.csv", "--check"]):
        assert run(["formulary", "import", *arguments]) == FAILED
        assert "bad.csv: line 3, list: 'morphine sulphate': morphine must be" in capsys.readouterr().err
    (home / "bad.csv").write_bytes(b"\xff")
    assert run(["formulary", "import", "bad.csv"]) == FAILED
    assert run(["formulary", "import", "none.csv"]) == FAILED


async def signed_before() -> SignedPrescription:
    async with open_clinic(load_settings()) as clinic:
        return await sign(clinic)


def test_a_prescription_is_taken_back_whose_doctor_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    number = asyncio.run(signed_before()).number
    assert run(["prescribe", "void", number, "--reason", "x"]) == FAILED
    assert "in 3 to 250 characters" in capsys.readouterr().err
    assert run(["prescribe", "void", "RX1", "--reason", "it harms"]) == FAILED
    assert "no prescription has the number 'RX1'" in capsys.readouterr().err
    assert run(["prescribe", "void", number, "--reason", "it harms"]) == OK
    assert capsys.readouterr().out == f"{number} is void; the patient is told by SMS\n"
    assert run(["prescribe", "void", number, "--reason", "it harms"]) == FAILED
    assert f"{number} is void already" in capsys.readouterr().err
