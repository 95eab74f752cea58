"""The formulary: the generics that may be thought of at all, what is known of each, and how it is read from a table."""
