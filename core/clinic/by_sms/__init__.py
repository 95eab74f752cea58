"""A conversation by SMS: words understood, questions asked one at a time, each answer stored with what it does."""
