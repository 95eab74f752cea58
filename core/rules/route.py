"""Which way a medicine goes, from the formulary to the prescription: what is for the skin is never told as a dose."""

from collections.abc import Mapping
from dataclasses import replace

from core.rules.formulary.drug import Drug
from core.rules.prescription import Medicine, Prescription


def with_routes(prescription: Prescription, formulary: Mapping[str, Drug]) -> Prescription:
    """As it is signed, printed and told: a later formulary changes nothing of it."""
    medicines = (replace(medicine, route=_route(medicine, formulary)) for medicine in prescription.medicines)
    return replace(prescription, medicines=tuple(medicines))


def _route(medicine: Medicine, formulary: Mapping[str, Drug]) -> str:
    drug = formulary.get(medicine.generic)
    product = drug.product(medicine.form) if drug else None
    return product.route if product else ""
