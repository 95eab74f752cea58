"""People who react: each picks up when their phone rings, and a patient presses what every question asks for."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from tests.live.instance import Account, Instance
from tests.live.sip import Account as SipAccount
from tests.live.sip import Dialog, Phone, Refused
from tests.live.story import Event

ANSWERS = {
    "language_choice": "2", "welcome": "1", "notice_consent": "1", "for_whom": "1", "say_name": "##", "age": "34",
    "gender": "2", "opd_choice_general": "1", "which_patient": "1", "which_patient_unnamed": "1", "token_menu": "1",
    "token_spoken": "#", "hold_or_callback": "1", "called_patient": "1",
}  # fmt: skip
"""What a patient presses at each question: English, a man of 34, the general doctor, and he holds the line.

He agrees before he is asked, and does not hear his token to its end: that saves time, and is what people do.
"""
GAPS = {"say_name": 0.4}
"""Seconds between the keys: the first one ends the question, the second one the recording after the beep."""
LAST_WORDS = "consult_over"
"""Who hears this hangs up."""
AGAIN_AFTER = 1.0
"""Seconds within which a question said again is the same one: the language is offered in two languages."""
HANG_UP_SECONDS = 2.0
"""After which a switch that does not answer a BYE is taken to be dead."""
VOICE_PACKETS = 25
"""How much is said at a time, in packets of 20 ms."""
REGISTER_TRIES, REGISTER_PAUSE = 40, 0.25

Tell = Callable[[str], None]


class Person:
    """A phone, one call at a time. `tell` hears what the phone does: `dials`, `rings`, `picks up`, `hangs up`."""

    def __init__(self, phone: Phone, tell: Tell) -> None:
        self.phone, self.tell = phone, tell
        self.dialog: Dialog | None = None
        self.calls = 0
        """How many calls this phone has had that were answered."""
        self.voice = bytes(0x80 | (each * 7 + phone.port) % 0x50 for each in range(160))
        """20 ms of A-law that nobody else says: whoever hears it hears this person."""

    @property
    def talks(self) -> bool:
        """Whether a call is up, as far as this phone knows."""
        return self.dialog is not None and not self.dialog.gone.is_set()

    async def live(self) -> None:
        """Pick up whatever rings, until cancelled."""
        while True:
            await self._pick_up(await self.phone.incoming.get())

    async def _pick_up(self, dialog: Dialog) -> None:
        if self.talks:
            return dialog.refuse(486)
        self.tell("rings")
        dialog.ring()
        if not dialog.gone.is_set():
            await dialog.accept()
            self._begin(dialog)
            self.tell("picks up")

    def _begin(self, dialog: Dialog) -> None:
        self.dialog, self.calls = dialog, self.calls + 1

    async def hang_up(self) -> None:
        """End the call, as somebody does who presses the red key."""
        if self.dialog is None or self.dialog.gone.is_set():
            return
        self.tell("hangs up")
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP_SECONDS):
                await self.dialog.bye()

    def cut(self) -> None:
        """The switch has died: nobody tells this phone, but nothing is heard any more."""
        if self.dialog is not None and not self.dialog.gone.is_set():
            self.dialog.gone.set()
            self.dialog.close()

    def __str__(self) -> str:
        packets = len(self.dialog.voice.heard) if self.dialog is not None else 0
        return f"{self.calls} calls, {'up' if self.talks else 'down'}, {packets} packets heard on the last"

    async def hears(self, other: "Person") -> None:
        """Returns when the other's voice arrives here; both must have a call."""
        assert self.dialog is not None
        assert other.dialog is not None
        heard, spoken = self.dialog.voice, other.dialog.voice
        while not heard.heard or heard.heard[-1][1] != other.voice:
            spoken.sound = spoken.sound or other.voice * VOICE_PACKETS
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02 * VOICE_PACKETS):
                    await heard.hears(1)


class Patient(Person):
    """A feature phone of the village."""

    def __init__(self, phone: Phone, tell: Tell, pin_code: str) -> None:
        super().__init__(phone, tell)
        self.number = phone.account.user
        self.answers = ANSWERS | {"pin_code": pin_code}
        self._told: asyncio.Queue[Event] = asyncio.Queue()
        self._dialling: asyncio.Task[None] | None = None
        self._pressed: dict[tuple[str, str], float] = {}

    @property
    def busy(self) -> bool:
        """Whether a call is up, or being made."""
        return self.talks or (self._dialling is not None and not self._dialling.done())

    def dial(self) -> None:
        """Ring the service; what becomes of it shows."""
        self._dialling = asyncio.create_task(self._dial())

    async def _dial(self) -> None:
        self.tell("dials")
        with suppress(Refused, TimeoutError):
            self._begin(await self.phone.call("104"))

    def cut(self) -> None:
        """Whoever is just dialling gives up, too."""
        super().cut()
        if self._dialling is not None:
            self._dialling.cancel()

    def hear(self, event: Event) -> None:
        """The service says something to this patient."""
        if event.kind == "said":
            self._told.put_nowait(event)

    async def react(self) -> None:
        """Press what is asked for, until cancelled."""
        clock = asyncio.get_running_loop()
        while True:
            event = await self._told.get()
            prompt = event.detail.partition(":")[0]
            asked = event.call_id, prompt
            fresh = clock.time() - self._pressed.get(asked, 0.0) > AGAIN_AFTER
            if prompt in self.answers and fresh and self.dialog is not None and self.talks:
                await self.dialog.press(self.answers[prompt], gap=GAPS.get(prompt, 0.06))
                self._pressed[asked] = clock.time()
            elif prompt == LAST_WORDS:
                await self.hang_up()


class Medic(Person):
    """A doctor's softphone."""

    def __init__(self, phone: Phone, tell: Tell, doctor_id: int, account: Account) -> None:
        super().__init__(phone, tell)
        self.doctor_id, self.account = doctor_id, account

    async def register(self) -> None:
        """Again and again, until the switch knows the account."""
        for _ in range(REGISTER_TRIES):
            with suppress(Refused, TimeoutError):
                async with asyncio.timeout(2 * HANG_UP_SECONDS):
                    return await self.phone.register()
            await asyncio.sleep(REGISTER_PAUSE)
        raise AssertionError(f"the phone of {self.account.login} cannot register")


async def switched_on(stack: AsyncExitStack, service: Instance, user: str, password: str = "") -> Phone:
    """A phone that sends to this service, on until the stack is left; the village rings it by its `user`."""
    host, port = service.sip.split(":")
    phone = await stack.enter_async_context(Phone((host, int(port)), SipAccount(user, password)))
    service.village.connect(user, phone.port)
    return phone
