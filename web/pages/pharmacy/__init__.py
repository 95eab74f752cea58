"""Pages for pharmacies and laboratories: anybody may make sure of a prescription, the registered ones dispense."""
