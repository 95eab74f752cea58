"""What a doctor of the tests types into the prescription form, and what the patient gets."""

import re

PRESCRIPTION = {
    "complaint": "Fever and headache for two days",
    "diagnosis": "Viral fever",
    "generic": "paracetamol",
    "form": "tablet",
    "strength": "500 mg",
    "frequency": "1-0-1",
    "days": "3",
    "instructions": "After food",
    "advice": "Rest, and drink much water",
    "do": "sign",
}
"""By the names of the form's fields; `do` is the pressed button."""
LINK = re.compile(r"https?://\S+/p/\S+")
"""The patient's link, as it stands in the SMS."""
