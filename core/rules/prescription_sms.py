"""The SMS that carry a prescription's medicines themselves, for phones without internet: template and variables."""

from collections.abc import Iterator

from core.rules.prescription import Medicine

MEDICINES_A_MESSAGE = 3


def medicine_messages(number: str, every: tuple[Medicine, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Template and variables of each message of the prescription of this number."""
    messages = [every[start : start + MEDICINES_A_MESSAGE] for start in range(0, len(every), MEDICINES_A_MESSAGE)]
    for part, medicines in enumerate(messages, 1):
        values = {"number": number, "part": f"{part}/{len(messages)}"}
        for place, medicine in enumerate(medicines, 1):
            values |= _medicine_values(place, medicine)
        yield f"medicines_{len(medicines)}", values


def _medicine_values(place: int, medicine: Medicine) -> dict[str, str]:
    return {
        f"name{place}": medicine.generic.upper(),
        f"strength{place}": medicine.strength,
        f"dose{place}": medicine.frequency.strip(),
        f"days{place}": str(medicine.days),
    }
