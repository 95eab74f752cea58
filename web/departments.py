"""What a department is called on pages: as the administration named it, or by the panel's words, or by its key."""

from core.clinic.policy import Policy
from web.words import Tongue


def opd_name(policy: Policy, tongue: Tongue, opd: str) -> str:
    """In this language."""
    known = policy.known_opds.get(opd)
    name = known.names.get(tongue.language) if known else None
    return name or tongue.texts.get(f"department.{opd}", opd.replace("_", " ").capitalize())
