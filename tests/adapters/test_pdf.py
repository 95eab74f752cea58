"""The printed prescription: everything T6 asks for, letters shaped right, text that can be copied, any length."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pypdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
import uharfbuzz as hb
from numpy.typing import NDArray
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from config.tables import BadTable, load_paper_words, load_states
from core.adapters.pdf import ReportlabPrinter
from core.adapters.pdf.look import BODY
from core.adapters.pdf.printer import Letterhead
from core.adapters.pdf.shaping import break_lines, draw_line, register_fonts, script_runs, syllables
from core.rules.patient import Gender, Patient, Relation
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from core.rules.staff import Doctor

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
DOCTOR = Doctor(
    3, "asha", "Dr Asha Verma", "MBBS, MD", "RJ-12345", "Rajasthan Medical Council", "asha@duravani.example",
    ("general",), ("hi",), (), "doctor-asha", "digest", "hash", NOW,
)  # fmt: skip
PATIENT = Patient(
    1, "100000016", "+919876543210", Relation.SELF, Gender.WOMAN, 34, date(2026, 11, 21), "302001", "RJ", "Jaipur",
    "hi", NOW, "कमला देवी",
)  # fmt: skip
CONTENT = Prescription(
    complaint="तीन दिन से बुखार (fever 101°F)",
    diagnosis="Viral fever, प्रथम दिन",
    medicines=(
        Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5, "1 गोली(500 mg) खाने के बाद"),
        Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3),
    ),
    tests=("CBC", "मलेरिया RDT"),
    history="Known hypertension",
    findings="साँस सामान्य",
    advice="ख़ूब पानी पिएँ।\r\nआराम करें।",
    weight_kg="62",
    last_period="02-11-2026",
)
SIGNED = SignedPrescription(4, 17, 1, 3, CONTENT, NOW, "RX261121000176", "hash", NOW, "314159265358")
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def printer() -> ReportlabPrinter:
    letterhead = Letterhead("Duravani दूरवाणी", "1800-000-000", ZoneInfo("Asia/Kolkata"))
    return ReportlabPrinter(letterhead, load_paper_words(), load_states())


def printed(
    printer: ReportlabPrinter, content: Prescription = CONTENT, patient: Patient = PATIENT, *, follow_up: bool = False
) -> bytes:
    return printer.pdf(replace(SIGNED, content=content), patient, DOCTOR, follow_up=follow_up, token="4821")


def text_of(pdf: bytes) -> str:
    """Every line's /ActualText: what a reader searches and copies."""
    streams = b"".join(page.get_contents().get_data() for page in pypdf.PdfReader(BytesIO(pdf)).pages)  # type: ignore[union-attr]
    return "\n".join(
        bytes.fromhex(found.decode()).decode("utf-16") for found in re.findall(rb"/ActualText <([0-9a-f]+)>", streams)
    )


def pixels_of(pdf: bytes, scale: float = 3) -> Pixels:
    page = pdfium.PdfDocument(pdf)[0]
    grey: Pixels = page.render(scale=scale, grayscale=True).to_numpy().copy()
    return grey.reshape(grey.shape[:2])


# What T6 asks for


def test_everything_of_t6_is_on_it(printer: ReportlabPrinter) -> None:
    text = text_of(printed(printer))
    for wanted in (
        "Dr Asha Verma", "MBBS, MD", "RJ-12345, Rajasthan Medical Council", "asha@duravani.example",
        "21-11-2026", "RX261121000176",
        "कमला देवी", "100000016", "34 वर्ष, महिला", "Jaipur, राजस्थान, 302001", "4821", "62 kg", "02-11-2026",
        CONTENT.complaint, CONTENT.history, CONTENT.findings, CONTENT.diagnosis,
        "PARACETAMOL", "tablet", "500 mg", "1-0-1", "5 दिन", "1 गोली(500 mg) खाने के बाद",
        "ORAL REHYDRATION SALTS", "SOS",
        "1. CBC", "2. मलेरिया RDT", "ख़ूब पानी पिएँ।", "आराम करें।",
        "Electronically signed by", "21-11-2026 15:00 IST", "Issued in a teleconsultation by telephone",
        "Duravani दूरवाणी", "1800-000-000", "Emergency: dial 112",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_labels_are_in_the_patient_s_language_and_english(printer: ReportlabPrinter) -> None:
    assert "शिकायत · Complaint" in text_of(printed(printer))
    english = text_of(printed(printer, patient=replace(PATIENT, language="en")))
    assert "Complaint\n" in english
    assert "शिकायत" not in english
    unknown = text_of(printed(printer, patient=replace(PATIENT, language="ta")))
    assert "34 years, woman" in unknown


@pytest.mark.parametrize("name", [None, "কমলা"])
def test_a_name_nobody_typed_or_the_font_lacks(printer: ReportlabPrinter, name: str | None) -> None:
    text = text_of(printed(printer, patient=replace(PATIENT, name=name)))
    assert "आवाज़ में दर्ज · as recorded by voice" in text
    assert "कमला" not in text


def test_what_was_not_written_has_no_heading(printer: ReportlabPrinter) -> None:
    bare = Prescription("Cough", "Common cold", advice="Rest")
    text = text_of(printed(printer, bare, replace(PATIENT, language="en"), follow_up=True))
    assert "follow-up" in text
    for heading in ("History", "Findings", "Tests", "Medicine", "Weight", "Last period", "1-0-1"):
        assert heading not in text


def test_every_glyph_is_embedded(printer: ReportlabPrinter) -> None:
    page = pypdf.PdfReader(BytesIO(printed(printer))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    ours = [font for font in fonts if "Mukta" in font["/BaseFont"]]
    assert ours
    assert all("/FontFile2" in font["/FontDescriptor"] for font in ours)


# Any length


def test_the_longest_prescription_goes_over_pages_and_loses_nothing(printer: ReportlabPrinter) -> None:
    medicines = tuple(
        Medicine(f"medicine number {number}", "chewable tablet", "100 mg+0.5 mg", "alternate days", 90, "निर्देश " * 15)
        for number in range(12)
    )  # fmt: skip
    content = Prescription(
        "क" * 500, "रोग " * 75, medicines, ("जाँच " * 20,) * 15, "\n" * 999 + "X", "W" * 1000, "सलाह " * 200
    )  # fmt: skip
    pdf = printed(printer, content)
    text = text_of(pdf)
    assert len(pypdf.PdfReader(BytesIO(pdf)).pages) > 2
    assert text.count("सलाह ") + text.count("सलाह\n") >= 200
    assert all(f"MEDICINE NUMBER {number}" in text.replace("\n", " ") for number in range(12))
    assert text.count("W") >= 1000
    assert text.count("112") >= 3


def test_a_paper_is_small_enough_for_a_slow_phone(printer: ReportlabPrinter) -> None:
    assert len(printed(printer)) < 120_000


def test_threads_may_print_at_the_same_time(printer: ReportlabPrinter) -> None:
    alone = pixels_of(printed(printer), 1)
    with ThreadPoolExecutor(4) as threads:
        for pdf in threads.map(lambda _: printed(printer), range(8)):
            assert np.array_equal(pixels_of(pdf, 1), alone)


# Letters

MIXED = [
    ("हिन्दी", [("Deva", "हिन्दी")]),
    ("क्षत्रिय", [("Deva", "क्षत्रिय")]),
    ("र्निर्धारित", [("Deva", "र्निर्धारित")]),
    ("गोली(500", [("Deva", "गोली(500")]),
    ("mg/गोली", [("Latn", "mg/"), ("Deva", "गोली")]),
    ("fever101°Fरात्रि", [("Latn", "fever101°F"), ("Deva", "रात्रि")]),
    ("(दिन)AV(रात)", [("Deva", "(दिन)"), ("Latn", "AV("), ("Deva", "रात)")]),
    ("ख़ूब", [("Deva", "ख़ूब")]),
]  # fmt: skip


@pytest.mark.parametrize(("word", "runs"), MIXED)
def test_words_are_drawn_as_harfbuzz_shapes_them(word: str, runs: list[tuple[str, str]]) -> None:
    assert list(script_runs(word)) == [text for _, text in runs]
    assert difference(pixels_of(drawn(word)), pixels_of(outlined(runs))) < 0.04


@pytest.mark.parametrize("word", ["हिन्दी", "क्षत्रिय"])
def test_the_comparison_sees_unshaped_letters(word: str) -> None:
    unshaped = [("Latn", char) for char in word]
    assert difference(pixels_of(drawn(word)), pixels_of(outlined(unshaped))) > 0.2


def difference(one: Pixels, other: Pixels) -> float:
    """The ink that is only in one of them, as a share of all ink."""
    ink, other_ink = 255.0 - one, 255.0 - other
    return float(np.abs(ink - other_ink).sum() / max(ink.sum(), other_ink.sum()))


SIZE = 30
STYLE = replace(BODY, size=SIZE)


def drawn(word: str) -> bytes:
    """What we print."""
    register_fonts()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(300, 80), initialFontName=STYLE.font)
    (line,) = break_lines(word, STYLE, 280)
    draw_line(canvas, line, STYLE, 10, 30)
    canvas.save()
    return out.getvalue()


def outlined(runs: list[tuple[str, str]]) -> bytes:
    """The same by HarfBuzz alone: no font in the file, only the outlines of its glyphs where it puts them."""
    font = hb.Font(
        hb.Face(hb.Blob.from_file_path(str(Path(str(files("fontpkg_mukta"))) / "files" / "Mukta-Regular.ttf")))
    )
    out = BytesIO()
    canvas = Canvas(out, pagesize=(300, 80))
    canvas.translate(10, 30)
    canvas.scale(SIZE / font.face.upem, SIZE / font.face.upem)
    canvas.setFillColor(STYLE.colour)
    path = canvas.beginPath()
    x = 0
    for script, text in runs:
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.script, buffer.direction, buffer.language = script, "ltr", "und"
        hb.shape(font, buffer)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            font.draw_glyph(info.codepoint, pen(x + position.x_offset, position.y_offset), path)
            x += position.x_advance
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.save()
    return out.getvalue()


def pen(dx: float, dy: float) -> hb.DrawFuncs:
    """Draws outlines into a ReportLab path, moved by (dx, dy)."""
    at = [0.0, 0.0]

    def move(x: float, y: float, path: PDFPathObject) -> None:
        at[:] = x + dx, y + dy
        path.moveTo(*at)

    def line(x: float, y: float, path: PDFPathObject) -> None:
        at[:] = x + dx, y + dy
        path.lineTo(*at)

    def cubic(x1: float, y1: float, x2: float, y2: float, x: float, y: float, path: PDFPathObject) -> None:
        at[:] = x + dx, y + dy
        path.curveTo(x1 + dx, y1 + dy, x2 + dx, y2 + dy, *at)

    def quadratic(qx: float, qy: float, x: float, y: float, path: PDFPathObject) -> None:
        (sx, sy), (cx, cy), (ex, ey) = at, (qx + dx, qy + dy), (x + dx, y + dy)
        path.curveTo(
            sx + 2 / 3 * (cx - sx), sy + 2 / 3 * (cy - sy), ex + 2 / 3 * (cx - ex), ey + 2 / 3 * (cy - ey), ex, ey
        )
        at[:] = ex, ey

    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(move)
    funcs.set_line_to_func(line)
    funcs.set_cubic_to_func(cubic)
    funcs.set_quadratic_to_func(quadratic)
    funcs.set_close_path_func(lambda path: path.close())
    return funcs


def test_lines_break_between_words_and_long_words_between_syllables() -> None:
    register_fonts()
    lines = break_lines("पानी पिएँ " * 20, BODY, 120)
    assert all(line.width <= 120 for line in lines)
    assert " ".join(word.text for line in lines for word in line.words) == ("पानी पिएँ " * 20).strip()
    long = break_lines("क्षि" * 40, BODY, 120)
    assert all(line.width <= 120 for line in long)
    assert "".join(word.text for line in long for word in line.words) == "क्षि" * 40
    assert list(syllables("क्षिकाAb")) == ["क्षि", "का", "A", "b"]


def test_empty_lines_stay() -> None:
    register_fonts()
    assert [len(line.words) for line in break_lines("a\n\nb", BODY, 100)] == [1, 0, 1]
    assert len(break_lines("", BODY, 100)) == 1


# The words as data


def test_every_language_has_every_word(tmp_path: Path) -> None:
    assert set(load_paper_words()) >= {"en", "hi"}
    path = tmp_path / "paper.toml"
    path.write_text('[en]\ndate = "Date"\n[hi]\n')
    with pytest.raises(BadTable, match=r"hi\.date: every language needs the same keys as en"):
        load_paper_words(path)
