"""What an operator does at the desk: find a caller, see to them, leave a trace of every look (S4, S15, S24, T12)."""
