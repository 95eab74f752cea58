"""Tables as CSV (RFC 4180): read as spreadsheets write them, written so that they run nothing that stands in them."""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Sequence
from io import StringIO

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection")."""


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The whole table, lines ended by CR LF."""
    return csv_rows([heading]) + csv_rows(rows)


def csv_rows(rows: Iterable[Sequence[str]]) -> str:
    """A piece of a table."""
    written = StringIO()
    csv.writer(written).writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def read_text(file: bytes) -> str:
    """What is written in a file: UTF-8, or UTF-16 as Excel's "Unicode text" if it says so; signs that are none as �."""
    encoding = "utf-16" if file.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return file.decode(encoding, "replace")


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_RUNS) else cell
