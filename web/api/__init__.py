"""The API for other systems: OAuth 2.0 client credentials, and FHIR R4 documents. docs/api.md tells how it is used."""
