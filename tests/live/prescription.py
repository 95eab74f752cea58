"""What a doctor of the tests types into the prescription form, and what the patient gets."""

import re
from datetime import UTC, datetime

import aiohttp

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


async def paper_behind(link: str, age: int) -> bytes:
    """The PDF as its patient, of this age, gets it: by the year of birth. Raises when the link leads to none."""
    born = str(datetime.now(UTC).year - age)
    # On this machine addresses are numbers, from which a browser takes cookies, and aiohttp only if told to.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), raise_for_status=True) as session:
        async with session.post(link, data={"fact": born}) as page:
            await page.read()
        async with session.get(f"{link}/prescription.pdf") as answer:
            pdf = await answer.read()
    if not pdf.startswith(b"%PDF-"):
        raise AssertionError(f"{link} leads to no PDF")
    return pdf
