"""A prescription on paper: A4, Latin and Devanagari, set with shaped text (T6)."""

from core.adapters.pdf.printer import ReportlabPrinter

__all__ = ["ReportlabPrinter"]
