"""Objects written into ReportLab's document as they are, past its slow formatting."""

import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFObject


class Raw(PDFObject):  # type: ignore[misc]
    """An indirect object; what it says may be given later, but before the file is saved."""

    __RefOnly__ = 1

    def __init__(self, written: str | bytes = b"") -> None:
        self.written = written

    def format(self, document: Any) -> bytes:
        """ReportLab asks for it when it saves."""
        return self.written.encode("latin-1") if isinstance(self.written, str) else self.written


def add(document: Any, written: Raw | str | bytes) -> str:
    """Make it part of the document; the reference to it, `12 0 R`."""
    name = document.Reference(written if isinstance(written, Raw) else Raw(written)).name
    return reference(document, name)


def reference(document: Any, name: str) -> str:
    """To an object that ReportLab knows by this name."""
    number, version = document.idToObjectNumberAndVersion[name]
    return f"{number} {version} R"


def packed_stream(content: bytes) -> bytes:
    """A stream, compressed; fonts' streams must also say how long they are otherwise."""
    packed = zlib.compress(content)
    head = f"<</Filter/FlateDecode/Length {len(packed)}/Length1 {len(content)}>>".encode()
    return head + b"\nstream\n" + packed + b"\nendstream\n"


def text_string(text: str) -> str:
    """A text as PDF writes it (ISO 32000-1, 7.9.2.2)."""
    return f"<feff{text.encode('utf-16-be').hex()}>"
