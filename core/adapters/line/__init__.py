"""The line kept in Redis (or Valkey): who waits, who is ready, who is reserved for whom."""

from core.adapters.line.line import RedisLine
from core.adapters.line.valkey import EmbeddedValkey

__all__ = ["EmbeddedValkey", "RedisLine"]
