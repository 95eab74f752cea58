"""A formulary as it is kept: what every prescription was checked against can be looked up as long as there are any."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FormularyVersion:
    """One table, whole. It is never changed: another table is another version."""

    version: str
    """See `core.rules.formulary.table.version_of`."""
    content: str
    """The table (CSV)."""
    by: str
    """Who brought it in, as in the audit."""
    at: datetime
    in_force: bool = False
    """Instead of the one in the deployment's files; at most one is."""
