"""docs/prescribing.md, made from the engine itself: `duravani prescribe rules > docs/prescribing.md`."""

from collections.abc import Iterator
from itertools import product

from core.rules.formulary.drug import Drug, DrugList, Product
from core.rules.prescribing.dose import MOST_AT_ONCE, MOST_INJECTIONS
from core.rules.prescribing.encounter import CHILDHOOD, FERTILE_AGES
from core.rules.prescribing.finding import IN_WORDS, OF_LAW, WARNINGS, Finding, Reason
from core.rules.prescribing.judge import unlawful_list
from core.rules.prescribing.words import way_forward, why
from core.rules.prescription import MAX_REPEATS, Mode

HEAD = """# What may be prescribed

For doctors: what the form refuses, what it reminds of, and what can be done lawfully instead. This page is made from
the rules themselves (`duravani prescribe rules`); rule numbers are those of [the service's rules](rules.md). The
software only reminds and checks: the doctor decides and signs (T8).

## Which list, over which mode (T3)
"""
MODES = {Mode.AUDIO: "telephone", Mode.VIDEO: "video", Mode.TEXT: "text"}
VISITS = {False: "first", True: "follow-up"}
NAMES = {DrugList.PROHIBITED: "prohibited, or Schedule X"}
ABOUT = {
    Reason.MEDICINE_IN_TEXT: {"told": "amoxicillin"},
    Reason.MEDICINE_IN_FREQUENCY: {"told": "zinc"},
    Reason.PROHIBITED_IN_TEXT: {"told": "alprazolam"},
    Reason.PROHIBITED_WITH_DOSE: {"told": "alprazolam"},
    Reason.ALLERGY: {"told": "penicillin"},
    Reason.TAKEN_ALREADY: {"told": "metformin"},
    Reason.SAME_SUBSTANCE: {"told": "paracetamol"},
    Reason.ABOVE_DAILY_MAXIMUM: {"given": "5200 mg", "most": "4000 mg", "source": "WHO Model Formulary 2008"},
    Reason.DOSE_UNCOUNTED: {"most": "4000 mg", "source": "WHO Model Formulary 2008"},
    Reason.SAME_CLASS: {"told": "nsaid"},
    Reason.ABOVE_WEEKLY_MAXIMUM: {"given": "140 mg", "most": "70 mg", "source": "US FDA label"},
    Reason.MANY_AT_ONCE: {"most": str(MOST_AT_ONCE)},
    Reason.TOO_MANY_DAYS: {"most": "5", "source": "US FDA label"},
    Reason.BELOW_AGE: {"age": "12"},
    Reason.ADULT_MAXIMUM: {"age": "6", "most": "4000 mg", "source": "WHO Model Formulary 2008"},
}
"""An example of what a refusal or a warning names."""
WHEN = {
    Reason.NOT_A_REFILL: "a follow-up by telephone or text; List A",
    Reason.NOT_AN_ADD_ON: "a follow-up; List B",
    Reason.ALLERGY: "what was told names the substance or its class, or a medicine of the same class, also mistyped",
    Reason.TAKEN_ALREADY: "what was told names one of its substances: say whether this continues it or comes on top",
    Reason.SAME_SUBSTANCE: "two medicines share a substance, in whatever form; the very same one twice is refused",
    Reason.SAME_CLASS: "two to be swallowed or injected are of a class of which two are rarely meant, or an ACE "
    "inhibitor stands beside an angiotensin receptor blocker",
    Reason.ABOVE_DAILY_MAXIMUM: "strength times how often, of one substance in all rows together, is more than the "
    "formulary's maximum; only where both can be counted and a public source names the maximum",
    Reason.ABOVE_WEEKLY_MAXIMUM: "likewise, of what is taken weekly; a day's maximum is not asked then",
    Reason.MANY_AT_ONCE: f"tablets, spoons and the like (injections: more than {MOST_INJECTIONS}); drops, millilitres, "
    "puffs, and units of insulin are not counted",
    Reason.TOO_MANY_DAYS: "a public source names how long",
    Reason.DOSE_UNCOUNTED: "a public source names the maximum, and how often is in words that cannot be counted "
    "(SOS alone may stand)",
    Reason.BELOW_AGE: "the formulary names an age",
    Reason.ADULT_MAXIMUM: f"a maximum and no age is named, and the patient is younger than {CHILDHOOD.stop} years",
    Reason.PREGNANCY: f"the formulary says so, and the patient is no man, and {FERTILE_AGES[0]} to {FERTILE_AGES[-1]} "
    "years old",
}
TAIL = f"""
## Where it is asked
At every signature, whatever path the medicines came by: typed, repeated from last time, from a set, from a draft made
earlier; in the preview; and while typing, a second after the last key, by the same engine (of medicines and of texts,
not yet of what is missing). Without a script the same is said after any button. A reason written for one patient goes
into no set and is not repeated.

- **How you met.** Calls come by telephone, so that is what the form says. Whoever met by video says so at *You met by*:
  it is in the audit, and with the prescription.
- **Free text.** All of it is printed, so all of it is read. *The doctor's own words* (findings, diagnosis, last period,
  tests, advice, instructions): a medicine may be named; with a dose it is prescribed, and is refused there. One that is
  never prescribed by tele-consultation is refused there by its name alone, unless the sentence says that it is not
  prescribed: "stop", "avoid", "do not take", "no", "allergic to", "dependence", "level", न लें, बंद करें.
  Diagnosis and findings may say what somebody is on or took, a test what it looks for, all without a dose.
  *What was told* (complaint, history, allergies, current medicines, and the reason for a warning): such a one may be
  named, but not with a dose, a time of day, or for how many days. *How often* names no medicine at all. Such names are
  found mistyped by a letter, broken by hyphens or blanks, and in Devanagari. It finds slips, not tricks: who signs
  answers for the words.
- **Follow-up** is the same doctor within six months, for the same condition (T5). Whether it is the same the doctor
  says in the form, where the last consultation's day and diagnosis stand; until then, and for another condition, rules
  and paper take it as a first consultation. What was said is in the audit.
- **Repeats**: 0 to {MAX_REPEATS}, how often a pharmacy may dispense it again.
- **A reason for a warning** is stored with its medicine, and with the warnings that stood there when it was written: it
  answers no later one.

The same from a terminal, from the formulary in force, with no service running:

```sh
duravani prescribe check amoxicillin --mode audio --visit first --age 34
duravani prescribe check paracetamol --mode audio --visit first --age 34 --form tablet --strength "650 mg" \\
  --frequency 2-2-2-2 --json
```

A dose is of one form and strength: where these cannot be told, they are asked for, and nothing is answered (exit code
2; 0: answered, whatever the decision). Nobody knows there what was prescribed before: `--takes` says it, or the answer
says that it must be a refill. `decision` is `allowed`, `warned` or `refused`; `rule`, `reason` and `way_forward` say
why, and `also` what else there is to say.

## The formulary
[`config/formulary.csv`](../config/formulary.csv) is a hand-written **starter**, to be reviewed by a clinician of the
deployment before it is used: no Indian list with a clear licence is packaged. Where the guidelines name no example, the
list is set conservatively: antibiotics are A; what is injected, and what is begun or changed by those who examine and
test (warfarin, digoxin, amiodarone, insulins, tuberculosis, HIV), is B; medicines of psychiatry that are outside the
NDPS Act are held back too.

| column | |
|---|---|
| `generic`, `list`, `form`, `strengths` | needed; a line for each generic and form; strengths apart by `;` |
| `route`, `schedule` | as on the pack; H, H1, X, G, OTC, or empty |
| `daily_max`, `weekly_max`, `max_days` | for adults, `4000 mg` or `4000 IU`; never without `source`. A tablet's \
maximum also counts for syrups and combinations by the same `route` |
| `from_age` | completed years |
| `contains` | apart by `;`, where the name does not say it: iron and folic acid; of a salt what it is a salt of |
| `classes` | apart by `;`: an allergy to one, or to another medicine that has it, is a reminder |
| `use` | medicines of List O with the same use are named where another list is refused |
| `pregnancy` | `caution`, `avoid`, or empty |

A combination is one generic, joined by `+`, or says in `contains` what is in it. The forms of one generic are in one
list, or in A and B. `duravani formulary export`, `import FILE`, `versions` and `use VERSION`
change the formulary while the service runs, in every process within seconds. A table with anything wrong changes
nothing; every problem is told with its line and column. A version is the first twelve digits of the table's SHA-256;
none is ever dropped, and each prescription names its own. Other names of
generics (`ORS`, `frusemide`) are in [`config/synonyms.toml`](../config/synonyms.toml); brand names are a deployment's
own file (`DURAVANI_ALIASES`: `alias,generic`). Both are found while typing, with a form before and a strength behind
(`Tab. Paracetamol 500 mg`), and understood in what a patient told; what is stored and printed is the generic.

[`config/prohibited.toml`](../config/prohibited.toml) names what may never be prescribed by tele-consultation and need
not be in the formulary, with its source. A table that puts one of these, or what the shipped formulary prohibits, under
another list is refused with its line.
"""


def page() -> str:
    """The whole page, in English."""
    return "\n".join([HEAD.rstrip("\n"), *_lists(), "", *_refusals(), "", *_warnings(), TAIL.rstrip("\n"), ""])


def _lists() -> Iterator[str]:
    columns = list(product(VISITS, MODES))
    yield "| list | " + " | ".join(f"{VISITS[visit]}, {MODES[mode]}" for visit, mode in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for one in DrugList:
        drug = Drug("any", one, (Product("tablet", ("1 mg",)),))
        refused = [unlawful_list(drug, mode=mode, follow_up=visit) for visit, mode in columns]
        yield f"| {NAMES.get(one, one)} | " + " | ".join("no" if reason else "yes" for reason in refused) + " |"


def _refusals() -> Iterator[str]:
    yield "## What is refused, and the lawful way forward"
    yield "| rule | why | instead |"
    yield "|---|---|---|"
    for reason in (one for one in Reason if one in OF_LAW | IN_WORDS):
        found = Finding(reason, ABOUT.get(reason, {}))
        yield f"| {reason.rule} | {why(found, 'en')} | {way_forward(found, 'en')} |"


def _warnings() -> Iterator[str]:
    yield "## What is reminded of"
    yield "The doctor may prescribe it all the same, and writes why: until then it is not signed."
    yield ""
    yield "| rule | when | what is said, for example |"
    yield "|---|---|---|"
    for reason in (one for one in Reason if one in WARNINGS):
        yield f"| {reason.rule} | {WHEN[reason]} | {why(Finding(reason, ABOUT.get(reason, {})), 'en')} |"
