"""Puts the rooms together: the only code, beside `main`, that knows every one of them."""
