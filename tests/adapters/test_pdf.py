"""The printed prescription: everything T6 asks for, in every language, text that can be copied and read, any length."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdf
import pytest
from pypdf.generic import DictionaryObject

from config.tables import BadTable, load_dose_words, load_paper_words
from core.adapters.pdf import ReportlabPrinter
from core.rules.dosage import Food
from core.rules.dose_words import dose_words, quantity_words
from core.rules.prescription import Medicine, Mode, Prescription
from tests.adapters.papers import CONTENT, LANGUAGES, PATIENT, SIGNED, make_printer, pixels_of, printed, text_of


@pytest.fixture(scope="module")
def printer() -> ReportlabPrinter:
    return make_printer()


# What T6 asks for


def test_everything_of_t6_is_on_it(printer: ReportlabPrinter) -> None:
    text = text_of(printed(printer))
    for wanted in (
        "Dr Asha Verma", "MBBS, MD", "RJ-12345, Rajasthan Medical Council", "asha@duravani.example",
        "21-11-2026", "RX261121000176",
        "कमला देवी", "100000016", "34 वर्ष, महिला", "Jaipur, राजस्थान, 302001", "4821", "62 kg", "02-11-2026",
        CONTENT.complaint, CONTENT.history, CONTENT.findings, CONTENT.diagnosis, "Penicillin", "amlodipine 5 mg",
        "PARACETAMOL", "tablet", "500 mg", "1-0-1", "5 दिन", "1 गोली(500 mg) पानी के साथ",
        "1 गोली, दिन में दो बार (सुबह, रात), खाने के बाद", "1 tablet, twice a day",
        "2 बार और दी जा सकती है", "May be given again 2×",
        "ORAL REHYDRATION SALTS", "SOS",
        "1. CBC", "2. मलेरिया RDT", "ख़ूब पानी पिएँ।", "आराम करें।",
        "Electronically signed by", "21-11-2026 15:00 IST", "Issued in a teleconsultation by telephone",
        "3141 5926 5358", "For the pharmacy", "Formulary: 2026-11",
        "Duravani दूरवाणी", "1800-000-000", "Emergency: dial 112",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_how_they_met_is_said(printer: ReportlabPrinter) -> None:
    for mode, said in ((Mode.VIDEO, "by video"), (Mode.TEXT, "by text messages")):
        assert f"Issued in a teleconsultation {said}" in text_of(printed(printer, signed=replace(SIGNED, mode=mode)))


def test_a_correction_says_what_it_replaces(printer: ReportlabPrinter) -> None:
    pdf = printed(printer, signed=replace(SIGNED, version=2), replaces="RX261120000168")
    assert "Version 2, replaces RX261120000168" in text_of(pdf).replace("\n", " ")
    assert "replaces" not in text_of(printed(printer))


def test_a_draft_has_no_code_and_says_that_it_is_one(printer: ReportlabPrinter) -> None:
    text = text_of(printed(printer, draft=True))
    assert "Draft, not signed: not valid" in text
    assert "3141" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_and_doses_are_in_the_patient_s_language_with_english_beside(
    printer: ReportlabPrinter, language: str
) -> None:
    words, doses = load_paper_words()[language], load_dose_words()
    text = text_of(printed(printer, patient=replace(PATIENT, language=language))).replace("\n", " ")
    for key in ("complaint", "diagnosis", "allergies", "how", "signed", "emergency", "issued_audio", "for_pharmacy"):
        assert words[key] in text, key
    for medicine in CONTENT.medicines:
        assert dose_words(medicine, doses[language]) in text
        assert dose_words(medicine, doses["en"]) in text or language == "en"
    assert quantity_words(CONTENT.medicines[0], doses[language]) in text
    assert "10 tablets" in text


def test_what_is_made_in_one_strength_has_none_on_paper(printer: ReportlabPrinter) -> None:
    crystals = Medicine("potassium permanganate", "crystals", "standard", "BD", 5, route="topical")
    text = text_of(printed(printer, replace(CONTENT, medicines=(crystals,))))
    assert "crystals" in text
    assert "standard" not in text
    assert "apply, do not swallow, twice a day" in text


def test_a_language_that_is_missing_gets_english(printer: ReportlabPrinter) -> None:
    text = text_of(printed(printer, patient=replace(PATIENT, language="ur")))
    assert "34 years, woman" in text
    assert "1 tablet, twice a day" in text
    assert "शिकायत" not in text


@pytest.mark.parametrize("name", [None, "کملا"])
def test_a_name_nobody_typed_or_the_fonts_lack(printer: ReportlabPrinter, name: str | None) -> None:
    text = text_of(printed(printer, patient=replace(PATIENT, name=name)))
    assert "आवाज़ में दर्ज · as recorded by voice" in text
    assert "कमला" not in text


def test_what_was_not_written_has_no_heading(printer: ReportlabPrinter) -> None:
    bare = Prescription("Cough", "Common cold", advice="Rest")
    text = text_of(printed(printer, bare, replace(PATIENT, language="en"), follow_up=True))
    assert "follow-up" in text
    for heading in ("History", "Findings", "Tests", "Medicine", "Weight", "Last period", "How to take", "Allergies"):
        assert heading not in text


def test_pictures_show_when(printer: ReportlabPrinter) -> None:
    def paper(frequency: str, food: Food = Food.ANY, form: str = "tablet") -> tuple[bytes, list[str]]:
        content = replace(CONTENT, medicines=(Medicine("paracetamol", form, "500 mg", frequency, 5, food=food),))
        pdf = printed(printer, content)
        return pdf, [str(node["/Alt"]) for node in elements(pdf) if str(node["/S"]) == "/Figure"][1:]

    assert paper("1-0-1/2")[1] == ["सुबह 1, दोपहर 0, रात ½"]
    assert paper("2-2-2-2")[1] == ["सुबह 2, दोपहर 2, शाम 2, रात 2"]
    assert paper("1-0-1", form="cream")[1] == ["सुबह, रात"]
    assert paper("2 tab BD")[1] == ["सुबह 2, दोपहर 0, रात 2"]
    assert paper("2 tab BD", form="syrup")[1] == paper("SOS")[1] == paper("5 times a day")[1] == []
    pictures = [pixels_of(paper("1-0-1", food)[0], 1) for food in Food]
    assert all((one != other).any() for at, one in enumerate(pictures) for other in pictures[:at])


# What a screen reader needs


def elements(pdf: bytes) -> list[DictionaryObject]:
    """The structure, in reading order."""
    root = pypdf.PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    found: list[DictionaryObject] = []

    def visit(node: DictionaryObject) -> None:
        found.append(node)
        for kid in node["/K"]:  # type: ignore[attr-defined]
            if "/S" in kid.get_object():
                visit(kid.get_object())

    visit(root["/K"][0].get_object())
    return found


def test_language_title_and_structure(printer: ReportlabPrinter) -> None:
    pdf = printed(printer)
    catalog = pypdf.PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert catalog["/Lang"] == "hi"  # type: ignore[index]
    assert catalog["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert pypdf.PdfReader(BytesIO(pdf)).metadata["/Title"] == "RX261121000176"  # type: ignore[index]
    kinds = [str(node["/S"]) for node in elements(pdf)]
    assert kinds[:2] == ["/Document", "/H1"]
    assert kinds.count("/TR") == 3
    assert kinds.count("/TH") == 4
    assert kinds.count("/TD") == 8
    assert kinds.count("/Figure") == 2


def test_every_marked_content_has_its_element(printer: ReportlabPrinter) -> None:
    reader = pypdf.PdfReader(BytesIO(printed(printer, CONTENT_OF_PAGES)))
    numbers = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]  # type: ignore[index]
    assert len(reader.pages) > 1
    for page in reader.pages:
        parents = numbers[numbers.index(page["/StructParents"]) + 1]
        content = page.get_contents().get_data()  # type: ignore[union-attr]
        assert content.count(b"/MCID") == len(parents) > 0
        assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")


def test_the_text_comes_in_reading_order(printer: ReportlabPrinter) -> None:
    text = text_of(printed(printer))
    order = ["Duravani दूरवाणी", "Dr Asha Verma", "कमला देवी", "शिकायत", "रोग", "PARACETAMOL", "ORAL", "CBC", "1800-000"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_every_glyph_is_embedded_and_only_the_fonts_that_are_needed(printer: ReportlabPrinter) -> None:
    def fonts(language: str) -> set[str]:
        page = pypdf.PdfReader(BytesIO(printed(printer, patient=replace(PATIENT, language=language)))).pages[0]
        found = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
        ours = [font["/DescendantFonts"][0].get_object() for font in found if "/DescendantFonts" in font]
        assert all("/FontFile2" in font["/FontDescriptor"] for font in ours)
        return {font["/BaseFont"].split("+")[1].split("-")[0] for font in ours}

    assert fonts("hi") == {"Mukta"}
    assert fonts("as") == {"Mukta", "NotoSansBengali"}


# Any length

CONTENT_OF_PAGES = Prescription(
    "क" * 500, "रोग " * 75,
    tuple(
        Medicine(f"medicine number {number}", "chewable tablet", "100 mg+0.5 mg", "alternate days", 90, "निर्देश " * 15)
        for number in range(12)
    ),
    ("जाँच " * 20,) * 15, "\n" * 999 + "X", "W" * 1000, "सलाह " * 200,
)  # fmt: skip


def test_the_longest_prescription_goes_over_pages_and_loses_nothing(printer: ReportlabPrinter) -> None:
    pdf = printed(printer, CONTENT_OF_PAGES)
    text = text_of(pdf)
    assert len(pypdf.PdfReader(BytesIO(pdf)).pages) > 2
    assert text.count("सलाह ") + text.count("सलाह\n") >= 200
    assert all(f"MEDICINE NUMBER {number}" in text.replace("\n", " ") for number in range(12))
    assert text.count("W") >= 1000
    assert text.count("112") >= 3
    assert text.count("How to take") >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_is_small_enough_for_a_slow_phone(printer: ReportlabPrinter, language: str) -> None:
    assert len(printed(printer, patient=replace(PATIENT, language=language))) < 80_000


def test_threads_may_print_at_the_same_time(printer: ReportlabPrinter) -> None:
    alone = pixels_of(printed(printer), 1)
    with ThreadPoolExecutor(4) as threads:
        papers = list(threads.map(lambda _: printed(printer), range(8)))
    assert all(np.array_equal(pixels_of(pdf, 1), alone) for pdf in papers)


# The words as data


def test_every_language_has_every_word(tmp_path: Path) -> None:
    assert set(load_paper_words()) == set(LANGUAGES)
    path = tmp_path / "paper.toml"
    path.write_text('[en]\ndate = "Date"\n[hi]\n')
    with pytest.raises(BadTable, match=r"hi\.date: every language needs the same keys as en"):
        load_paper_words(path)
