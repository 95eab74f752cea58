"""How the people of one mobile are named in an SMS, and whom an answer means."""

from datetime import UTC, date, datetime

import pytest

from core.rules.patient import Gender, Patient, Relation
from core.rules.sms_people import label, people_in


def patient(code: str, name: str | None) -> Patient:
    return Patient(
        1, code, "+919876543210", Relation.SELF, Gender.WOMAN, 34, date(2026, 1, 1), "302001", "RJ", None, "hi",
        datetime(2026, 1, 1, tzinfo=UTC), name,
    )  # fmt: skip


SUNITA, RAM, SITA, NOBODY = (
    patient("100000012", "सुनीता देवी"), patient("200000345", "Ram Lal"), patient("300001345", "Sita Devi"),
    patient("400000999", None),
)  # fmt: skip


@pytest.mark.parametrize(("name", "shown"), [
    ("सुनीता देवी", "सुनीता देवी"),
    ("Ravi " * 16, "Ravi Ravi Ravi Ravi Ravi Ravi"),  # whole words, 30 characters at most
    ("x" * 31, "-"),
    ("\N{MATHEMATICAL BOLD CAPITAL A}" * 16, "-"),  # two UTF-16 units each
    ("क्\u200dष", "क्ष"),
    (None, "-"),
])  # fmt: skip
def test_labels_fit_into_a_variable(name: str | None, shown: str) -> None:
    assert label(patient("100000009", name)) == shown


@pytest.mark.parametrize(("text", "meant"), [
    ("1", [SUNITA]), ("४", [NOBODY]), ("5", []), ("0", []),
    ("200000345", [RAM]), ("0345", [RAM]), ("345", [RAM, SITA]), ("12", []), ("999", [NOBODY]),
    ("ram", [RAM]), ("RAM LAL", [RAM]), ("सुनीता", [SUNITA]), ("Devi", [SITA]), ("Lal Ram", [RAM]),
    ("", []), ("😀", []), ("Shyam", []), ("Ram Sita", []),
])  # fmt: skip
def test_whom_an_answer_means(text: str, meant: list[Patient]) -> None:
    assert people_in(text, [SUNITA, RAM, SITA, NOBODY]) == meant


def test_a_whole_name_beats_a_part_of_another() -> None:
    lal = patient("500000777", "Ram")
    assert people_in("ram", [RAM, lal]) == [lal]
