"""SMS by SMPP 3.4: one bound link, alphabets and parts, receipts and messages that come in."""
