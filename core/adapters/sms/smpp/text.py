"""Texts as SMPP carries them: the alphabet, the parts of a long one, and back (3GPP TS 23.038, 23.040).

English travels in the GSM alphabet, one octet a septet, and whatever does not fit into it (Hindi) in UCS-2. The
library's own splitting is not used: it counts `[` and `€` as one septet of the two they take, so that such a part is
too long for the air.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from aiosmpplib import GSM7BitCodec  # type: ignore[import-untyped]

GSM, UCS2 = "gsm0338", "ucs2"
"""The library's names for data codings 0 and 8."""
_ROOM = {GSM: (160, 153), UCS2: (140, 134)}
"""Octets of a text that stands alone, and of a part beside its header of 6 octets (T11)."""
_CONCATENATED = (0x05, 0x00, 0x03)
"""User data header of 5 octets, its element 0 (8-bit reference, 3GPP TS 23.040 section 9.2.3.24.1) of 3 octets."""
_PYTHON_CODECS = {0x01: "ascii", 0x02: "latin-1", 0x03: "latin-1", 0x04: "latin-1"}
"""By data coding of SMPP 3.4 section 5.2.19; binary is read as Latin-1, and will not be understood."""
_UCS2_CODINGS = {0x08, 0x18, 0x19}
"""Plain, and with a message class (3GPP TS 23.038 section 4)."""

_gsm = GSM7BitCodec()


@dataclass(frozen=True, slots=True)
class Coded:
    """A text as octets: what its parts are, each with its header where there are several."""

    encoding: str
    parts: tuple[bytes, ...]

    @property
    def joined(self) -> bool:
        """Whether the parts begin with a user data header."""
        return len(self.parts) > 1


def encode(text: str, reference: int) -> Coded:
    """`text` in as few parts as it takes; of `reference`, which tells long messages apart, the last octet counts."""
    encoding = GSM if GSM7BitCodec.is_gsm_text(text) else UCS2
    characters = [_gsm.encode(char)[0] if encoding == GSM else char.encode("utf-16-be") for char in text]
    alone, beside_header = _ROOM[encoding]
    if sum(map(len, characters)) <= alone:
        return Coded(encoding, (b"".join(characters),))
    parts = _packed(characters, beside_header)
    header = (*_CONCATENATED, reference % 256, len(parts))
    return Coded(encoding, tuple(bytes((*header, number)) + part for number, part in enumerate(parts, 1)))


def decode(octets: bytes, data_coding: int) -> str:
    """What somebody wrote. Octets that mean nothing become replacement characters: a message is never thrown away."""
    if data_coding in _UCS2_CODINGS:
        return octets.decode("utf-16-be", "replace")
    if codec := _PYTHON_CODECS.get(data_coding):
        return octets.decode(codec, "replace")
    return str(_gsm.decode(octets, "replace")[0])


def _packed(characters: Iterable[bytes], room: int) -> list[bytes]:
    """Whole characters, in parts of at most `room` octets: escape and surrogate pairs stay together."""
    parts = [b""]
    for character in characters:
        if len(parts[-1]) + len(character) > room:
            parts.append(b"")
        parts[-1] += character
    return parts
