"""The formulary: the starter is what it says, and a table that is wrong is told so by line and column."""

import re
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.tables import FORMULARY, BadTable, load_formulary
from core.rules.formulary.aliases import read_aliases
from core.rules.formulary.drug import DrugList, Schedule
from core.rules.formulary.table import BadFormulary, is_version, milligrams, read_formulary, version_of

STARTER = load_formulary()
HEADING = "generic,list,form,strengths,route,schedule,daily_max,source,from_age,classes,use,pregnancy"


def test_the_starter_formulary() -> None:
    assert len(STARTER) >= 300
    by_list = {drug_list: {d.generic for d in STARTER.values() if d.drug_list is drug_list} for drug_list in DrugList}
    assert {"paracetamol", "ambroxol", "oral rehydration salts", "zinc sulfate"} <= by_list[DrugList.O]
    assert {"clotrimazole", "mupirocin", "enalapril", "metformin", "salmeterol", "amoxicillin"} <= by_list[DrugList.A]
    assert {"hydrochlorothiazide", "sitagliptin"} <= by_list[DrugList.B]
    assert {"morphine", "codeine", "alprazolam", "methotrexate", "ketamine"} <= by_list[DrugList.PROHIBITED]
    assert "STARTER" in FORMULARY.read_text(encoding="utf-8").splitlines()[0]
    assert all(drug.use for drug in STARTER.values() if drug.drug_list is not DrugList.PROHIBITED)
    made = list(chain.from_iterable(drug.products for drug in STARTER.values()))
    assert all(product.route for product in made)
    assert sum(product.daily_maximum is not None for product in made) > 80


def test_whatever_belongs_to_a_class_that_is_never_given_is_never_given() -> None:
    for drug in STARTER.values():
        if {"opioid", "benzodiazepine", "barbiturate"} & set(drug.classes):
            assert drug.prohibited, drug.generic
        if drug.substances & {"codeine", "tramadol", "morphine", "diazepam", "alprazolam"}:
            assert drug.prohibited, drug.generic


def test_a_table_with_the_needed_columns_alone_will_do() -> None:
    formulary = read_formulary("generic,list,form,strengths\nParacetamol,O,tablet,500 mg; 650 mg\n")
    (drug,) = formulary.values()
    assert (drug.generic, drug.strengths, drug.use, drug.products[0].schedule) == (
        "paracetamol", ("500 mg", "650 mg"), "", Schedule.UNSTATED,
    )  # fmt: skip


@pytest.mark.parametrize(("line", "message"), [
    ("aspirin,Q,tablet,75 mg,,,,,,,,", "line 2, list: 'Q' is none of O, A, B, prohibited"),
    ("aspirin,A,tablet", "line 2: has more or fewer values than the heading"),
    ("aspirin,A,tablet,75 mg,x,,,,,,,,", "line 2: has more or fewer values than the heading"),
    ('aspirin,A,"tab"let,75 mg,,,,,,,,', "line 2: has more or fewer values than the heading"),
    ("aspirin,A,,75 mg,,,,,,,,", "line 2, form: is empty"),
    ("aspirin,A,tablet,75 mg;,,,,,,,,", "line 2, strengths: '' must be plain and 1 to 14 characters"),
    ("aspirin,A,tablet,75 mg;75 mg,,,,,,,,", "line 2, strengths: has something twice"),
    (f"{'a' * 31},A,tablet,75 mg,,,,,,,,", "line 2, generic"),
    ("=cmd,A,tablet,75 mg,,,,,,,,", "line 2, generic"),
    ("aspirin,A,tablet,75 mg,,,,,,,,\naspirin,O,syrup,75 mg,,,,,,,,", "line 3, list: 'aspirin' stands in two lists"),
    ("aspirin,A,tablet,75 mg,,,,,,,,\naspirin,A,tablet,1 g,,,,,,,,", "line 3, form: 'aspirin' has this form twice"),
    ("ketamine,A,injection,50 mg/ml,,X,,,,,,", "line 2, schedule: what is in Schedule X"),
    ("aspirin,A,tablet,75 mg,,Z,,,,,,", "line 2, schedule: 'Z' is none of H, H1, X, G, OTC"),
    ("aspirin,A,tablet,75 mg,,,4000 mg,,,,,", "line 2, source: a daily maximum needs the public source"),
    ("aspirin,A,tablet,75 mg,,,much,WHO,,,,", "line 2, daily_max: 'much' is not like `4000 mg`"),
    ("aspirin,A,tablet,75 mg,,,,,young,,,", "line 2, from_age: 'young' is not an age in whole years"),
    ("aspirin,A,tablet,75 mg,,,,,,,,perhaps", "line 2, pregnancy: 'perhaps' is none of caution, avoid"),
])  # fmt: skip
def test_a_bad_formulary_names_file_line_and_key(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADING}\n{line}\n")
    with pytest.raises(BadTable, match=re.escape(message)) as bad:
        load_formulary(path)
    assert str(path) in str(bad.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadFormulary) as bad:
        read_formulary(f"{HEADING}\na,Q,tablet,1 mg,,,,,,,,\nb,A,tablet\nc,A,tablet,1 mg,,Z,,,x,,,\n")
    assert [problem.split(":")[0] for problem in bad.value.problems] == [
        "line 2, list", "line 3", "line 4, schedule", "line 4, from_age",
    ]  # fmt: skip


def test_problems_are_told_in_the_order_of_lines() -> None:
    lines = [f"m{number},Q,tablet,1 mg,,,,,,,," if number % 3 else "m,A" for number in range(2, 14)]
    with pytest.raises(BadFormulary) as bad:
        read_formulary("\n".join([HEADING, *lines, "m2,A,tablet,2 mg,,,,,,,,"]))
    told = [int(re.findall(r"line (\d+)", problem)[0]) for problem in bad.value.problems]
    assert told == sorted(told)
    assert set(range(2, 15)) == set(told)


@pytest.mark.parametrize(("text", "message"), [
    ("generic,form,strengths\nx,tablet,1 mg\n", "list: the heading has no such column"),
    ("generic,list,form,strengths,price\nx,O,tablet,1 mg,3\n", "line 1, price: no such column is known"),
    ("generic,list,form,strengths,form\nx,O,tablet,1 mg,a\n", "names a column twice"),
    ("", "no medicine stands in it"),
    ("x" * 1_000_001, "more than 1000000 characters"),
])  # fmt: skip
def test_a_table_that_is_none(text: str, message: str) -> None:
    with pytest.raises(BadFormulary, match=re.escape(message)):
        read_formulary(text)


def test_a_formulary_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="file"):
        load_formulary(tmp_path / "mine.csv")


@given(st.text(max_size=200))
def test_nothing_but_a_list_of_problems_comes_of_nonsense(text: str) -> None:
    with pytest.raises(BadFormulary):
        read_formulary(f"{HEADING}\n{text}\n" if text.strip() else text)


def test_a_version_is_the_same_however_lines_end() -> None:
    text = FORMULARY.read_text("utf-8")
    assert version_of(text) == version_of(text.replace("\n", "\r\n")) == STARTER.version
    assert is_version(STARTER.version)
    assert version_of(text + "#\n") != STARTER.version


@pytest.mark.parametrize(("amount", "mg"), [
    ("500 mg", 500), ("1 g", 1000), ("250 mcg", 0.25), ("125 mg/5 ml", None), ("1 %", None), ("60000 IU", None),
    ("100 mg+0.5 mg", None),
])  # fmt: skip
def test_only_a_plain_mass_is_one(amount: str, mg: float | None) -> None:
    assert milligrams(amount) == mg


def test_aliases(tmp_path: Path) -> None:
    assert read_aliases("# ours\nalias,generic\nMy  Brand,paracetamol\n") == {"my brand": "paracetamol"}
    with pytest.raises(ValueError, match="line 3: 'a' stands for two medicines") as bad:
        read_aliases("alias,generic\na,paracetamol\na,ibuprofen\nb\n")
    assert "line 4" in str(bad.value)
    path = tmp_path / "aliases.csv"
    path.write_text("alias,generic\nbrand,paracetamol\n")
    assert load_formulary(aliases=path).generic_of("Brand") == "paracetamol"
