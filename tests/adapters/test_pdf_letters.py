"""Letters on paper: every script as HarfBuzz shapes it, mixed words too, lines broken between syllables."""

from dataclasses import replace
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
import pytest
import uharfbuzz as hb
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from config.tables import load_dose_words, load_paper_words
from core.adapters.pdf.canvas import PaperCanvas
from core.adapters.pdf.fonts import Weight, face, script_of, scripts
from core.adapters.pdf.look import BODY
from core.adapters.pdf.shaping import break_lines, script_runs, syllables
from core.rules.printable import printable
from tests.adapters.papers import LANGUAGES, Pixels, pixels_of

MIXED = [
    ("हिन्दी", [("Deva", "हिन्दी")]),
    ("क्षत्रिय", [("Deva", "क्षत्रिय")]),
    ("र्निर्धारित", [("Deva", "र्निर्धारित")]),
    ("गोली(500", [("Deva", "गोली(500")]),
    ("mg/गोली", [("Latn", "mg/"), ("Deva", "गोली")]),
    ("fever101°Fरात्रि", [("Latn", "fever101°F"), ("Deva", "रात्रि")]),
    ("(दिन)AV(रात)", [("Deva", "(दिन)"), ("Latn", "AV("), ("Deva", "रात)")]),
    ("ख़ूब", [("Deva", "ख़ूब")]),
    ("শ্রী", [("Beng", "শ্রী")]),
    ("1টি", [("Latn", "1"), ("Beng", "টি")]),
    ("mg/ক্ষেত্র,", [("Latn", "mg/"), ("Beng", "ক্ষেত্র"), ("Latn", ",")]),
    ("ৰক্তৰ্", [("Beng", "ৰক্তৰ্")]),
    ("ਸ਼੍ਰੀ(500", [("Guru", "ਸ਼੍ਰੀ"), ("Latn", "(500")]),
    ("mgક્ષત્રિય", [("Latn", "mg"), ("Gujr", "ક્ષત્રિય")]),
    ("mg/ବଟିକା।", [("Latn", "mg/"), ("Orya", "ବଟିକା"), ("Latn", "।")]),
    ("ସ୍ତ୍ରୀ", [("Orya", "ସ୍ତ୍ରୀ")]),
    ("கொள்ளஸ்ரீ", [("Taml", "கொள்ளஸ்ரீ")]),
    ("500mg/மாத்திரை", [("Latn", "500mg/"), ("Taml", "மாத்திரை")]),
    ("స్త్రీ2కి", [("Telu", "స్త్రీ"), ("Latn", "2"), ("Telu", "కి")]),
    ("పఫ్‌లు", [("Telu", "పఫ్‌లు")]),
    ("mgಮಾತ್ರೆಸ್ತ್ರೀ", [("Latn", "mg"), ("Knda", "ಮಾತ್ರೆಸ್ತ್ರೀ")]),
    ("രാത്രി500", [("Mlym", "രാത്രി"), ("Latn", "500")]),
    ("ഗുളികഗോലീगोली", [("Mlym", "ഗുളികഗോലീ"), ("Deva", "गोली")]),
]  # fmt: skip


@pytest.mark.parametrize("runs", [runs for _, runs in MIXED], ids=lambda runs: "".join(text for _, text in runs))
def test_words_are_drawn_as_harfbuzz_shapes_them(runs: list[tuple[str, str]]) -> None:
    word = "".join(text for _, text in runs)
    assert list(script_runs(word)) == runs
    assert difference(pixels_of(drawn([word])), pixels_of(outlined([runs]))) < 0.04


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_ours_is_drawn_as_harfbuzz_shapes_it(language: str) -> None:
    doses = load_dose_words()[language]
    texts = [*load_paper_words()[language].values(), *doses.times, *(unit.many for unit in doses.units.values())]
    words = sorted({word for text in texts for word in text.split() if "{" not in word})
    ours, theirs = pixels_of(drawn(words)), pixels_of(outlined([list(script_runs(word)) for word in words]))
    for word, one, other in zip(words, np.split(ours, len(words)), np.split(theirs, len(words)), strict=True):
        assert difference(one, other) < 0.05, word


@pytest.mark.parametrize(
    ("script", "word"),
    [("Deva", "हिन्दी"), ("Deva", "क्षत्रिय"), ("Beng", "ক্ষেত্র"), ("Taml", "கொள்ள"), ("Telu", "స్త్రీ"), ("Knda", "ಮಾತ್ರೆ"),
     ("Mlym", "രാത്രി"), ("Orya", "ସ୍ତ୍ରୀ"), ("Gujr", "ક્ષત્રિય"), ("Guru", "ਸ਼੍ਰੀਕਿ")],
)  # fmt: skip
def test_the_comparison_sees_unshaped_letters(script: str, word: str) -> None:
    assert difference(pixels_of(drawn([word])), pixels_of(outlined([[(script, char) for char in word]]))) > 0.2


def difference(one: Pixels, other: Pixels) -> float:
    """The ink that is only in one of them, as a share of all ink."""
    ink, other_ink = 255.0 - one, 255.0 - other
    return float(np.abs(ink - other_ink).sum() / max(ink.sum(), other_ink.sum()))


SIZE = 30
STYLE = replace(BODY, size=SIZE)


WIDTH, ROW = 400, 80
"""Points that a word has for itself."""


def drawn(words: list[str]) -> bytes:
    """What we print, one below the other."""
    out = BytesIO()
    canvas = PaperCanvas(out, pagesize=(WIDTH, ROW * len(words)))
    for place, word in enumerate(reversed(words)):
        (line,) = break_lines(word, STYLE, WIDTH - 20)
        canvas.draw_line(line, STYLE, 10, 30 + ROW * place)
    canvas.save()
    return out.getvalue()


NOTO = {
    "Beng": "Bengali", "Guru": "Gurmukhi", "Gujr": "Gujarati", "Orya": "Oriya", "Taml": "Tamil", "Telu": "Telugu",
    "Knda": "Kannada", "Mlym": "Malayalam",
}  # fmt: skip


@cache
def original(script: str) -> hb.Font:
    """The font as it comes, whose weight 400 is the one it has where nothing is said."""
    place = files("manimgx_fonts") / f"NotoSans{NOTO[script]}[wght].ttf" if script in NOTO else MUKTA
    return hb.Font(hb.Face(hb.Blob(place.read_bytes())))


MUKTA = files("fontpkg_mukta") / "files" / "Mukta-Regular.ttf"


def outlined(words: list[list[tuple[str, str]]]) -> bytes:
    """The same by HarfBuzz alone: no font in the file, only the outlines of its glyphs where it puts them."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, ROW * len(words)))
    canvas.setFillColor(STYLE.colour)
    canvas.scale(SIZE / 1000, SIZE / 1000)
    path = canvas.beginPath()
    for place, runs in enumerate(reversed(words)):
        outline(path, runs, 10 * 1000 / SIZE, (30 + ROW * place) * 1000 / SIZE)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=FILL_NON_ZERO)
    canvas.save()
    return out.getvalue()


def outline(path: PDFPathObject, runs: list[tuple[str, str]], x: float, y: float) -> None:
    for script, text in runs:
        font = original(script)
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.script, buffer.direction, buffer.language = script, "ltr", "und"
        hb.shape(font, buffer)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            font.draw_glyph(info.codepoint, pen(x + position.x_offset, y + position.y_offset), path)
            x += position.x_advance


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
    lines = break_lines("पानी पिएँ " * 20, BODY, 120)
    assert all(line.width <= 120 for line in lines)
    assert " ".join(line.text for line in lines) == ("पानी पिएँ " * 20).strip()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("क्षिकाAb", ["क्षि", "का", "A", "b"]),
        ("স্ত্রীৰক্ত", ["স্ত্রী", "ৰ", "ক্ত"]),
        ("ਸ਼੍ਰੀਕਿ", ["ਸ਼੍ਰੀ", "ਕਿ"]),
        ("ક્ષિકા", ["ક્ષિ", "કા"]),
        ("ସ୍ତ୍ରୀକି", ["ସ୍ତ୍ରୀ", "କି"]),
        ("கொள்ள", ["கொ", "ள்", "ள"]),
        ("స్త్రీపఫ్‌లు", ["స్త్రీ", "ప", "ఫ్‌లు"]),
        ("ಮಾತ್ರೆ", ["ಮಾ", "ತ್ರೆ"]),
        ("രാത്രി", ["രാ", "ത്രി"]),
    ],
)
def test_syllables(text: str, parts: list[str]) -> None:
    assert list(syllables(text)) == parts
    lines = break_lines(parts[0] * 40, BODY, 120)
    assert len(lines) > 1
    assert all(line.width <= 120 for line in lines)
    assert all(line.text == parts[0] * (len(line.text) // len(parts[0])) for line in lines)
    assert "".join(line.text for line in lines) == parts[0] * 40


def test_empty_lines_stay() -> None:
    assert [len(line.words) for line in break_lines("a\n\nb", BODY, 100)] == [1, 0, 1]
    assert len(break_lines("", BODY, 100)) == 1


def test_whatever_may_be_signed_has_a_glyph() -> None:
    assert len(scripts()) == 10
    for char in map(chr, range(0x20, 0x2300)):
        if printable(char) and char not in "\u200c\u200d":
            script, _ = next(script_runs(char))
            assert face(script, Weight.REGULAR).font.get_nominal_glyph(ord(char)), f"U+{ord(char):04X}"
    assert not printable("ب")
    assert script_of("।") == ""


def test_whatever_we_print_ourselves_may_be_signed() -> None:
    for language in LANGUAGES:
        assert all(printable(text) for text in load_paper_words()[language].values()), language
