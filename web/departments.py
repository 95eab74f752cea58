"""What a department is called on pages: as the administration named it, or by the panel's words, or by its key."""

from collections.abc import Mapping

from core.clinic.policy import Policy
from web.words import Tongue, Words


def opd_name(policy: Policy, tongue: Tongue, opd: str) -> str:
    """In this language."""
    known = policy.known_opds.get(opd)
    name = known.names.get(tongue.language) if known else None
    return name or tongue.texts.get(f"department.{opd}", opd.replace("_", " ").capitalize())


def every_opd_name(policy: Policy, words: Words) -> Mapping[str, frozenset[str]]:
    """By key, in all languages: what somebody may write who means it."""
    tongues = words.tongues.values()
    return {opd: frozenset(opd_name(policy, tongue, opd) for tongue in tongues) for opd in policy.known_opds}
