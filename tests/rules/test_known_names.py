"""Names beside the formulary: synonyms are understood and never printed; what is prohibited is so in every table."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import tables
from config.tables import PROHIBITED, SYNONYMS, BadTable, load_formulary, read_toml
from core.rules.formulary.forbidden import Forbidden, plain
from core.rules.formulary.known_names import read_never, read_synonyms
from core.rules.formulary.sound import sound
from core.rules.formulary.table import BadFormulary, read_beside
from core.rules.prescribing.answer import answer
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Decision
from core.rules.prescription import Mode

STARTER = load_formulary()
MEET = Encounter(Mode.AUDIO, follow_up=False, age=34)
HEADING = "generic,list,form,strengths"


@pytest.mark.parametrize(("typed", "generic"), [
    ("ORS", "oral rehydration salts"), ("zinc", "zinc sulfate"), ("iron-folic acid", "iron and folic acid"),
    ("iron folic acid", "iron and folic acid"), ("Vitamin D", "vitamin d3"), ("calcium", "calcium carbonate"),
    ("cotrimoxazole", "sulfamethoxazole+trimethoprim"), ("Co-trimoxazole", "sulfamethoxazole+trimethoprim"),
    ("acetaminophen", "paracetamol"), ("frusemide", "furosemide"), ("albuterol", "salbutamol"),
    ("amoxycillin", "amoxicillin"), ("lignocaine", "lidocaine"), ("paracetamol 500 mg", "paracetamol"),
    ("tab paracetamol", "paracetamol"), ("Tab. Paracetamol", "paracetamol"), ("T.paracetamol 650mg", "paracetamol"),
    ("Inj. ceftriaxone 1 g", "ceftriaxone"), ("syp ambroxol 15 mg/5 ml", "ambroxol"),
    ("paracetamol tablet", "paracetamol"),
    ("amoxicillin + clavulanic acid", "amoxicillin+clavulanic acid"), ("povidone iodine", "povidone-iodine"),
    ("tab frusemide 40 mg", "furosemide"), ("vitamin b complex", "vitamin b complex"), ("tab", "tab"),
    ("500 mg", "500 mg"),
])  # fmt: skip
def test_a_name_is_understood_as_it_is_typed(typed: str, generic: str) -> None:
    assert STARTER.generic_of(typed) == generic


@pytest.mark.parametrize(("typed", "chosen", "understood"), [
    ("Tab. Paracetamol 500 mg", "500 mg", True), ("paracetamol 500mg", "500 mg", True),
    ("paracetamol 500", "500 mg", True),
    ("paracetamol 650 mg", "500 mg", False), ("paracetamol 50", "500 mg", False), ("paracetamol", "500 mg", True),
    ("paracetamol 650 mg", "", True),
])  # fmt: skip
def test_a_strength_in_the_name_is_the_one_that_was_chosen(typed: str, chosen: str, understood: bool) -> None:
    assert (STARTER.generic_meant(typed, chosen) == "paracetamol") is understood
    assert STARTER.generic_meant("macrogol 3350", "17 g") == "macrogol 3350"


def test_every_generic_is_itself_whatever_stands_around_it() -> None:
    for generic, drug in STARTER.items():
        assert STARTER.generic_of(generic) == STARTER.generic_of(f"Tab. {generic.upper()}") == generic
        if drug.strengths[0] != "standard" and "+" not in drug.strengths[0]:
            assert STARTER.generic_of(f"{generic} {drug.strengths[0]}") == generic, drug.strengths[0]


@settings(deadline=None)
@given(st.text(max_size=40))
def test_nothing_typed_breaks_it(typed: str) -> None:
    STARTER.generic_of(typed)
    STARTER.nearest(typed)
    STARTER.forbidden.named(typed)
    STARTER.generic_meant(typed, "500 mg")


@pytest.mark.parametrize(
    "typed", ["", "tema", "alpra", "morphin", "diaze", "methyl", "lor", "cod", "amoxycilin", "zin"]
)
def test_what_may_never_be_prescribed_is_never_suggested(typed: str) -> None:
    assert not [name for name in STARTER.nearest(typed) if STARTER[name].prohibited]


def test_a_synonym_mistyped_leads_to_its_generic() -> None:
    assert STARTER.nearest("acetaminofen")[0] == "paracetamol"


def test_the_shipped_synonyms_are_no_generics_and_no_name_stands_twice() -> None:
    found, everyday = read_synonyms(read_toml(SYNONYMS), STARTER)
    assert "ors" in everyday < found.keys()
    with pytest.raises(ValueError, match=r"names\.a: 'x' is not in the formulary") as bad:
        read_synonyms({"names": {"a": "x", "paracetamol": "ibuprofen", "B": "ibuprofen"},
                       "everyday": {"a": "ibuprofen"}, "brands": {}}, STARTER)  # fmt: skip
    assert str(bad.value).splitlines() == [
        "brands: no such table is known", "names.a: 'x' is not in the formulary",
        "names.paracetamol: is a generic's own name",
        "names.B: must be in small letters, with single blanks", "everyday.a: stands here twice",
    ]  # fmt: skip


def test_a_bad_file_of_names_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text, why in (
        ("SYNONYMS", '[names]\n"paracetamol" = "ibuprofen"', "is a generic's own name"),
        ("PROHIBITED", '[narcotic]\nnames = ["opium"]', "narcotic.source: is missing"),
        ("PROHIBITED", '[narcotic]\nsource = "x"\nnames = ["paracetamol"]', "line 10, list: 'paracetamol'"),
        ("PROHIBITED", '[spellings]\n"opium" = ["afim"]', "spellings.opium: is neither"),
    ):
        with monkeypatch.context() as one:
            path = tmp_path / f"{name}.toml"
            path.write_text(text)
            one.setattr(tables, name, path)
            with pytest.raises(BadTable, match=re.escape(why)) as bad:
                load_formulary()
            assert name in str(bad.value) or "formulary.csv" in str(bad.value)


def test_a_deployment_s_brand_goes_before_a_synonym_and_never_hides_what_is_prohibited(tmp_path: Path) -> None:
    path = tmp_path / "brands.csv"
    path.write_text("alias,generic\nzinc,zinc oxide\nSleepy,temazepam\n")
    own = load_formulary(aliases=path)
    assert own.generic_of("zinc") == "zinc oxide"
    assert own.forbidden.named("tab sleepy") == "temazepam"
    assert answer("sleepy", MEET, own).rule == "T3"
    for hidden in ("alprazolam", "temazepam", "phenobarbitone"):
        path.write_text(f"alias,generic\n{hidden},paracetamol\n")
        with pytest.raises(BadTable, match="may never be prescribed"):
            load_formulary(aliases=path)


@pytest.mark.parametrize("name", sorted(set(STARTER.never.values())))
def test_whatever_is_never_prescribed_is_refused_by_every_name(name: str) -> None:
    for written in [one for one, meant in STARTER.never.items() if meant == name]:
        found = answer(written, replace(MEET, mode=Mode.VIDEO, follow_up=True), STARTER)
        assert (found.decision, found.rule) == (Decision.REFUSED, "T3")
        assert "facility" in found.way_forward
        assert "mean" not in found.way_forward


def test_no_lawful_name_is_taken_for_one_of_them() -> None:
    lawful = [generic for generic, drug in STARTER.items() if not drug.prohibited]
    assert [name for name in (*lawful, *(STARTER.brands)) if STARTER.forbidden.named(name)] == []


@pytest.mark.parametrize(("generic", "list_name"), [
    ("alprazolam", "O"), ("temazepam", "A"), ("Morphine Sulphate", "B"), ("phenobarbitone", "A"),
    ("codeine phosphate", "O"),
    ("paracetamol+tramadol", "A"), ("amitriptyline", "A"), ("methotrexate", "B"), ("alprazolam sr", "O"),
])  # fmt: skip
def test_no_table_allows_what_is_prohibited(generic: str, list_name: str) -> None:
    text = f"{HEADING}\nparacetamol,O,tablet,500 mg\n{generic},{list_name},tablet,10 mg\n"
    with pytest.raises(BadFormulary) as bad:
        read_beside(text, STARTER)
    assert [problem.split(":")[0] for problem in bad.value.problems] == ["line 3, list"]
    allowed = read_beside(text.replace(f",{list_name},tablet,10", ",prohibited,tablet,10"), STARTER)
    assert allowed[generic.lower()].prohibited
    assert allowed.generic_of("acetaminophen") == "paracetamol"
    assert allowed.forbidden.named("oxycodone") == "oxycodone"


def test_a_table_of_the_deployment_s_own_files_is_no_way_round(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADING}\nalprazolam,O,tablet,0.5 mg\n")
    with pytest.raises(BadTable, match="line 2, list: 'alprazolam'"):
        load_formulary(path)


def test_the_shipped_names_have_their_source_and_what_the_formulary_lacks() -> None:
    groups = read_toml(PROHIBITED)
    assert all(group["source"] for key, group in groups.items() if key != "spellings")
    assert {"temazepam", "oxycodone", "cisplatin", "opium", "butorphanol"} <= read_never(groups).keys() - STARTER.keys()


@pytest.mark.parametrize(("latin", "devanagari"), [
    ("alprazolam", "अल्प्राज़ोलम"), ("alprazolam", "एल्प्राजोलाम"), ("temazepam", "टेमाज़ेपाम"), ("oxycodone", "ऑक्सीकोडोन"),
    ("methylphenidate", "मिथाइलफेनिडेट"), ("escitalopram", "एस्सिटालोप्राम"), ("pentazocine", "पेंटाज़ोसिन"),
    ("chlordiazepoxide", "क्लोरडायज़ेपॉक्साइड"), ("cyclophosphamide", "साइक्लोफॉस्फेमाइड"), ("zolpidem", "ज़ोलपिडेम"),
])  # fmt: skip
def test_a_name_sounds_the_same_in_both_scripts(latin: str, devanagari: str) -> None:
    assert sound(latin) == sound(plain(devanagari))


@settings(deadline=None)
@given(st.sampled_from(sorted(name for name in STARTER.never if name.isascii() and name.isalpha() and len(name) > 7)),
       st.data())  # fmt: skip
def test_one_letter_wrong_hides_no_long_name(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(name) - 1))
    for mistyped in (name[:at] + name[at + 1 :], f"{name[:at]}q{name[at:]}", f"{name[:at]}q{name[at + 1 :]}",
                     f"{name[:at]}-{name[at:]}", f"{name[:at]} {name[at:]}", " ".join(name)):  # fmt: skip
        assert STARTER.forbidden.named(f"take {mistyped} now"), mistyped


def test_three_words_that_happen_to_spell_a_name_are_none() -> None:
    assert Forbidden({"methadone": "methadone"}).named("we met had one tea") == ""
    assert Forbidden({"methadone": "methadone"}).named("methadone") == "methadone"
