"""The line kept in Redis (or Valkey): who waits, who is ready, who is reserved for whom."""

from core.adapters.line.line import RedisLine
from core.adapters.line.valkey import EmbeddedValkey
from core.adapters.line.vitals import Sign, Vitals

__all__ = ["EmbeddedValkey", "RedisLine", "Sign", "Vitals"]
