"""Everything one prescription shows, gathered before it is laid out (T6)."""

from dataclasses import dataclass, field
from datetime import datetime

from core.adapters.pdf.structure import Node
from core.adapters.pdf.words import Words
from core.rules.dose_words import DoseWords
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper."""

    prescription: SignedPrescription
    patient: Patient
    doctor: Doctor
    follow_up: bool
    token: str
    clinic_name: str
    signed_at: datetime
    """In the clinic's time zone."""
    place: str
    """Where the patient lives, in their language."""
    words: Words
    doses: DoseWords
    """In the patient's language."""
    english_doses: DoseWords
    verify_at: str
    """The address behind the QR code."""
    replaces: str = ""
    """The number of the prescription that this one corrects; empty: it corrects none."""
    draft: bool = False
    """Not signed: it must not look as if it were."""
    root: Node = field(default_factory=lambda: Node("Document"))
    """The structure, filled while it is laid out."""

    def paragraph(self, kind: str = "P") -> Node:
        """A new element at the end of the paper."""
        return Node(kind, self.root)
