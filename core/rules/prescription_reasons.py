"""The words for every reason why a prescription cannot be signed, for the doctor's panel (T2-T4, T6, T11)."""

from collections.abc import Mapping

from core.rules.prescription import MAX_DAYS, MAX_FREQUENCY, MAX_MEDICINES, MAX_TESTS, Reason

WORDS: Mapping[str, Mapping[Reason, str]] = {
    "en": {
        Reason.COMPLAINT_MISSING: "Write the complaint: a prescription must show it (T6).",
        Reason.DIAGNOSIS_MISSING: "Write the (provisional) diagnosis: a prescription must show it (T6).",
        Reason.NOTHING_DECIDED: "Give a medicine, a test or advice, or close the case without a prescription.",
        Reason.TOO_LONG: "This is too long for the paper or the SMS: please shorten it.",
        Reason.TOO_MANY: f"At most {MAX_MEDICINES} medicines and {MAX_TESTS} tests fit on one prescription.",
        Reason.UNPRINTABLE: "Only English and Indian letters (not Urdu) and usual signs can be printed here.",
        Reason.WEIGHT_UNCLEAR: "Write the weight in kg as a number, for example 62 or 7.5.",
        Reason.NOT_IN_FORMULARY: "Not in the formulary: choose a generic name from the list (T6).",
        Reason.FORM_NOT_OFFERED: "The formulary does not have this form: choose one from the list.",
        Reason.STRENGTH_NOT_OFFERED: "The formulary does not have this strength of this form: choose from the list.",
        Reason.LISTED_TWICE: "The same medicine stands here twice.",
        Reason.FREQUENCY_MISSING: "Write how often, for example 1-0-1 or SOS (T6).",
        Reason.FREQUENCY_NOT_PLAIN: f"Write how often in up to {MAX_FREQUENCY} plain English letters and digits, for "
        "example 1-0-1; explain under instructions.",
        Reason.DAYS_OUT_OF_RANGE: f"Write for how many days, 1 to {MAX_DAYS} (T6).",
        Reason.PROHIBITED: "Never by tele-consultation: Schedule X, narcotic, psychotropic, anti-cancer (T3).",
        Reason.LIST_A_NEEDS_VIDEO: "List A: a first consultation needs video. By telephone only as a refill on a "
        "follow-up (T3).",
        Reason.LIST_B_NEEDS_FOLLOW_UP: "List B: only as an add-on on a follow-up (T3).",
        Reason.NOT_VERIFIED: "Your registration is not verified, so you cannot sign: ask the administration (T9).",
    },
    "hi": {
        Reason.COMPLAINT_MISSING: "शिकायत लिखें: पर्चे पर होनी ज़रूरी है (T6)।",
        Reason.DIAGNOSIS_MISSING: "(अनुमानित) रोग लिखें: पर्चे पर होना ज़रूरी है (T6)।",
        Reason.NOTHING_DECIDED: "कोई दवा, जाँच या सलाह लिखें, या बिना पर्चे के केस बंद करें।",
        Reason.TOO_LONG: "यह पर्चे या SMS के लिए बहुत लंबा है: छोटा करें।",
        Reason.TOO_MANY: f"एक पर्चे पर ज़्यादा से ज़्यादा {MAX_MEDICINES} दवाएँ और {MAX_TESTS} जाँचें आती हैं।",
        Reason.UNPRINTABLE: "यहाँ केवल अंग्रेज़ी और भारतीय भाषाओं के अक्षर (उर्दू नहीं) और आम चिह्न छप सकते हैं।",
        Reason.WEIGHT_UNCLEAR: "वज़न किलो में अंकों में लिखें, जैसे 62 या 7.5।",
        Reason.NOT_IN_FORMULARY: "यह दवा सूची में नहीं है: सूची से जेनेरिक नाम चुनें (T6)।",
        Reason.FORM_NOT_OFFERED: "यह रूप (गोली, सिरप…) सूची में नहीं है: सूची से चुनें।",
        Reason.STRENGTH_NOT_OFFERED: "इस रूप में यह मात्रा सूची में नहीं है: सूची से चुनें।",
        Reason.LISTED_TWICE: "यही दवा दो बार लिखी है।",
        Reason.FREQUENCY_MISSING: "कितनी बार लेनी है लिखें, जैसे 1-0-1 या SOS (T6)।",
        Reason.FREQUENCY_NOT_PLAIN: f"कितनी बार: अंग्रेज़ी अक्षर-अंकों में, {MAX_FREQUENCY} तक, जैसे 1-0-1; बाक़ी निर्देश में लिखें।",
        Reason.DAYS_OUT_OF_RANGE: f"कितने दिन: 1 से {MAX_DAYS} (T6)।",
        Reason.PROHIBITED: "टेली-परामर्श में कभी नहीं: शेड्यूल X, नशीली, मनःप्रभावी या कैंसर की दवा (T3)।",
        Reason.LIST_A_NEEDS_VIDEO: "सूची A: पहले परामर्श में वीडियो ज़रूरी है। फ़ोन पर केवल फ़ॉलो-अप में दोबारा (T3)।",
        Reason.LIST_B_NEEDS_FOLLOW_UP: "सूची B: केवल फ़ॉलो-अप में, चल रही दवा के साथ (T3)।",
        Reason.NOT_VERIFIED: "आपके पंजीकरण की जाँच पूरी नहीं हुई है, इसलिए आप पर्चा नहीं दे सकते: प्रशासन से पूछें (T9)।",
    },
}
"""By language; another language is another entry."""


def reason_text(reason: Reason, language: str) -> str:
    """What the panel says; English when the language has no words for it."""
    return WORDS.get(language, WORDS["en"]).get(reason, WORDS["en"][reason])
