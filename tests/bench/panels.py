"""How soon 50 open panels show what happens: `python -m tests.bench.panels` (a minute; loopback, Chromium if there).

One process is the house and makes doctors talk and stop, and patients come; another one is the people: for each doctor
a browser reduced to its EventSource and its look at the bar (`GET /doctor/now`), and some tabs of a real Chromium.
Measured is the time from the use case's return (the event is told then) to the bar read, or to the frame in which it is
drawn: of what happens to the doctor whose page it is, and of a queue that has grown, on everybody's page.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, time_ns

from aiohttp.test_utils import TestServer

from core.clinic.sign_in import open_session
from core.clinic.take_token import take_token
from core.clinic.talk import begin_talk, end_talk
from core.rules.consultation import Consultation
from core.rules.patient import Patient
from tests.bench.figures import percentile, shown
from tests.web.house import House, hire_doctor, open_house
from web.routes import make_app

PANELS, TABS, SECONDS = 50, 3, 40.0
CHANGES_A_SECOND = 3.0
"""Of all doctors together; 50 doctors with six minutes a patient have about one."""
TOKENS_A_SECOND = 0.5
SETTLES = 2.5
"""Seconds in which a doctor is left alone after a change, so that each change is seen by itself."""
Times = Mapping[str, Sequence[int]]
"""By kind of browser: ns from the event to the bar."""


async def bench(panels: int, tabs: int, seconds: float) -> tuple[Times, int, float]:
    """Times, changes made, and the share of a core that the house used."""
    with TemporaryDirectory() as home:
        async with open_house(Path(home)) as house, TestServer(make_app(house.deps())) as server:
            _say(f"hiring {panels} doctors")
            cases = [await _case(house, each) for each in range(panels)]
            cookies = [await _cookie(house, case.doctor_id) for case in cases]
            people = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bench.panels", "--people",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 22,
            )  # fmt: skip
            assert people.stdin is not None
            assert people.stdout is not None
            order = {"url": f"http://{server.host}:{server.port}", "cookies": cookies, "tabs": tabs}
            people.stdin.write(json.dumps(order).encode() + b"\n")
            if await people.stdout.readline() != b"ready\n":
                raise RuntimeError("the people's browsers did not open")
            told, joined, share = await _happen(house, cases, seconds)
            people.stdin.close()
            seen = json.loads(await people.stdout.readline())
            await people.wait()
            times = {**_times(told, seen["sights"]), "others'": _others(joined, seen["queues"])}
            return times, sum(map(len, told)), share


async def _case(house: House, number: int) -> Consultation:
    doctor = await hire_doctor(house.clinic, f"doctor{number}", f"Dr. Number {number}")
    return await house.match(await house.patient(f"+91987650{number:04d}"), doctor)


async def _cookie(house: House, doctor_id: int) -> str:
    async with house.clinic.ledger.read() as books:
        doctor = await books.staff.doctor(doctor_id)
    return (await open_session(house.clinic, doctor))[0]


async def _happen(house: House, cases: list[Consultation], seconds: float) -> tuple[list[list[int]], list[int], float]:
    """Doctors talk and stop, patients come. When each change was told (ns), by doctor; when each token was; and the
    share of a core used.
    """
    _say(f"{len(cases)} panels are open; {seconds:g} s of doctors who talk and stop")
    patients = [await house.patient(f"+91887650{number:04d}") for number in range(int(2 * seconds * TOKENS_A_SECOND))]
    busy, began = process_time(), perf_counter()
    told, joined = await asyncio.gather(_talk(house, cases, seconds), _come(house, patients, seconds))
    share = (process_time() - busy) / (perf_counter() - began)
    await asyncio.sleep(SETTLES)
    return told, joined, share


async def _talk(house: House, cases: list[Consultation], seconds: float) -> list[list[int]]:
    told: list[list[int]] = [[] for _ in cases]
    luck, clock = random.Random(7), asyncio.get_running_loop().time
    free, until = dict.fromkeys(range(len(cases)), 0.0), clock() + seconds
    while clock() < until:
        await asyncio.sleep(luck.expovariate(CHANGES_A_SECOND))
        ready = [number for number, since in free.items() if since <= clock()]
        if not ready:
            continue
        # Those that are shown in Chromium change more often, so that enough is measured there.
        number = luck.choice(ready[:TABS] if luck.random() < 0.4 else ready)
        if len(told[number]) % 2 == 0:
            await begin_talk(house.clinic, cases[number], f"patient-{number}", f"doctor-{number}")
        else:
            await end_talk(house.clinic, cases[number])
        told[number].append(time_ns())
        free[number] = clock() + SETTLES
    return told


async def _come(house: House, patients: list[Patient], seconds: float) -> list[int]:
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


def _times(told: list[list[int]], seen: Mapping[str, Sequence[Sequence[int]]]) -> Times:
    """What a browser saw of a doctor, change by change. Raises `RuntimeError` when a change was never seen."""
    times: dict[str, list[int]] = defaultdict(list)
    for kind, by_doctor in seen.items():
        for number, (changes, sights) in enumerate(zip(told, by_doctor, strict=False)):
            if len(changes) != len(sights):
                raise RuntimeError(f"{kind}: doctor {number} changed {len(changes)} times, seen {len(sights)}")
            times[kind] += [sight - change for change, sight in zip(changes, sights, strict=True)]
    return times


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def report(times: Times, changes: int, share: float) -> str:
    """A table."""
    lines = [f"{changes} changes; the house used {100 * share:.0f} % of a core", "from the event to the bar, ms"]
    for kind, values in times.items():
        shares = ", ".join(f"p{int(at * 100)} {shown(percentile(values, at))}" for at in (0.5, 0.95, 0.99))
        lines.append(f"  {kind:17} {shares}, most {shown(max(values) / 1e6)} (of {len(values)})")
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.panels", description=__doc__)
    parser.add_argument("--panels", type=int, default=PANELS)
    parser.add_argument("--tabs", type=int, default=TABS, help="of them also shown in Chromium")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--people", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.people:
        from tests.bench.panel_people import people

        with suppress(KeyboardInterrupt):
            asyncio.run(people())
        return
    print(report(*asyncio.run(bench(asked.panels, asked.tabs, asked.seconds))))


if __name__ == "__main__":
    main()
