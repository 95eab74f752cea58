"""The ledger kept in SQL: SQLite for one machine, PostgreSQL for more."""

from core.adapters.sql.ledger import SqlLedger
from core.adapters.sql.migrate import migrate

__all__ = ["SqlLedger", "migrate"]
