"""What happens in one drill, chosen by a seed: who is where in a call, which part dies, and at which moment."""

import random
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where a patient has come when the part is killed; each goes on to the end afterwards."""

    REGISTERING = "registering"
    CHOOSING = "choosing in a menu"
    TAKING_TOKEN = "taking a token"
    HOLDING = "holding"
    CALLED_BACK = "being called back"
    MEETING = "meeting the doctor"
    TALKING = "talking"
    REDIALLED = "being redialled"
    WRITING = "doctor writing"


class Part(StrEnum):
    """What breaks."""

    PROGRAM = "our program, kill -9"
    VALKEY = "Valkey, kill -9"
    ASTERISK = "Asterisk, kill -9"
    VALKEY_STALLS = "Valkey, stopped for a second"
    POWER = "everything at once, kill -9"


class Who(StrEnum):
    """The two people of a journey."""

    PATIENT = "patient"
    DOCTOR = "doctor"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that is told of a person: `said <prompt>`, another kind of the timeline, or what their phone does."""

    who: Who
    what: str

    def __str__(self) -> str:
        return f"{self.who} {self.what}"


def _patient(*what: str) -> tuple[Moment, ...]:
    return tuple(Moment(Who.PATIENT, each) for each in what)


def _doctor(*what: str) -> tuple[Moment, ...]:
    return tuple(Moment(Who.DOCTOR, each) for each in what)


MOMENTS: dict[Phase, tuple[Moment, ...]] = {
    Phase.REGISTERING: _patient(
        "dials", "started", "said language_choice", "said welcome", "said for_whom", "said say_name",
        "recorded", "said age", "said gender", "said pin_code", "said opd_choice_general",
    ),
    Phase.CHOOSING: _patient(
        "dials", "started", "said welcome_back", "said which_patient_unnamed", "said opd_choice_general",
    ),
    Phase.TAKING_TOKEN: _patient(
        "said opd_choice_general", "token", "said token_spoken", "said sms_sent", "said hold_or_callback",
    ),
    Phase.HOLDING: _patient("said token_menu", "said hold_comfort"),
    Phase.CALLED_BACK: _patient("rings", "started", "said called_patient", "pressed")
    + _doctor("rings", "started", "talking"),
    Phase.MEETING: _doctor("rings", "picks up", "started", "talking"),
    Phase.TALKING: _patient("talking") + _doctor("talking"),
    Phase.REDIALLED: _patient("hangs up", "patient_left", "rings", "talking"),
    Phase.WRITING: _doctor("hangs up", "doctor_left", "signs", "has signed") + _patient("said consult_over", "ended"),
}  # fmt: skip
"""Each of them comes, whatever the weather; one is chosen."""
REPEATED = {Phase.REDIALLED: frozenset({"rings", "talking"})}
"""Moments that have come once already, on the way to this phase (the patient was called, and has talked)."""
LONGEST_DELAY = 0.5
"""Seconds after the moment."""
COMPANIONS = 2
"""Journeys beside the one that is watched, each in a phase of its own."""
COMBINATIONS = len(Part) * len(Phase)


@dataclass(frozen=True, slots=True)
class Schedule:
    """One drill. Journeys go as far as their phase allows; the first one's moment, and the delay, kill the part."""

    seed: int
    part: Part
    phases: tuple[Phase, ...]
    moment: Moment
    delay: float
    """Seconds."""

    @classmethod
    def of(cls, seed: int) -> "Schedule":
        """The same schedule for the same seed, on every machine."""
        chance, parts, all_phases = random.Random(seed), list(Part), list(Phase)
        # `COMBINATIONS` seeds in a row kill every part in every phase once.
        turn, part = divmod(seed, len(parts))
        phase = all_phases[turn % len(all_phases)]
        return cls(
            seed=seed,
            part=parts[part],
            phases=(phase, *chance.choices(all_phases, k=COMPANIONS)),
            moment=chance.choice(MOMENTS[phase]),
            delay=round(chance.uniform(0.0, LONGEST_DELAY), 3),
        )

    def __str__(self) -> str:
        others = ", ".join(self.phases[1:])
        return f"{self.part}, {self.delay:.3f} s after “{self.moment}” while {self.phases[0]}; beside it: {others}"
