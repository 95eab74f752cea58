"""Draws docs/ivr.md from a crawl of the real flows: `python -m tests.flows.draw > docs/ivr.md`."""

import ast
import asyncio
import inspect
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from redis.asyncio import Redis

from core.adapters.line import EmbeddedValkey, RedisLine
from core.adapters.sql import SqlLedger, migrate
from core.rules.sentence import Gap
from core.rules.speech import Phrasebook
from ivr import talk_events
from ivr.dialogue import TRIES
from ivr.pace import Pace
from ivr.patient_call import FERTILE_AGES
from tests.flows.crawl import END, HOLD, NOTHING, SILENT, SPEAKS, Atlas, Step, crawl
from tests.flows.house import PHRASEBOOKS, House, open_house

HEAD = """\
# The call, drawn

Every menu of the telephone, as the code has it: a scripted caller has walked to each question and pressed every key
(`tests/flows/crawl.py`). Made by `python -m tests.flows.draw > docs/ivr.md`; a test fails when it is out of date.

Everywhere: any key interrupts any prompt, and keys may be typed ahead. **0** fetches a human (an operator's phone when
one is ready, else a call-back is noted) and **9** is an emergency; where digits are being asked both follow a star.
Who presses nothing for {patience:g} seconds hears the question again. After {tries} failures we say `give_up`, and a
human is to call back; who has a token hears `will_call_you`, as they are called in any case. Help is no failure. Where
an operator has registered them or changed their tokens, the conversation begins again from that, unless they hold. A
hang-up ends the conversation wherever it is; what was stored stays stored.

**The caller's clock.** The patient pays in seconds and keys. From answer to a spoken token a new patient needs at most
60 seconds and 12 keys beyond age and PIN code, a known one 15 seconds and 2 keys. Silence never lasts three seconds.
"""
TALK = """\
## While they talk

The patient's keys do nothing. On the doctor's phone `*{ready}` means ready for another patient afterwards, `*{pause}` a
pause afterwards, and `*{end}` ends the talk; the panel can do the same. A patient who is cut off is rung at once, a
doctor who is cut off too (not one who puts the phone down). A doctor whose page was closed, or loaded anew, is waited
for: the patient hears `doctor_returns` and music, and they talk on as soon as the page is back. A caller who talks with
an operator hears `operator_returns` likewise; if that page stays away, the next free operator is rung, or a call-back
noted. A doctor on a telephone hears `supervisor_listens`, `supervisor_whispers` or `supervisor_joined` before it is so
(the patient does not); on the doctor's page it stands written.
"""
NOTES = {
    "opd_choice_general": "Left out when there is one department. One that is closed says when it opens, and is asked "
    "again. Who has a prescription is also offered `hear_medicines`, at night too.",
    "pregnant": f"Asked of women of {FERTILE_AGES[0]} to {FERTILE_AGES[-1]}: it moves them forward. Left out "
    "when the turn has come already. Who presses nothing keeps her place.",
    "say_guardian_name": "Asked for a patient under 18 (T2). Who stays silent twice is left to a human.",
    "say_name": "Who stays silent twice is told apart by a number.",
    "which_patient": "One line for each patient of the number. Who hesitates is also offered `hear_patient_numbers`.",
    "token_menu": "Who hesitates and has a prescription is also offered `hear_medicines`.",
    "hold_or_callback": "Left out when the turn has come already: then they hold. Who presses nothing is called.",
    HOLD: "Music; every {comfort:g} seconds the place, the honest wait and a kind word. The doctor comes first.",
    "medicine": "Each medicine of the last valid prescription in turn; the keys are told with the first. Who presses "
    "nothing hears the next one.",
    "reading_end": "The SMS is sent once a call. Who presses nothing has heard what they wanted.",
    "pharmacy_code": "The pharmacies' line. A hash or a pause ends the code; a third unknown one ends the call.",
    "pharmacy_keys": "After what the prescription is worth, for whom it is and what is left of each medicine. Who "
    "presses nothing has heard what they wanted.",
    "pharmacy_pin": "Asked once a call. Telephone and PIN must belong together.",
    "pharmacy_due": "For each medicine of which something is due.",
    "called_patient": "We ring the patient whose turn has come. Who presses nothing counts as not having come.",
    "reminder_wish": "Asked once, after a consultation. Who presses nothing has not agreed, and is asked another time.",
    "reminder_hello": "We ring somebody who wanted to be reminded by a call. Who presses nothing has heard it.",
    "doctor_menu_ready": "A doctor dials the staff number.",
    "doctor_menu_paused": "A doctor dials the staff number.",
    "operator_menu_ready": "An operator dials the staff number.",
    "operator_menu_paused": "An operator dials the staff number.",
}
STARTS = {
    "language_choice": "a new caller",
    "which_patient": "a known caller",
    "pharmacy_code": "a pharmacy",
    "called_patient": "we ring a patient whose turn has come",
    "reminder_hello": "we remind a patient who wanted it",
}
STAFF = ("doctor", "operator")


def draw(atlas: Atlas) -> str:
    """The whole page."""
    pace = Pace()
    return "\n".join(
        [
            HEAD.format(patience=pace.patience, tries=TRIES),
            *_diagram(atlas),
            "## The questions\n",
            *(line for question in atlas.questions for line in _question(atlas, question, pace)),
            TALK.format(ready=talk_events.READY_KEY, pause=talk_events.PAUSE_KEY, end=talk_events.END_KEY),
            *_times(pace),
            *_everything_else(atlas),
        ]
    )


def _diagram(atlas: Atlas) -> Iterator[str]:
    """The patient's ways; what leads back to the same question is left to the tables."""
    yield "```mermaid\nflowchart TD"
    for question, who in STARTS.items():
        yield f'    start_{question}(["{who}"]) --> {question}'
    for question in (question for question in atlas.questions if not question.startswith(STAFF)):
        for step, keys in _grouped(atlas.questions[question]).items():
            if step.question not in (question, "go_on"):
                token = ": the token" if "token_spoken" in step.said else ""
                pressed = " or ".join(key or "no key" for key in keys)
                yield f'    {question} -- "{pressed}{token}" --> {_node(step)}'
    yield f'    {HOLD} -- "the doctor is there" --> talk[["they talk"]]'
    yield f"    talk --> {_node(Step((), END))}"
    yield "```\n"


def _node(step: Step) -> str:
    return 'goodbye(["goodbye"])' if step.question == END else step.question


def _question(atlas: Atlas, question: str, pace: Pace) -> Iterator[str]:
    yield f"### {question}\n"
    if question in NOTES:
        yield NOTES[question].format(comfort=pace.comfort) + "\n"
    for book in PHRASEBOOKS:
        words = " ".join(_words(book, prompt) for prompt in atlas.lines[question])
        yield f"- {book.name}: {words}"
    yield "\n| key | is said | then |\n|---|---|---|"
    for step, keys in _grouped(atlas.questions[question]).items():
        said = ", ".join(f"`{prompt}`" for prompt in step.said)
        then = "the end of the call" if step.question == END else f"`{step.question}`"
        then = "the same again" if step.question == question else then
        yield f"| {', '.join(map(_shown, _runs(keys)))} | {said} | {then} |"
    yield ""


def _grouped(entries: Mapping[str, list[Step]]) -> dict[Step, list[str]]:
    grouped: dict[Step, list[str]] = {}
    for entry, steps in entries.items():
        for step in steps:
            grouped.setdefault(step, []).append(entry)
    return grouped


def _runs(keys: list[str]) -> Iterator[str]:
    """`3 4 5 6` as `3-6`."""
    while keys:
        size = 1
        while size < len(keys) and keys[size].isdigit() and keys[size] == str(int(keys[0][0] or 0) + size):
            size += 1
        yield f"{keys[0]}-{keys[size - 1]}" if size > 2 else keys[0]
        keys = keys[size if size > 2 else 1 :]


def _shown(key: str) -> str:
    if key in (SPEAKS, SILENT):
        return key
    return "no key" if key == NOTHING else f"`{key}`"


def _words(book: Phrasebook, prompt: str) -> str:
    parts = book.prompts[prompt]
    return " ".join(f"‹{part.name}›" if isinstance(part, Gap) else part.text for part in parts)


def _times(pace: Pace) -> Iterator[str]:
    """Of the dataclass and its docstrings: each field's is the string below it."""
    yield "## The seconds\n\n| | seconds | what we wait for |\n|---|---|---|"
    body = next(node for node in ast.parse(inspect.getsource(Pace)).body if isinstance(node, ast.ClassDef)).body
    for node, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            text = ast.literal_eval(below.value) if isinstance(below, ast.Expr) else ""
            name = node.target.id
            yield f"| `{name}` | {getattr(pace, name):g} | {text} |"
    yield ""


def _everything_else(atlas: Atlas) -> Iterator[str]:
    yield "## Everything else that is said\n"
    yield "| prompt | " + " | ".join(book.name for book in PHRASEBOOKS) + " |"
    yield "|---|" + "---|" * len(PHRASEBOOKS.codes)
    asked = {prompt for lines in atlas.lines.values() for prompt in lines}
    for prompt in _in_order(PHRASEBOOKS[PHRASEBOOKS.codes[0]].prompts, asked):
        yield f"| `{prompt}` | " + " | ".join(_words(book, prompt) for book in PHRASEBOOKS) + " |"
    yield ""


def _in_order(prompts: Iterable[str], asked: set[str]) -> Iterator[str]:
    return (prompt for prompt in prompts if prompt not in asked)


async def draw_house(house: House) -> str:
    """The page, for a clinic that has just opened."""
    return draw(await crawl(house))


async def _main() -> None:
    with tempfile.TemporaryDirectory(prefix="duravani-draw-") as name:
        folder, valkey = Path(name), EmbeddedValkey()
        url = f"sqlite:///{folder / 'clinic.db'}"
        await migrate(url)
        redis_url = await valkey.start(folder)
        line, ledger, redis = RedisLine.open(redis_url), SqlLedger.open(url), Redis.from_url(redis_url)
        try:
            async with open_house(folder, line, ledger, redis.flushall) as house:
                sys.stdout.write(await draw_house(house))
        finally:
            await redis.aclose()
            await line.close()
            await ledger.close()
            await valkey.stop()


if __name__ == "__main__":
    asyncio.run(_main())
