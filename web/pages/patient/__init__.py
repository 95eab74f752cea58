"""Pages for patients: readable on an old phone over a slow network, without a script."""
