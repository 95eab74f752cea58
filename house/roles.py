"""The roles that the processes of one house divide among themselves."""

ROLES = ("switch", "calls", "router", "web", "sms")
"""Asterisk's keeper, the conversations, the queue's clock, the pages, the outbox."""
