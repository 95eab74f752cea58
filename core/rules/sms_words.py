"""What a villager's SMS means: English and Hindi words, in Latin or Devanagari letters, however they are spelt.

Pure. Nothing here changes anything or knows who wrote: `wish_in` finds what is wanted, the other readers take an answer
to a question, and give None for what they do not understand.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from core.rules.patient import Gender

LONGEST_KEPT = 1600
"""Characters: ten joined segments, more than any telephone sends."""
MOST_WORDS = 8
"""In a longer message a word of ours stands by accident."""
MOST_NAME_WORDS = 5
OLDEST_SAID, OLDEST_KEPT = 120, 99
"""Years; as on the keypad, 99 means 99 or more."""


class Wish(StrEnum):
    """What somebody wants who writes to us."""

    CANCEL = "cancel"
    STATUS = "status"
    ID = "id"
    NEW = "new"
    """A token for somebody who is not registered yet (S7)."""
    TOKEN = "token"
    STOP = "stop"
    HELP = "help"
    HINDI = "hindi"
    ENGLISH = "english"
    GRIEVANCE = "grievance"
    """A complaint (S24): everything after the word is its text, however long."""


def _spelt(words: str) -> frozenset[str]:
    return frozenset(word for spelling in words.split() for word in plain(spelling))


def plain(text: str) -> list[str]:
    """The words, alike however they were typed: small, ASCII digits, no nukta, one nasal dot, no punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u093c", "").replace("ँ", "ं")
    return "".join(_plain_character(character) for character in text).split()


def _plain_character(character: str) -> str:
    if character in "\u200c\u200d'’":  # joiners, and the apostrophe of "don't"
        return ""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LM" else " "


_ENGLISH: Mapping[Wish, frozenset[str]] = {
    Wish.CANCEL: _spelt("cancel cancle cancil cansel kancel cancelled canceled"),
    Wish.STATUS: _spelt("status stetus staus statas when wait waiting place position queue"),
    Wish.ID: _spelt("id ids patientid"),
    Wish.NEW: _spelt("new another"),
    Wish.TOKEN: _spelt("token tokan tokn tocken tokens doctor docter doktor dr appointment"),
    Wish.STOP: _spelt("stop unsubscribe"),
    Wish.HELP: _spelt("help info"),
    Wish.ENGLISH: _spelt("english"),
    Wish.GRIEVANCE: _spelt("grievance grievence complaint complain complaints"),
}
_HINDI: Mapping[Wish, frozenset[str]] = {
    Wish.CANCEL: _spelt("radd rad radda kainsal kensal रद्द रद कैंसल कैंसिल कैन्सल कैन्सिल केंसल केंसिल केन्सल केन्सिल"),
    Wish.STATUS: _spelt(
        "haal hal sthiti kab kitna kitni kitne der bari baari intezar intzar "
        "हाल स्थिति स्तिथि कब कितना कितनी कितने देर बारी इंतज़ार इन्तज़ार स्टेटस स्टेट्स"
    ),
    Wish.ID: _spelt("aidi aaidi आईडी आइडी"),
    Wish.NEW: _spelt("naya nayaa nayi naye नया नयी नई नए नये"),
    Wish.TOKEN: _spelt("daktar doktar टोकन टोकेन टॉकन टोकण डॉक्टर डाक्टर डॉ"),
    Wish.STOP: _spelt("band roko बंद बन्द रोको"),
    Wish.HELP: _spelt("madad sahayata मदद सहायता"),
    Wish.HINDI: _spelt("hindi हिंदी हिन्दी"),
    Wish.ENGLISH: _spelt("angrezi angreji अंग्रेज़ी अंग्रेजी इंग्लिश"),
    Wish.GRIEVANCE: _spelt("shikayat shikaayat sikayat शिकायत शिक़ायत"),
}
_WORDS = {wish: _ENGLISH.get(wish, frozenset()) | _HINDI.get(wish, frozenset()) for wish in Wish}
_NUMBER = _spelt("number nambar numbar नंबर नम्बर")
"""Means the Patient ID, unless it is said of a token."""
_NEVER = _spelt("not dont never mat मत")
_YES = _spelt("yes y ok okay agree agreed haan han haa ha ji jee theek thik sahi manzoor manjoor manjur 1") | _spelt(
    "हाँ हां हा जी ठीक सही मंज़ूर मंजूर ओके"
)
_NO = _spelt("no n disagree nahi nahin nahee nhi nai na 2 नहीं नही ना न नामंज़ूर") | _NEVER
_MINGLED = (Wish.CANCEL, Wish.STATUS, Wish.ID, Wish.NEW, Wish.TOKEN, Wish.HELP)
"""What may stand among other words; of several the first counts: "token cancel" cancels, "token kab" asks when."""
_CHANGING = frozenset({Wish.CANCEL, Wish.NEW, Wish.TOKEN})
_OURS = frozenset().union(*_WORDS.values()) | _NUMBER
_REFUSING = _NO - {"1", "2"}
"""With one of these in a message nothing is changed: "cancel mat karo"."""
_GENDERS: Mapping[Gender, frozenset[str]] = {
    Gender.WOMAN: _spelt("1 woman women female f lady girl aurat orat mahila stri ladki औरत महिला स्त्री लड़की"),
    Gender.MAN: _spelt("2 man men male m boy aadmi admi purush mard ladka आदमी पुरुष मर्द लड़का"),
    Gender.OTHER: _spelt("3 other o anya अन्य"),
}
_GREETINGS = _spelt("hello hi hallo namaste namaskar thanks thank you dhanyavad shukriya नमस्ते नमस्कार धन्यवाद शुक्रिया")
_YEARS = _spelt("y yr yrs year years sal saal varsh baras साल सालों वर्ष बरस")
_UNDER_A_YEAR = _spelt("day days week weeks din hafta hafte दिन हफ़्ता हफ़्ते")
_MONTHS = _spelt("month months mahina mahine maah mah महीना महीने महिना महिने माह मास")
_NUMBER_AND_UNIT = re.compile(r"([0-9]{1,3})([^0-9]*)")
_OPDS: Mapping[str, frozenset[str]] = {
    "general": _spelt("general aam आम जनरल"),
    "speciality": _spelt("speciality specialty specialist special स्पेशलिस्ट विशेषज्ञ"),
}


def readable(text: str) -> str:
    """As it is stored and shown: one line, nothing invisible or right-to-left by force, at most `LONGEST_KEPT`."""
    text = "".join(character if _is_visible(character) else " " for character in text[: 2 * LONGEST_KEPT])
    return " ".join(unicodedata.normalize("NFC", text).split())[:LONGEST_KEPT]


def _is_visible(character: str) -> bool:
    return character in "\u200c\u200d" or unicodedata.category(character)[0] != "C"


def language_in(text: str) -> str | None:
    """Of the script, or of its Hindi words in Latin letters; None without letters that we can read."""
    if any("\u0900" <= character <= "\u097f" for character in text):
        return "hi"
    words = set(plain(text))
    if words & frozenset().union(*_HINDI.values()):
        return "hi"
    return "en" if any("a" <= character <= "z" for word in words for character in word) else None


def wish_in(text: str, *, whole: bool = False) -> Wish | None:
    """What is wanted. `whole`: only if the message says nothing else, as it might be the answer to a question."""
    said = _with_id_joined(plain(text))
    words = set(said)
    if said and said[0] in _WORDS[Wish.GRIEVANCE]:
        return Wish.GRIEVANCE
    if not 0 < len(said) <= MOST_WORDS or (whole and not words <= _OURS):
        return None
    alone = next((wish for wish in Wish if words <= _WORDS[wish]), None)
    if alone is not None:
        return alone
    wish = next((wish for wish in _MINGLED if _WORDS[wish] & words), Wish.ID if _NUMBER & words else None)
    return None if wish in _CHANGING and _REFUSING & words else wish


def _with_id_joined(words: Sequence[str]) -> list[str]:
    text = f" {' '.join(words)} "
    for apart in (" i d ", " आई डी ", " आइ डी "):
        text = text.replace(apart, " id ")
    return text.split()


def yes_or_no(text: str) -> bool | None:
    """To a question that one must agree to: any "no" in it is a no. "Do not cancel" is no answer."""
    words = plain(text)
    if not 0 < len(words) <= MOST_WORDS or _OURS & set(words):
        return None
    if _NO & set(words):
        return False
    return True if words[0] in _YES else None


def age_in(text: str) -> int | None:
    """Completed years: `34`, `३४ साल`, `8months`. None unless there is one number, with nothing strange to it."""
    words = plain(text)
    with_digits = [word for word in words if any(character.isdecimal() for character in word)]
    found = _NUMBER_AND_UNIT.fullmatch(with_digits[0]) if len(with_digits) == 1 else None
    if found is None or (found[2] and found[2] not in _YEARS | _MONTHS | _UNDER_A_YEAR):
        return None
    age, units = int(found[1]), {*words, found[2]}
    if units & _UNDER_A_YEAR:
        return 0
    if units & _MONTHS:
        age //= 12
    return min(age, OLDEST_KEPT) if age <= OLDEST_SAID else None


def gender_in(text: str) -> Gender | None:
    """A word, or the keys of the telephone: 1 woman, 2 man, 3 other."""
    words = set(plain(text))
    found = [gender for gender, spellings in _GENDERS.items() if spellings & words]
    return found[0] if len(found) == 1 else None


def pin_code_in(text: str) -> str | None:
    """Six digits, with blanks or not; whether there is such a PIN code is not known here."""
    digits = "".join(word for word in plain(text) if word.isdecimal())
    return digits if len(digits) == 6 else None


def opd_in(text: str, opds: Sequence[str]) -> str | None:
    """One of the departments, by its number in this order, its key, or what people call it."""
    words = set(plain(text))
    found = {opd for key, opd in enumerate(opds, start=1) if words & ({str(key), opd} | _OPDS.get(opd, frozenset()))}
    return found.pop() if len(found) == 1 else None


def is_word_of_ours(text: str) -> bool:
    """Whether it is an answer or a wish and so, sent once too often, no name."""
    words = plain(text)
    return wish_in(text, whole=True) is not None or (_YES | _NO | _GREETINGS).issuperset(words)


def is_name_like(text: str) -> bool:
    """Short enough for a name, with at least two letters; `core.clinic.patient_card.clean_name` looks at them."""
    words = plain(text)
    return 0 < len(words) <= MOST_NAME_WORDS and len("".join(words)) > 1 and not is_word_of_ours(text)


def first_that_is_spoken(languages: Iterable[str | None], spoken: Sequence[str]) -> str:
    """The first of these languages in which there are texts; else the one offered first."""
    return next((language for language in languages if language is not None and language in spoken), spoken[0])
