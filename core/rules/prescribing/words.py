"""The rules' words, for the doctor: why, and the lawful way forward. A language is one more table."""

from collections.abc import Mapping, Sequence

from core.rules.formulary.drug import DrugList
from core.rules.prescribing.finding import Finding, Problem, Reason
from core.rules.prescription import MAX_DAYS, MAX_FREQUENCY, MAX_MEDICINES, MAX_REPEATS, MAX_TESTS

WHY: Mapping[str, Mapping[Reason, str]] = {
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
        Reason.NO_DOSE: "By this nothing is taken: write how much, for example 1-0-1.",
        Reason.DAYS_OUT_OF_RANGE: f"Write for how many days, 1 to {MAX_DAYS} (T6).",
        Reason.REPEATS_OUT_OF_RANGE: f"Write how often it may be dispensed again, 0 to {MAX_REPEATS}.",
        Reason.NOT_VERIFIED: "Your registration is not verified, so you cannot sign: ask the administration (T9).",
        Reason.PROHIBITED: "Never by tele-consultation: Schedule X, narcotic, psychotropic or anti-cancer (T3).",
        Reason.LIST_A_NEEDS_VIDEO: "List A: at a first consultation only by video; by telephone or text only as a "
        "refill on a follow-up (T3).",
        Reason.LIST_B_NEEDS_FOLLOW_UP: "List B: only as an add-on on a follow-up (T3).",
        Reason.AGE_UNKNOWN: "The patient's age must be known before anything is prescribed (T2).",
        Reason.MINOR_ALONE: "A minor is prescribed for only with an identified adult (T2).",
        Reason.MEDICINE_IN_TEXT: "A medicine stands in the text ({told}): write it as a medicine, where the rules can "
        "look at it (T3, T6).",
        Reason.MEDICINE_IN_FREQUENCY: "How often names a medicine ({told}): write only how often; a medicine has a row "
        "of its own (T3).",
        Reason.PROHIBITED_IN_TEXT: "{told} is never prescribed by tele-consultation: it may be named only to say that "
        "it is not prescribed (T3).",
        Reason.PROHIBITED_WITH_DOSE: "Here stands, with a dose or a time, what is never prescribed by tele-"
        "consultation ({told}); it would be printed: the name is enough here (T3).",
        Reason.NOT_A_REFILL: "List A by telephone or text is only a refill: it is on no earlier prescription of yours "
        "and not among the medicines taken already (T3).",
        Reason.NOT_AN_ADD_ON: "List B is only an addition to a treatment: nothing for the same use is on an earlier "
        "prescription of yours, or among the medicines taken already (T3).",
        Reason.ALLERGY: "The patient told of an allergy that may mean this: {told}.",
        Reason.TAKEN_ALREADY: "The patient takes this already, as told: {told}.",
        Reason.SAME_SUBSTANCE: "Another medicine of this prescription has the same substance: {told}.",
        Reason.ABOVE_DAILY_MAXIMUM: "{given} a day is above the maximum of {most} for adults ({source}).",
        Reason.SAME_CLASS: "Another medicine of this prescription is of the same kind; two at once are rarely "
        "meant: {told}.",
        Reason.ABOVE_WEEKLY_MAXIMUM: "{given} a week is above the maximum of {most} for adults ({source}).",
        Reason.MANY_AT_ONCE: "More than {most} at a time: one is a tablet, a spoon, or one measure of the strength.",
        Reason.TOO_MANY_DAYS: "Not longer than {most} days ({source}).",
        Reason.ADULT_MAXIMUM: "What is known is an adult's maximum ({most}; {source}): is it right for {age} years?",
        Reason.DOSE_UNCOUNTED: "The dose cannot be counted against the maximum of {most} a day for adults ({source}): "
        "write it as 1-0-1, 2 TDS or 2 tab 6 hourly, and it is.",
        Reason.BELOW_AGE: "The patient is younger than {age} years, from which it is usually given.",
        Reason.PREGNANCY: "Not without need in pregnancy: ask whether the patient may be pregnant.",
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
        Reason.NO_DOSE: "ऐसे तो कोई ख़ुराक नहीं: कितनी लेनी है लिखें, जैसे 1-0-1।",
        Reason.DAYS_OUT_OF_RANGE: f"कितने दिन: 1 से {MAX_DAYS} (T6)।",
        Reason.REPEATS_OUT_OF_RANGE: f"दुकान से और कितनी बार मिल सकती है: 0 से {MAX_REPEATS}।",
        Reason.NOT_VERIFIED: "आपके पंजीकरण की जाँच पूरी नहीं हुई है, इसलिए आप पर्चा नहीं दे सकते: प्रशासन से पूछें (T9)।",
        Reason.PROHIBITED: "टेली-परामर्श में कभी नहीं: शेड्यूल X, नशीली, मनःप्रभावी या कैंसर की दवा (T3)।",
        Reason.LIST_A_NEEDS_VIDEO: "सूची A: पहले परामर्श में केवल वीडियो पर; फ़ोन या संदेश पर केवल फ़ॉलो-अप में दोबारा (T3)।",
        Reason.LIST_B_NEEDS_FOLLOW_UP: "सूची B: केवल फ़ॉलो-अप में, चल रही दवा के साथ (T3)।",
        Reason.AGE_UNKNOWN: "दवा लिखने से पहले मरीज़ की उम्र पता होनी चाहिए (T2)।",
        Reason.MINOR_ALONE: "18 से छोटे मरीज़ को दवा तभी, जब साथ के बड़े का नाम दर्ज हो (T2)।",
        Reason.MEDICINE_IN_TEXT: "यहाँ दवा लिखी है ({told}): उसे दवाओं में लिखें, ताकि नियम उसे देख सकें (T3, T6)।",
        Reason.MEDICINE_IN_FREQUENCY: "कितनी बार में दवा का नाम है ({told}): यहाँ केवल कितनी बार लिखें, दवा अलग से (T3)।",
        Reason.PROHIBITED_IN_TEXT: "{told} टेली-परामर्श में कभी नहीं दी जाती: नाम तभी लिखें, जब साथ लिखें कि नहीं देनी है (T3)।",
        Reason.PROHIBITED_WITH_DOSE: "यहाँ ख़ुराक या समय के साथ ऐसी दवा है जो टेली-परामर्श में कभी नहीं दी जाती "
        "({told}), और यह छपेगा: यहाँ नाम ही काफ़ी है (T3)।",
        Reason.NOT_A_REFILL: "सूची A फ़ोन या संदेश पर केवल दोबारा: यह न आपके पिछले पर्चे में है, न मरीज़ की चल रही दवाओं में (T3)।",
        Reason.NOT_AN_ADD_ON: "सूची B केवल चल रहे इलाज के साथ: इसी काम की कोई दवा न आपके पिछले पर्चे में है, न चल रही है (T3)।",
        Reason.ALLERGY: "मरीज़ ने ऐसी एलर्जी बताई है जो इस पर भी हो सकती है: {told}।",
        Reason.TAKEN_ALREADY: "मरीज़ ने बताया है कि यह पहले से ले रहे हैं: {told}।",
        Reason.SAME_SUBSTANCE: "इसी पर्चे की दूसरी दवा में भी यही है: {told}।",
        Reason.ABOVE_DAILY_MAXIMUM: "दिन में {given}: बड़ों की ऊपरी सीमा {most} से ज़्यादा ({source})।",
        Reason.SAME_CLASS: "इसी पर्चे में इसी तरह की एक और दवा है, दो साथ कम ही दी जाती हैं: {told}।",
        Reason.ABOVE_WEEKLY_MAXIMUM: "हफ़्ते में {given}: बड़ों की ऊपरी सीमा {most} से ज़्यादा ({source})।",
        Reason.MANY_AT_ONCE: "एक बार में {most} से ज़्यादा: एक का मतलब एक गोली, एक चम्मच या लिखी मात्रा एक बार।",
        Reason.TOO_MANY_DAYS: "{most} दिन से ज़्यादा नहीं ({source})।",
        Reason.ADULT_MAXIMUM: "सूची में केवल बड़ों की ऊपरी सीमा है ({most}; {source}): क्या {age} साल के लिए ठीक है?",
        Reason.DOSE_UNCOUNTED: "दिन की ख़ुराक गिनी नहीं जा सकती; बड़ों की ऊपरी सीमा {most} ({source})। 1-0-1, 2 TDS या "
        "2 tab 6 hourly जैसा लिखें।",
        Reason.BELOW_AGE: "मरीज़ {age} साल से छोटा है; यह आम तौर पर उसके बाद दी जाती है।",
        Reason.PREGNANCY: "गर्भ में बिना ज़रूरत नहीं: पूछें कि मरीज़ गर्भवती तो नहीं।",
    },
}
WAY_FORWARD: Mapping[str, Mapping[Reason, str]] = {
    "en": {
        Reason.NOT_IN_FORMULARY: "Choose a medicine of the formulary.",
        Reason.PROHIBITED: "Send the patient to a health facility, to be seen in person.",
        Reason.LIST_A_NEEDS_VIDEO: "Meet by video and say so in the form, wait for a follow-up, or send the patient to "
        "a health facility.",
        Reason.LIST_B_NEEDS_FOLLOW_UP: "Wait for a follow-up, or send the patient to a health facility.",
        Reason.AGE_UNKNOWN: "Ask the age.",
        Reason.MINOR_ALONE: "Have the adult come to the phone; the desk writes their name down.",
        Reason.MEDICINE_IN_TEXT: "Give it a row of its own; to stop or avoid a medicine, name it without a dose.",
        Reason.MEDICINE_IN_FREQUENCY: "Write for example 1-0-1, and the medicine in a row of its own.",
        Reason.PROHIBITED_IN_TEXT: "Send the patient to a health facility, to be seen in person; to stop or avoid it, "
        "say so in the same sentence.",
        Reason.PROHIBITED_WITH_DOSE: "Leave the name, and take dose and time out.",
    },
    "hi": {
        Reason.NOT_IN_FORMULARY: "सूची की कोई दवा चुनें।",
        Reason.PROHIBITED: "मरीज़ को अस्पताल भेजें, जहाँ डॉक्टर सामने देखें।",
        Reason.LIST_A_NEEDS_VIDEO: "वीडियो पर मिलें और फ़ॉर्म में लिखें, फ़ॉलो-अप तक रुकें, या मरीज़ को अस्पताल भेजें।",
        Reason.LIST_B_NEEDS_FOLLOW_UP: "फ़ॉलो-अप तक रुकें, या मरीज़ को अस्पताल भेजें।",
        Reason.AGE_UNKNOWN: "उम्र पूछें।",
        Reason.MINOR_ALONE: "बड़े को फ़ोन पर बुलाएँ; उनका नाम डेस्क दर्ज करेगी।",
        Reason.MEDICINE_IN_TEXT: "दवाओं में अलग से लिखें; रोकने या मना करने को नाम लिखें, मात्रा नहीं।",
        Reason.MEDICINE_IN_FREQUENCY: "1-0-1 जैसा लिखें, और दवा को दवाओं में अलग से।",
        Reason.PROHIBITED_IN_TEXT: "मरीज़ को अस्पताल भेजें, जहाँ डॉक्टर सामने देखें; रोकने या मना करने को उसी वाक्य में ऐसा लिखें।",
        Reason.PROHIBITED_WITH_DOSE: "नाम रहने दें, ख़ुराक और समय हटा दें।",
    },
}
"""Of refusals; what only warns wants a reason: `_REASON`."""
ALLOWED: Mapping[str, Mapping[DrugList, str]] = {
    "en": {
        DrugList.O: "List O: by telephone, video or text, at any consultation (T3).",
        DrugList.A: "List A: by video, or as a refill on a follow-up (T3).",
        DrugList.B: "List B: as an add-on on a follow-up (T3).",
    },
    "hi": {
        DrugList.O: "सूची O: फ़ोन, वीडियो या संदेश, किसी भी परामर्श में (T3)।",
        DrugList.A: "सूची A: वीडियो पर, या फ़ॉलो-अप में दोबारा (T3)।",
        DrugList.B: "सूची B: फ़ॉलो-अप में, चल रही दवा के साथ (T3)।",
    },
}
"""Why something is allowed."""
ONLY_IF: Mapping[str, Mapping[DrugList, str]] = {
    "en": {
        DrugList.A: "List A: by telephone or text only as a refill of what the patient has been given for the same "
        "condition (T3).",
        DrugList.B: "List B: only as an addition to a treatment of the same condition (T3).",
    },
    "hi": {
        DrugList.A: "सूची A: फ़ोन या संदेश पर केवल वही दवा दोबारा, जो इसी तकलीफ़ के लिए चल रही है (T3)।",
        DrugList.B: "सूची B: केवल इसी तकलीफ़ के चल रहे इलाज के साथ (T3)।",
    },
}
"""Why something is allowed on a follow-up of which nobody can tell what was given before."""
_REASON = {
    "en": "If you prescribe it all the same, write why, in a word at least.",
    "hi": "फिर भी देनी हो तो कारण शब्दों में लिखें।",
}
_INSTEAD = {
    "en": "Of List O for the same use: {names}.",
    "hi": "इसी काम की सूची O की दवाएँ: {names}।",
}
_NEAREST = {
    "en": "Did you mean {names}?",
    "hi": "क्या यह: {names}?",
}


def why(found: Finding | Problem, language: str) -> str:
    """English when the language has no words for it."""
    return WHY.get(language, WHY["en"])[found.reason].format(**found.about)


def way_forward(found: Finding | Problem, language: str, instead: Sequence[str] = ()) -> str:
    """What may be done lawfully; empty where `why` says it. `instead`: medicines of List O for the same use."""
    language = language if language in WAY_FORWARD else "en"
    if found.reason not in WAY_FORWARD[language]:
        return _REASON[language] if found.reason.of_medicine else ""
    said = WAY_FORWARD[language][found.reason]
    offered = instead if found.reason in (Reason.LIST_A_NEEDS_VIDEO, Reason.LIST_B_NEEDS_FOLLOW_UP) else ()
    return f"{said} {_INSTEAD[language].format(names=', '.join(offered))}" if offered else said


def did_you_mean(names: Sequence[str], language: str) -> str:
    """Empty when nothing looks like it."""
    return _NEAREST.get(language, _NEAREST["en"]).format(names=", ".join(names)) if names else ""
