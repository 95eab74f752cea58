"""The verification link as a QR code, for a pharmacy's scanner."""

from itertools import groupby

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.platypus import Flowable

from core.adapters.pdf.canvas import PaperCanvas
from core.adapters.pdf.structure import Node


class Qr(Flowable):  # type: ignore[misc]
    """A square of `size` points."""

    canv: PaperCanvas

    def __init__(self, text: str, size: float, node: Node) -> None:
        super().__init__()
        self._text = text
        self._node = node
        self.width = self.height = size

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """ReportLab asks how much room it takes, in points."""
        return self.width, self.height

    def draw(self) -> None:
        """ReportLab draws it, its lower left corner at the origin."""
        code = QRCode(None, QRErrorCorrectLevel.M)
        code.addData(self._text)
        code.make()
        side = self.width / code.getModuleCount()
        with self.canv.marked(self._node):
            self.canv.draw(f"q {side:.4f} 0 0 {-side:.4f} 0 {self.height:.2f} cm 0 0 0 rg {_boxes(code.modules)} f Q")


def _boxes(modules: list[list[bool]]) -> str:
    """Dark modules that lie side by side are one box: no hairlines between them."""
    boxes = []
    for row, line in enumerate(modules):
        column = 0
        for dark, run in groupby(map(bool, line)):
            length = len(list(run))
            if dark:
                boxes.append(f"{column} {row} {length} 1 re")
            column += length
    return " ".join(boxes)
