"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything that stands in them."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection")."""


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The whole table, lines ended by CR LF."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(heading)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_RUNS) else cell
