"""How the paper looks: colours, type sizes, distances. Points (1/72 inch) throughout."""

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm

from core.adapters.pdf.fonts import Weight
from core.adapters.pdf.shaping import Style

INK: Color = HexColor("#1d2b30")
QUIET: Color = HexColor("#5d6f75")
TEAL: Color = HexColor("#0d5c63")
HAIR: Color = HexColor("#c9d6d8")
TINT: Color = HexColor("#f1f6f6")

MARGIN: float = 17 * mm
GAP: float = 2.6 * mm
FOOTER: float = 21 * mm
QR_SIZE: float = 25 * mm
QUIET_ZONE: float = 3.5 * mm
"""Around the QR code, or scanners do not find it (ISO/IEC 18004: four modules)."""
ICON: float = 15

CLINIC = Style(Weight.BOLD, 20, 24, TEAL)
ISSUED = Style(Weight.REGULAR, 9, 12.5, QUIET)
HEADING = Style(Weight.BOLD, 9.5, 13.5, TEAL)
LABEL = Style(Weight.REGULAR, 7.8, 11, QUIET)
BODY = Style(Weight.REGULAR, 10, 14.5, INK)
STRONG = Style(Weight.BOLD, 10.5, 15, INK)
DOCTOR = Style(Weight.BOLD, 12, 16, INK)
CELL = Style(Weight.MEDIUM, 9.5, 13.5, INK)
NOTE = Style(Weight.REGULAR, 8.4, 12, QUIET)
CODE = Style(Weight.BOLD, 11, 14, INK, "right")
CODE_LABEL = Style(Weight.REGULAR, 7.4, 10.5, QUIET, "right")
RX = Style(Weight.BOLD, 15, 19, TEAL)
COUNT = Style(Weight.BOLD, 11, 14, INK)
NOTHING = Style(Weight.REGULAR, 11, 14, HAIR)
DRAFT = Style(Weight.BOLD, 64, 84, HexColor("#dfe4e5"))
FOOT = Style(Weight.REGULAR, 7.8, 10.5, QUIET)
