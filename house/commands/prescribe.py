"""`duravani prescribe`: what the rules say of a medicine, the rules themselves; take a prescription back."""

import argparse
import asyncio
import json
import sys

from config.settings import Settings
from core.rules.formulary.drug import Formulary
from core.rules.patient import Gender
from core.rules.prescribing.answer import Answer, answer
from core.rules.prescribing.dose_asked import CannotJudge
from core.rules.prescribing.encounter import Encounter
from core.rules.prescription import Mode
from house.commands.common import BY, FAILED, OK, USAGE, Commands, Failure, command, group, refusals

FOLLOW_UP = "follow-up"
MODES = [mode.value for mode in Mode]
OLDEST = 120


def add_to(commands: Commands) -> None:
    """prescribe check, rules, void."""
    prescribing = group(commands, "prescribe", "what may be prescribed")
    asking = command(prescribing, "check", _check, "may this medicine be prescribed so? Nothing is prescribed")
    asking.epilog = (
        f"Exit codes: {OK} answered, whatever the decision; {USAGE} the question cannot be understood, or its dose not "
        f"be judged; {FAILED} the formulary cannot be read."
    )
    asking.add_argument("medicine", metavar="MEDICINE", help="generic name, or one of the deployment's aliases")
    asking.add_argument("--mode", required=True, choices=MODES, help="how doctor and patient meet (T1)")
    asking.add_argument("--visit", required=True, choices=["first", FOLLOW_UP], help="first consultation, or not (T5)")
    asking.add_argument("--age", type=_age, metavar="N", help="completed years; without it nothing may be prescribed")
    asking.add_argument("--gender", choices=[gender.value for gender in Gender])
    asking.add_argument("--without-adult", action="store_true", help="a minor, and no adult is identified (T2)")
    asking.add_argument("--allergy", action="append", default=[], help="as told; may be given more than once")
    asking.add_argument("--takes", action="append", default=[], metavar="MEDICINE", help="current medicine, as told")
    asking.add_argument("--form", default="", help="e.g. tablet; by default any, or the only one that fits")
    asking.add_argument("--strength", default="", help="e.g. '500 mg'; by default any, or the only one that fits")
    asking.add_argument("--frequency", default="", help="e.g. 1-1-1: the dose of one form and strength is judged")
    asking.add_argument("--days", type=_days, metavar="N", help="for how long")
    asking.add_argument("--language", choices=["en", "hi"], default="en")
    asking.add_argument("--json", action="store_true")
    command(prescribing, "rules", _rules, "the rules as a table (Markdown), as in docs/prescribing.md")
    voiding = command(prescribing, "void", _void, "take a prescription back whose doctor cannot; the patient is told")
    voiding.add_argument("number", metavar="NUMBER", help="as printed, e.g. RX261121000176")
    voiding.add_argument("--reason", required=True, help="for the audit, 3 to 250 characters")


async def _check(options: argparse.Namespace, settings: Settings) -> int:
    encounter = Encounter(
        mode=Mode(options.mode),
        follow_up=options.visit == FOLLOW_UP,
        age=options.age,
        gender=Gender(options.gender) if options.gender else None,
        adult_identified=not options.without_adult,
        allergies=", ".join(options.allergy),
        current_medicines=", ".join(options.takes),
    )
    formulary = await formulary_in_force(settings)
    try:
        found = answer(
            options.medicine, encounter, formulary, language=options.language,
            form=options.form, strength=options.strength, frequency=options.frequency, days=options.days,
        )  # fmt: skip
    except CannotJudge as error:
        print(f"duravani: {error}", file=sys.stderr)
        return USAGE
    print(json.dumps(found.as_json(), ensure_ascii=False) if options.json else _told(found))
    return OK


async def _rules(_: argparse.Namespace, settings: Settings) -> int:
    from core.rules.prescribing.page import page

    print(page(), end="")
    return OK


async def _void(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.correct_prescription import Barrier, CannotChange
    from core.clinic.void_prescription import void_by_number
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        try:
            with refusals():
                voided = await void_by_number(clinic, number=options.number, reason=options.reason, by=BY)
        except CannotChange as refused:
            why = "is void already" if refused.barrier is Barrier.VOID else "has expired: nothing is given on it"
            raise Failure(f"{options.number} {why}") from refused
    print(f"{voided.number} is void; the patient is told by SMS")
    return OK


async def formulary_in_force(settings: Settings) -> Formulary:
    """The one that the service checks against. Raises `BadTable`, `Failure` when the database cannot be asked."""
    from config.tables import load_formulary

    files = load_formulary(settings.formulary, settings.aliases)
    if not settings.database_url and not (settings.home / "duravani.db").exists():
        return files  # nothing was ever served here
    from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

    from core.adapters.sql import SqlLedger
    from core.rules.formulary.table import BadFormulary, read_beside

    ledger = SqlLedger.open(settings.sql_url)
    try:
        async with asyncio.timeout(10), ledger.read() as books:
            chosen = await books.formularies.in_force()
    except (ProgrammingError, OperationalError) as error:
        if "formularies" not in str(error.orig):
            raise Failure(f"the database cannot be asked which formulary is in force: {error.orig}") from error
        chosen = None  # a database of before there were versions
    except (SQLAlchemyError, OSError) as error:
        raise Failure(f"the database cannot be asked which formulary is in force: {error}") from error
    finally:
        await ledger.close()
    try:
        return files if chosen is None else read_beside(chosen.content, files)
    except BadFormulary:  # of before it was known what may never be prescribed: it is not served either
        return files


def _age(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= OLDEST):
        raise argparse.ArgumentTypeError(f"{text!r} is not an age in whole years")
    return int(text)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days")
    return int(text)


def _told(found: Answer) -> str:
    lines = [f"{found.medicine}: {found.decision} ({found.rule})", found.reason, found.way_forward]
    lines += [f"also {also.decision} ({also.rule}): {also.reason}" for also in found.also]
    return "\n".join(filter(None, lines))
