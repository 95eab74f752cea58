"""A prescription on paper: A4, in the scripts of twelve languages, set with shaped text, sealed (T6)."""

from core.adapters.pdf.printer import Letterhead, PaperTables, ReportlabPrinter
from core.adapters.pdf.seal import Seal

__all__ = ["Letterhead", "PaperTables", "ReportlabPrinter", "Seal"]
