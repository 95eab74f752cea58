"""From the doctor's signature to the SMS in the gateway's hands: `python -m tests.bench.signing` (a minute).

One process is the clinic as `duravani run` wires it: SQLite, Valkey, the printer, the seal with a self-made timestamp,
and the sender of the outbox. Only the gateway is ours: it notes when a message was handed over. Measured is the time
from the call of `issue_prescription` to the last of that prescription's messages.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, time_ns

from config.opds import DAYS
from config.settings import load_settings
from core.clinic.bring_together import begin_consultation
from core.clinic.clinic import Clinic
from core.clinic.doctor_ready import doctor_ready
from core.clinic.hire import add_doctor
from core.clinic.issue_prescription import issue_prescription
from core.clinic.register_patient import Registration, register_patient
from core.clinic.send_sms import keep_sending
from core.clinic.take_token import take_token
from core.clinic.talk import begin_talk, end_talk
from core.rules.consultation import Consultation
from core.rules.dosage import Food
from core.rules.patient import Gender, Relation
from core.rules.prescription import Medicine
from core.rules.sms import Sms
from core.tasks import forever
from house.background import background
from house.seal import warm_up_seal
from house.wiring import open_clinic
from tests.adapters.papers import CONTENT
from tests.bench.figures import percentile, shown
from tests.live.instance import write_opds
from tests.live.ports import free_port

SIGNATURES, AT_ONCE = 200, 4
LONGEST = 600.0
"""Seconds after which something must be wrong."""
MEDICINES = (
    *CONTENT.medicines,
    Medicine("zinc sulfate", "dispersible tablet", "20 mg", "OD", 14, food=Food.AFTER),
    Medicine("ambroxol", "tablet", "30 mg", "BD", 5),
)
"""Prescriptions have the first of these, or two, three, or all."""


class Counter:
    """A gateway that takes everything and notes when."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self._one_more = asyncio.Condition()

    async def send(self, sms: Sms) -> str:
        """See `core.ports.SmsGateway`."""
        self._taken[sms.cause] = time_ns()
        async with self._one_more:
            self._one_more.notify_all()
        return f"counted-{sms.id}"

    async def alive(self) -> bool:
        """Always."""
        return True

    async def taken(self, causes: Sequence[str]) -> int:
        """When the last of these was taken (ns since 1970), once all are."""
        async with self._one_more:
            await self._one_more.wait_for(lambda: all(cause in self._taken for cause in causes))
        return max(self._taken[cause] for cause in causes)


@dataclass(slots=True)
class Desk:
    """The doctors who sign, and their patients."""

    clinic: Clinic
    gateway: Counter
    doctors: Sequence[int]
    served: int = 0

    async def sign(self, at_once: int) -> list[int]:
        """So many doctors press at the same moment: ns until each patient's last SMS was handed over."""
        cases = [await self._case(doctor) for doctor in self.doctors[:at_once]]
        return await asyncio.gather(*(self._signed(case) for case in cases))

    async def _case(self, doctor_id: int) -> Consultation:
        """They have talked; the doctor writes."""
        clinic, number = self.clinic, self.served
        self.served += 1
        language = clinic.policy.languages[number % len(clinic.policy.languages)]
        patient = await register_patient(
            clinic, Registration(f"+91{9_800_000_000 + number}", Relation.SELF, Gender.WOMAN, 34, "302001", language)
        )
        await doctor_ready(clinic, doctor_id)
        await take_token(clinic, patient, "general")
        match = await clinic.line.next_match(5)
        case = await begin_consultation(clinic, match) if match else None
        if case is None or case.patient_id != patient.id:
            raise RuntimeError("the doctor did not get this patient")
        case = await begin_talk(clinic, case, f"patient-{number}", f"doctor-{number}")
        await end_talk(clinic, case)
        return case

    async def _signed(self, case: Consultation) -> int:
        content = replace(CONTENT, medicines=MEDICINES[: 1 + case.id % len(MEDICINES)])
        pressed = time_ns()
        signed = await issue_prescription(
            self.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=content
        )
        async with self.clinic.ledger.read() as books:
            queued = await books.outbox.latest(20 * len(self.doctors))
        mine = f"prescription:{signed.id}"
        causes = [sms.cause for sms in queued if sms.cause == mine or sms.cause.startswith(f"{mine}:")]
        return await self.gateway.taken(causes) - pressed


@asynccontextmanager
async def open_desk(doctors: int, *, warm: bool) -> AsyncIterator[Desk]:
    """Everything is real but the gateway, and ends with the block. `warm`: as a house that has served for a moment."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="duravani-bench-")))
        settings = load_settings(
            home=str(home), http_port=str(free_port()), opds=str(write_opds(home / "opds.toml", DAYS)),
            natural_medicines="false",
        )  # fmt: skip
        clinic = await stack.enter_async_context(open_clinic(settings, serving=True))
        staff = [await _hire(clinic, number) for number in range(doctors)]
        gateway = Counter()
        await stack.enter_async_context(background(forever(lambda: keep_sending(clinic, gateway), "sending SMS")))
        if warm:
            await warm_up_seal()
        yield Desk(clinic, gateway, staff)


async def _hire(clinic: Clinic, number: int) -> int:
    hired = await add_doctor(
        clinic, login=f"dr-{number}", name="Dr Bench", qualification="MBBS", registration_number=f"B-{number}",
        council="Bench Council", contact="bench@example.org", opds=["general"], languages=clinic.policy.languages,
        states=(),
    )  # fmt: skip
    return hired.doctor.id


async def bench(signatures: int, at_once: int, *, warm: bool) -> None:
    """Print the table."""
    async with asyncio.timeout(LONGEST), open_desk(at_once, warm=warm) as desk:
        (first,) = await desk.sign(1)
        print(f"the first signature: {first / 1e6:.0f} ms" + (" (pyHanko is there)" if warm else " (cold)"), flush=True)
        for together in sorted({1, at_once}):
            busy, began, times = process_time(), perf_counter(), list[int]()
            while len(times) < signatures:
                times += await desk.sign(together)
            share = 100 * (process_time() - busy) / (perf_counter() - began)
            figures = ", ".join(f"p{int(at * 100)} {shown(percentile(times, at), 0)}" for at in (0.5, 0.95, 0.99))
            most = shown(max(times) / 1e6, 0)
            print(
                f"{together} at a time: {figures}, most {most} ms ({len(times)}; {share:.0f} % of a core)", flush=True
            )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.signing", description=__doc__)
    parser.add_argument("--signatures", type=int, default=SIGNATURES)
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="doctors who press at the same moment")
    parser.add_argument("--cold", action="store_true", help="do not warm up first, as `duravani run` does")
    asked = parser.parse_args()
    asyncio.run(bench(asked.signatures, asked.at_once, warm=not asked.cold))


if __name__ == "__main__":
    main()
