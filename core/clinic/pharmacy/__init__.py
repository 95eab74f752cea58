"""What pharmacies and laboratories do with a prescription: make sure of it, and mark what was given."""
