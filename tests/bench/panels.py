"""How soon 50 open panels show what happens: `python -m tests.bench.panels [--calls 20]` (a minute or two; loopback).

The real program serves. Another process is the people: for each doctor a browser reduced to its EventSource and its
look at the bar (`GET /doctor/now`), and some tabs of a real Chromium. With `--calls` so many doctors talk with patients
all the while, by the telephone of their page, by voice and both ways, through the real Asterisk: the tabs do it as they
are, and for the reduced browsers there is a telephone that speaks as theirs does (SIP over the panel's WebSocket, ICE,
DTLS-SRTP), as twenty Chromiums want more of a processor than the server that is measured has.

This process makes things happen, by the use cases, on the program's ledger and line: phones come and go, doctors who
talk want a pause after this patient or none, and patients come. Measured is the time from the use case's return (the
event is told then) to the bar read, or to the frame in which it is drawn: of what happens to the doctor whose page it
is, and of a queue that has grown, on everybody's page.
"""

import argparse
import asyncio
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter, time_ns
from typing import Any

from core.clinic.doctor_ready import doctor_pause, doctor_ready, phone_registered
from core.clinic.take_token import take_token
from core.rules.patient import Patient
from tests.bench.figures import Cpu, all_used, children, percentile, shown
from tests.bench.house import House, Physician, open_house
from tests.bench.panel_calls import Calls, open_calls

PANELS, TABS, SECONDS = 50, 3, 40.0
CHANGES_A_SECOND = 3.0
"""Of all doctors together; 50 doctors with six minutes a patient have about one."""
TOKENS_A_SECOND = 0.5
SETTLES = 2.5
"""Seconds in which a doctor is left alone after a change, so that each change is seen by itself."""
OPENS, ANSWERS = 120.0, 30.0
"""Seconds until all browsers are there, and until they have said what was asked."""
Times = Mapping[str, Sequence[int]]
"""By kind of browser: ns from the event to the bar."""


class Browsers:
    """The people's process: one line of JSON is asked, one is answered."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Of the people; Chromium descends from them."""
        return self._process.pid

    async def ask(self, seconds: float, **what: object) -> dict[str, Any]:
        """Raises `TimeoutError`, `RuntimeError` when they are gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        async with asyncio.timeout(seconds):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the people's browsers are gone")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def open_browsers() -> AsyncIterator[Browsers]:
    """Nobody looks at anything yet; all of it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.panels", "--people",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 22,
    )  # fmt: skip
    try:
        yield Browsers(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(ANSWERS):
                await process.wait()
        except TimeoutError:
            process.kill()


@dataclass(slots=True)
class Found:
    """What was measured."""

    changes: int
    times: Times
    shares: Mapping[str, float]
    """Of one core: what each part used, and whatever else ran on the machine."""
    verified: Sequence[str] = field(default_factory=list)
    """How the calls were."""


async def bench(panels: int, tabs: int, calls: int, seconds: float) -> Found:
    """Everything, once. Raises `RuntimeError`, `TimeoutError`, `NoCall`."""
    comers = int(2 * seconds * TOKENS_A_SECOND)
    async with open_house(panels, calls + comers) as house, open_calls(house) as talks, open_browsers() as browsers:
        _say(f"{panels} panels open, {tabs} of them in Chromium")
        for physician in house.physicians[calls:]:  # else whoever comes would be theirs
            await doctor_pause(house.clinic, physician.doctor.id)
        cookies = [physician.cookie for physician in house.physicians]
        order = {"url": house.url, "cookies": cookies, "tabs": tabs, "phones": calls}
        await browsers.ask(OPENS, **order)
        _say(f"{calls} patients call")
        for physician in house.physicians[:calls]:
            await doctor_ready(house.clinic, physician.doctor.id)
        await talks.begin(house.physicians[:calls])
        verified = [await _all_hear(talks, browsers)]
        _say(f"{seconds:g} s of doctors to whom things happen, and patients who come")
        patients = [await _patient(house, mobile) for mobile in house.patients[calls:]]
        await browsers.ask(ANSWERS, what="forget")
        mark = talks.mark()
        happened = await _happen(house, browsers, patients, _change(house, tabs, calls, seconds), seconds)
        if calls:
            shares = sorted(talks.shares(mark))
            got = f"patients got {shares[len(shares) // 2]:.0%} of a packet each 20 ms, the least {shares[0]:.0%}"
            verified += [got, await _all_hear(talks, browsers)]
        seen = await browsers.ask(ANSWERS, what="seen")
        times = {**_times(happened.told, seen["sights"]), "others'": _others(happened.joined, seen["queues"])}
        return Found(sum(map(len, happened.told)), times, happened.shares, verified if calls else [])


async def _all_hear(talks: Calls, browsers: Browsers) -> str:
    await talks.hear()
    heard = await browsers.ask(ANSWERS, what="hear", tones={talk.doctor: talk.hz for talk in talks.talks})
    return f"{heard['hear']} of {len(talks.talks)} pages hear their own patient, and each of these a page"


async def _patient(house: House, mobile: str) -> Patient:
    async with house.clinic.ledger.read() as books:
        (patient,) = await books.patients.of_mobile(mobile)
    return patient


@dataclass(slots=True)
class Happened:
    """When each change was told (ns), by doctor; when each token was; what that cost."""

    told: list[list[int]]
    joined: list[int]
    shares: Mapping[str, float]


async def _happen(
    house: House,
    browsers: Browsers,
    patients: Sequence[Patient],
    changes: Coroutine[None, None, list[list[int]]],
    seconds: float,
) -> Happened:
    parts = _parts(house, browsers)
    cpu, machine, began = Cpu({str(pid): pid for pid in parts}), all_used(), perf_counter()
    with cpu.measured():
        told, joined = await asyncio.gather(changes, _come(house, patients, seconds))
    took = perf_counter() - began
    used: dict[str, float] = defaultdict(float)
    for pid, name in parts.items():
        used[name] += cpu.used[str(pid)]
    used["whatever else ran"] = all_used() - machine - sum(used.values())
    await asyncio.sleep(SETTLES)
    return Happened(told, joined, {name: ms / took / 1000 for name, ms in used.items()})


def _parts(house: House, browsers: Browsers) -> dict[int, str]:
    """Names of all processes that have to do with it."""
    names = {pid: "the program" if name == "python" else name for name, pid in house.processes().items()}
    own, *_ = children(browsers.pid)
    people = dict.fromkeys(children(browsers.pid), "chromium") | {own: "the bench"}
    return people | names | {os.getpid(): "the bench"}


async def _change(house: House, tabs: int, calls: int, seconds: float) -> list[list[int]]:
    told: list[list[int]] = [[] for _ in house.physicians]
    luck, clock = random.Random(7), asyncio.get_running_loop().time
    free, until = dict.fromkeys(range(len(told)), 0.0), clock() + seconds
    while clock() < until:
        await asyncio.sleep(luck.expovariate(CHANGES_A_SECOND))
        ready = [number for number, since in free.items() if since <= clock()]
        if not ready:
            continue
        # Those that are shown in Chromium change more often, so that enough is measured there.
        shown_too = [number for number in ready if number < tabs]
        number = luck.choice(shown_too if shown_too and luck.random() < 0.4 else ready)
        await _next_change(house, house.physicians[number], len(told[number]), talks=number < calls)
        told[number].append(time_ns())
        free[number] = clock() + SETTLES
    return told


async def _next_change(house: House, physician: Physician, earlier: int, *, talks: bool) -> None:
    """Whoever talks wants a pause afterwards, or none; anybody else's phone comes, or goes."""
    if not talks:
        await phone_registered(house.clinic, physician.account.user, earlier % 2 == 0)
    elif earlier % 2 == 0:
        await doctor_pause(house.clinic, physician.doctor.id)
    else:
        await doctor_ready(house.clinic, physician.doctor.id)


async def _come(house: House, patients: Sequence[Patient], seconds: float) -> list[int]:
    joined: list[int] = []
    luck, clock = random.Random(8), asyncio.get_running_loop().time
    until = clock() + seconds
    for patient in patients:
        await asyncio.sleep(luck.expovariate(TOKENS_A_SECOND))
        if clock() > until:
            break
        await take_token(house.clinic, patient, "general")
        joined.append(time_ns())
    return joined


def _others(joined: list[int], queues: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    """From each token to the first look at a queue that is so long, on every page."""
    times = []
    for length, at in enumerate(joined, start=1):
        times += [next(seen for shown, seen in queue if shown >= length) - at for queue in queues]
    return times


def _times(told: list[list[int]], seen: Mapping[str, Mapping[str, Sequence[int]]]) -> Times:
    """What a browser saw of a doctor, change by change. Raises `RuntimeError` when a change was never seen."""
    times: dict[str, list[int]] = defaultdict(list)
    for kind, by_doctor in seen.items():
        for number, sights in by_doctor.items():
            changes = told[int(number)]
            if len(changes) != len(sights):
                raise RuntimeError(f"{kind}: doctor {number} changed {len(changes)} times, seen {len(sights)}")
            times[kind] += [sight - change for change, sight in zip(changes, sights, strict=True)]
    return times


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def report(found: Found) -> str:
    """A table."""
    lines = [*found.verified, f"{found.changes} changes; from the event to the bar, ms"]
    for kind, values in found.times.items():
        shares = ", ".join(f"p{int(at * 100)} {shown(percentile(values, at))}" for at in (0.5, 0.95, 0.99))
        lines.append(f"  {kind:17} {shares}, most {shown(max(values, default=0) / 1e6)} (of {len(values)})")
    used = ", ".join(f"{name} {100 * share:.0f}" for name, share in found.shares.items())
    return "\n".join([*lines, f"% of a core: {used}"])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.panels", description=__doc__)
    parser.add_argument("--panels", type=int, default=PANELS)
    parser.add_argument("--tabs", type=int, default=TABS, help="of them also shown in Chromium")
    parser.add_argument(
        "--calls", type=int, default=0, help="so many doctors talk with a patient, by the telephone of their page"
    )
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--people", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.people:
        from tests.bench.panel_people import people

        with suppress(KeyboardInterrupt):
            asyncio.run(people())
        return
    print(report(asyncio.run(bench(asked.panels, asked.tabs, asked.calls, asked.seconds))))


if __name__ == "__main__":
    main()
