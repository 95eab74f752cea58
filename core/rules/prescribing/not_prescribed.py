"""Whether a sentence names a medicine to stop, avoid or forbid it, or what it has done: not to prescribe it (T3).

Read around the name, in English, Hindi, and Hindi in Latin letters. What is in doubt counts as prescribed.
"""

import re
from collections.abc import Sequence

from core.rules.formulary.forbidden import Found
from core.rules.prescribing.dose_like import dosed, timed

_SENTENCE = re.compile(r"[\n;:!?।]|\.(?!\d)|\b(?:but|then|instead)\b(?! of)|(?<!\w)(?:लेकिन|फिर|तो)(?!\w)")
_LISTED = re.compile(r"\s*(?:[,/&]|\b(?:and|or|nor|और|या)\b)+\s*(?:(?:tab|inj|cap|syp)\.? )?\s*")
_IF = r"(?:if|when|whenever|unless|until|till|in case|where|agar|jab|अगर|यदि|जब)"
_TAKE = (
    r"(?:takes?|start|begin|give[ns]?|use|add|continue|increase|resume|try|prescribed?|buy|get|repeat|only|except|"
    r"lein|len|lo|le|khaye|khaen|dein|den|लें|लो|ले|लेना|लेनी|लीजिए|खाएँ|खाएं|खाओ|दें|दो|दीजिए)"
)
_KEEP = (
    r"(?:miss|forg[eo]t|skip|worr|delay|reduc|hesitat|afraid|fear|mind|doubt|fail|run out|more than|exceed|crush|"
    r"chew|driv|भूल|bhool|bhul|छूट|khali|ख़ाली|खाली|saath|sath|साथ|bina|बिना|chaba|चबा)"
)
_SWITCH = r"(?:switch|chang|replac|shift|mov|prefer)"
_TURNS = rf"(?!{_TAKE}(?!\w)|{_IF}(?!\w)|{_KEEP}|{_SWITCH})"
_WORD = rf"{_TURNS}[^\s]+"
"""A word that does not turn the meaning round."""
_INNER = rf"{_TURNS}[^\s,]+"
"""The same, and it ends no clause."""
_HARM = (
    r"(?:dependen\w*|addict\w*|ab[ui]s\w*|misus\w*|overus\w*|overdos\w*|withdrawal|allerg\w*|hypersensitiv\w*|"
    r"intoleran\w*|intoxicat\w*|poison\w*|toxic\w*|use disorder|seeking|contraindicated)"
)
_TEST = r"(?:levels?|assay|screen\w*|in (?:urine|blood|serum))"
_BEFORE = re.compile(
    rf"(?:"
    # stop, avoid ... whatever stands between, as long as nothing is started
    rf"(?<!not )(?<!n't )(?<!does )(?<!to )\b(?:stop(?:ped|ping|s)?|avoid(?:ed|ing|s)?|discontinued?|withh(?:old|eld)|"
    rf"quit|refused?|declined?|without|instead of|rather than|contraindicated)(?: {_INNER}){{0,6}}"
    # do not take, must never get
    rf"|(?:\b(?:do|does|did|should|must|may|can|could|will|would|is|are|was|were|please) ?(?:not|n't|never)|\bcannot|"
    rf"\b(?:can't|don't|dont|mustn't|shouldn't|won't)|\bnever)"
    rf"(?! (?:\w+ ){{0,3}}{_KEEP})(?: (?:ever|to|be|please|yet|again))*(?: {_TAKE})?(?: {_WORD}){{0,5}}"
    rf"|\bnot to (?!{_KEEP})\w+(?: {_WORD}){{0,3}}"
    # no, not: right before the name
    r"|\b(?:no|not|nor)(?: (?:more|further|other|additional|any|such|for|on|on any|taking|need (?:of|for)|"
    r"role (?:of|for)|use of|history of|h/o|tab|inj|cap|syp|(?:[a-z]+, )*[a-z]+ n?or|"
    r"(?:[a-z]+ ){0,3}(?:such as|like))\.?)*"
    # allergic to, dependence on, level of
    rf"|\b{_HARM} (?:on|to|of|by|from|with|due to)(?: (?:the|tab|inj|any|oral|iv)\.?)*"
    r"|\btaper\w*(?: of| off)?"
    r"|\b(?:h/o|history of|past use of|side effects? of|harms? of|dangers? of|risks? of|weaned off|off)(?: tab| inj)?"
    r"|\b(?:serum|urine|plasma|blood)(?: for)?"
    rf"|\bif (?:you|he|she|the patient|patient) (?:already |still |ever )?(?:takes?|took|uses?|is on|are on)(?: any)?"
    r")[ \-]*$"
)
_AFTER = re.compile(
    rf"[ \-]*(?:"
    rf"(?:(?!(?:for|in|during|to|at)\b)\w+ ){{0,1}}(?:{_HARM}|{_TEST})\b"
    rf"|(?:(?!not |never ){_INNER} ){{0,4}}?(?:stopped|avoided|discontinued|withheld|contraindicated|prohibited|"
    rf"banned|refused|unsafe|harmful|dangerous|habit.forming|addictive)\b"
    rf"|(?:{_INNER} ){{0,3}}?(?:not|never|cannot(?: be)?|can't(?: be)?)(?! (?:\w+ ){{0,2}}{_KEEP}) ?(?:to )?(?:be )?"
    rf"(?:taken|given|used|started|prescribed|advised|recommended|safe|allowed|needed|required|indicated|suitable|"
    rf"possible|available|again|over (?:the )?(?:phone|telephone)|by (?:phone|telephone|tele))"
    rf"(?! (?:with|without|on|before|after)\b)"
    rf"|(?:as )?(?:per|from|by) (?:your |the |my )?(?:own )?"
    rf"(?:psychiatrist|oncologist|neurologist|rheumatologist|specialist)"
    # Hindi: the negation follows the name, and the verb the negation
    rf"|(?:{_INNER} ){{0,3}}?(?:बंद|बन्द|छोड़|मना|परहेज|लत|नशा|नशे|एलर्जी|ओवरडोज|band|bandh|chhod|mana)(?!\w)"
    rf"|(?:{_INNER} ){{0,3}}?(?:नहीं|नही|न|ना|मत|nahi|nahin|nahee|na|naa|mat)"
    rf"(?= ?$|[,.]| (?:{_TAKE}|लेते|लेती|लेने|लीजिये|खाये|खाना|खानी|देना|देनी|करें|करना|चाहिए|है|हैं|पिएँ|पिएं|पीना|लगाएँ|"
    rf"मिलेगी|दी|दे|ली|जाए|जाएगी|lena|leni|lijiye|khana|khao|kare|karen|dena|deni|chahiye|hai|milegi)(?!\w))"
    rf"(?! (?:\w+ )?{_KEEP})"
    r")"
)
_ASKED = re.compile(rf" (?:for|{_IF})\b")
"""`avoid oily food and tramadol if pain`."""
_ALONE = re.compile(
    r" ?[:=–—(,-]? ?(?:stop|avoid|no|nil|never|not given|off)(?: (?:it|this|now|slowly|immediately|completely))*\)?"
    r" ?(?=$|[.,;\n])"
)
"""`alprazolam: avoid`."""


def prescribed(text: str, names: Sequence[Found], *, bare: bool = True) -> list[Found]:
    """Those of the names in a `plain` text of which it does not say that they are not prescribed.

    `bare`: a number alone behind a name is a dose.
    """
    kept: list[Found] = []
    group: list[Found] = []
    for place, one in enumerate(names):
        group.append(one)
        last = place + 1 == len(names)
        if last or not _LISTED.fullmatch(text[one.end : names[place + 1].start]):
            kept += _of_group(text, group, bare)
            group = []
    return kept


def _of_group(text: str, group: Sequence[Found], bare: bool) -> Sequence[Found]:
    """Of names in one list, "no morphine or codeine": what is said of the first, or of the last, is said of all."""
    before = _SENTENCE.split(text[: group[0].start])[-1]
    after = text[group[-1].end :]
    if any(dosed(text[: one.start], text[one.end :], bare=bare) for one in group):
        return group
    if _ALONE.match(after):
        return ()
    said = _BEFORE.search(before) or _AFTER.match(_SENTENCE.split(after.lstrip(":=( "), maxsplit=1)[0])
    # "Avoid tea and alprazolam" is a list of two; "avoid tea and alprazolam at night" is more likely a prescription.
    across = said and (len(group) > 1 or re.search(r",|\b(?:and|with|or)\b", said[0]))
    return () if said and not (across and (timed("", after) or _ASKED.match(after))) else group
