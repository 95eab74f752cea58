"""FHIR R4 (4.0.1) documents of what a doctor signed, by ABDM's profiles (T13): pure, from our dataclasses to JSON.

Profiles: NRCeS, FHIR Implementation Guide for ABDM, version 6.5.0. Codes are those that the profiles fix; what the
doctor wrote is text, for no SNOMED code is ever guessed.
"""
