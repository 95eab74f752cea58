"""Reminders to whoever agreed to them: planned when a case ends, given once when their day comes (T12, T14)."""
