"""The doctor's pages: the patient who has come, the prescription, their own sets and day."""
