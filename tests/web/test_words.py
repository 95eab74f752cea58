"""The panel's words: every language says everything."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from core.rules.dosage import Food
from core.rules.formulary.drug import DrugList
from core.rules.patient import Gender
from core.rules.prescribing.finding import Decision
from core.rules.prescription import Mode
from core.rules.records import CallBackReason
from core.rules.sms import SmsState
from core.rules.staff import DoctorState
from web.pages.doctor.page import CLOSING_REASONS
from web.prescription_form import COLUMNS, TEXTS
from web.words import FOLDER, load_words

EVERY = tuple(sorted(path.name for path in FOLDER.iterdir()))


def gaps(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_every_language_says_the_same_things_with_the_same_gaps() -> None:
    tongues = list(load_words(EVERY).tongues.values())
    for other in tongues[1:]:
        assert {key: gaps(text) for key, text in other.texts.items()} == {
            key: gaps(text) for key, text in tongues[0].texts.items()
        }


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    write(tmp_path / "en" / "panel.toml", '[now]\nready = "Ready"\npaused = "Paused"\n')
    write(tmp_path / "ta" / "panel.toml", '[now]\nready = "தயார்"\n')
    with pytest.raises(ValueError, match=r"words/ta: missing now\.paused"):
        load_words(("en", "ta"), tmp_path)


def test_a_key_that_two_files_say_is_named(tmp_path: Path) -> None:
    for file in ("desk", "panel"):
        write(tmp_path / "en" / f"{file}.toml", '[now]\nready = "Ready"\n')
    with pytest.raises(ValueError, match=r"panel\.toml: now\.ready"):
        load_words(("en",), tmp_path)


def test_a_third_language_is_only_data(tmp_path: Path) -> None:
    for language, name in (("en", "English"), ("ta", "தமிழ்")):
        write(tmp_path / language / "panel.toml", f'[language]\nname = "{name}"\n')
    words = load_words(("ta", "en"), tmp_path)
    assert words.names == {"ta": "தமிழ்", "en": "English"}
    assert words.tongue("xx").language == "ta"


def test_every_text_that_a_template_names_exists() -> None:
    templates = "\n".join(path.read_text("utf-8") for path in FOLDER.parent.rglob("*.html"))
    named = set(re.findall(r"""\bt\(["']([a-z]+\.[a-z_]*[a-z])["'][,)]""", templates))
    assert len(named) > 50
    assert named <= load_words(("en",)).tongues["en"].texts.keys()


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("now", DoctorState),
        ("operator", CallBackReason),
        ("outbox", SmsState),
        ("gender", Gender),
        ("close", CLOSING_REASONS),
        ("form", [f"list_{drug_list}" for drug_list in DrugList]),
        ("form", [*TEXTS, *(name for name in COLUMNS if name != "answers")]),
        ("form", [f"mode_{mode}" for mode in Mode]),
        ("form", [f"food_{food}" for food in Food]),
        ("form", [Decision.WARNED, Decision.REFUSED]),
    ],
)
def test_everything_that_is_shown_by_its_name_has_a_text(section: str, names: Iterable[str]) -> None:
    texts = load_words(("en",)).tongues["en"].texts
    assert {f"{section}.{name}" for name in names} <= texts.keys()
