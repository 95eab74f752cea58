"""Files such as patients send: photos and PDFs of medical papers, some of them harmful."""

import io

from PIL import Image
from PIL.Image import Exif
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, RectangleObject, StreamObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
TURNED_RIGHT = 6
"""EXIF: the camera was turned; whoever shows the picture must turn it back."""


def photo(kind: str = "JPEG", size: tuple[int, int] = (300, 200), exif: Exif | None = None) -> bytes:
    """Red on its left half, blue on its right; another one for each size."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    written = io.BytesIO()
    image.save(written, kind, **({"exif": exif} if exif else {}))
    return written.getvalue()


def telling_exif() -> Exif:
    """Whose camera it was, where, and how it was held."""
    exif = Exif()
    exif[ORIENTATION], exif[MAKE] = TURNED_RIGHT, "Whose Camera"
    exif.get_ifd(GPS)[1] = "N"
    return exif


def pdf(
    pages: int = 1,
    *,
    text: str = "Haemoglobin 9.1 g/dl",
    field: str = "",
    password: str = "",
    size: tuple[int, int] = (300, 200),
) -> bytes:
    """A laboratory's report; with a form's `field` that somebody has filled in, or locked."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=size)
    for _ in range(pages):
        canvas.drawString(20, 150, text)
        if field:
            canvas.acroForm.textfield(name="result", value=field, x=20, y=40, width=200, height=40, borderWidth=0)
        canvas.showPage()
    canvas.save()
    return _locked(written.getvalue(), password) if password else written.getvalue()


def scan(page: Image.Image, pages: int) -> bytes:
    """A PDF whose pages all show this one picture, which stands in it once."""
    written, jpeg = io.BytesIO(), io.BytesIO()
    page.convert("RGB").save(jpeg, "JPEG", quality=80)
    canvas, shown = Canvas(written, pagesize=(500, 500)), ImageReader(jpeg)
    for _ in range(pages):
        canvas.drawImage(shown, 0, 0, 500, 500)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def within_itself() -> bytes:
    """A PDF with a form that is drawn within itself, twice each time."""
    writer, form = PdfWriter(PdfReader(io.BytesIO(pdf()))), StreamObject()
    form.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): RectangleObject((0, 0, 300, 200))})
    drawn = writer._add_object(form)
    resources = DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/X"): drawn})})
    form[NameObject("/Resources")] = resources
    form.set_data(b"/X Do /X Do")
    writer.pages[0][NameObject("/Resources")] = resources
    content = StreamObject()
    content.set_data(b"/X Do")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _locked(document: bytes, password: str) -> bytes:
    writer, written = PdfWriter(PdfReader(io.BytesIO(document))), io.BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()
