"""What the house can carry, and how fast it is, beside Asterisk's own app_queue and a bare Dial(): `make bench`."""
