"""How the paper looks: colours, type sizes, distances. Points (1/72 inch) throughout."""

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm

from core.adapters.pdf.shaping import BOLD, MEDIUM, REGULAR, Style

INK: Color = HexColor("#1d2b30")
QUIET: Color = HexColor("#5d6f75")
TEAL: Color = HexColor("#0d5c63")
HAIR: Color = HexColor("#c9d6d8")
TINT: Color = HexColor("#f1f6f6")

MARGIN: float = 17 * mm
GAP: float = 3.2 * mm
FOOTER: float = 21 * mm
QR_SIZE: float = 21 * mm

CLINIC = Style(BOLD, 20, 24, TEAL)
ISSUED = Style(REGULAR, 9, 12, QUIET)
HEADING = Style(BOLD, 9.5, 13, TEAL)
LABEL = Style(REGULAR, 7.8, 10.5, QUIET)
BODY = Style(REGULAR, 10, 14, INK)
STRONG = Style(BOLD, 10.5, 14.5, INK)
DOCTOR = Style(BOLD, 12, 16, INK)
CELL = Style(MEDIUM, 9.5, 13, INK)
NOTE = Style(REGULAR, 8.4, 11.5, QUIET)
RX = Style(BOLD, 15, 19, TEAL)
DRAFT = Style(BOLD, 64, 80, HexColor("#dfe4e5"))
FOOT = Style(REGULAR, 7.8, 10.5, QUIET)
