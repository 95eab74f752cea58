"""The keys that always work, and what a caller hears when there is nobody, or the day is over."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.opds import DAYS
from core.rules.token import TokenState
from tests.live.audio import tone_present, write_tone
from tests.live.instance import Instance, instance, write_opds
from tests.live.panel import Panel
from tests.live.town import DOCTOR_TONE, PATIENT_TONE, visit

pytestmark = pytest.mark.live


async def test_nine_is_an_emergency_in_a_menu_and_while_holding(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.patient()
        await patient.takes_token()
        await patient.phone.dial("104")
        await patient.answers("which_patient_unnamed", "9")
        await patient.answers("emergency_advice", "1")  # and the conversation goes on where it was
        await patient.answers("token_menu", "1")
        await patient.answers("hold_comfort", "9")
        await patient.said("emergency_advice", "hold_comfort")


async def test_star_nine_is_an_emergency_where_digits_are_asked(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.stranger()
        await patient.phone.dial("104")
        for question, key in (("language_choice", "2"), ("notice_consent", "1"), ("for_whom", "1")):
            await patient.answers(question, key)
        await patient.says_name()
        await patient.answers("age", "*9")
        await patient.answers("emergency_advice", "40")  # the answer to what was being asked
        await patient.answers("gender", "2")
        await patient.answers("pin_code", "30*9")
        await patient.said("emergency_advice")


async def test_zero_connects_to_a_ready_operator(service: Instance) -> None:
    async with visit(service) as town:
        patient, account = await town.patient(), service.accounts["desk1"]
        heard = town.folder / "operator.wav"
        phone = await town.staff_phone(
            account, speak=write_tone(town.folder / "operator-tone.wav", DOCTOR_TONE), record=heard
        )
        panel = await town.stack.enter_async_context(Panel.sign_in(service.url, account))
        await panel.post("/operator/ready", {})
        await patient.phone.dial("104")
        await patient.answers("which_patient_unnamed", "0")
        assert (await phone.ringing()).detail["number"] == patient.number
        await phone.pick_up()
        await patient.told("operator")
        await patient.phone.stay(1.0)
        await phone.hang_up()
        await patient.said("which_patient_unnamed")  # the caller is asked again
        await patient.phone.hang_up()
        assert tone_present(patient.heard, DOCTOR_TONE)
        assert tone_present(heard, PATIENT_TONE)
        await panel.post("/operator/pause", {})


async def test_zero_without_an_operator_is_a_call_back(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.patient()
        await patient.phone.dial("104")
        await patient.answers("which_patient_unnamed", "0")
        await patient.said("operator_none", "which_patient_unnamed")
        await patient.sms("call_back_noted")
        (owed,) = await patient.call_backs()
        panel = await town.stack.enter_async_context(Panel.sign_in(service.url, service.accounts["desk1"]))
        waits = f'name="call_back" value="{owed.id}"'
        assert waits in await panel.page("/operator")
        page = await panel.post("/operator/called-back", {"call_back": str(owed.id)})
        assert waits not in page


async def test_the_token_is_heard_again_and_cancelled(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.patient()
        token = await patient.takes_token()
        await patient.phone.dial("104")
        await patient.answers("which_patient_unnamed", "1")
        await patient.answers("token_menu", "2")
        heard = await patient.told("said", "token_spoken:")
        assert heard.endswith(" ".join(token.number))
        await patient.answers("token_menu", "3")
        await patient.answers("cancel_confirm", "1")
        await patient.said("cancelled", "goodbye")
        await patient.phone.gone()
        assert (await patient.token()).state is TokenState.CANCELLED
        await patient.sms("token", "token_again", "token_cancelled")


async def test_a_closed_day_says_when_it_opens(tmp_path: Path) -> None:
    opens = datetime.now(ZoneInfo("Asia/Kolkata")) + timedelta(days=3)
    opds = write_opds(tmp_path / "opds.toml", [DAYS[opens.weekday()]])
    async with instance(opds=str(opds)) as service, visit(service) as town:
        patient = await town.stranger()
        await patient.phone.dial("104")
        await patient.answers("language_choice", "2")
        await patient.said("closed_now", "opens", f"opens_{opens:%A}".lower(), "emergency_advice")


async def test_no_doctor_at_all_is_said(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.patient("hi")
        await patient.phone.dial("104")
        await patient.answers("which_patient_unnamed", "1")
        await patient.answers("opd_choice_general", "1")
        await patient.answers("token_spoken", "#")  # enough heard
        await patient.said("no_doctors")
        await patient.answers("hold_or_callback", "2")
        await patient.said("will_call_you", "goodbye")
        await patient.phone.gone()
        assert (await patient.token()).state is TokenState.WAITING
