"""What `duravani run` says when it serves: where the panel is, what to dial, and, once, the demo passwords."""

from collections.abc import Sequence

from config.settings import Settings
from core.clinic.hire import HiredDoctor, HiredOperator
from house.try_phones import lends_phones

MOST_NAMED = 3
"""Accounts that are named as examples."""


def greeting(settings: Settings, roles: frozenset[str], accounts: Sequence[str]) -> str:
    """A block of lines that begins with READY. `accounts` are the staff's SIP accounts."""
    lines, lends = [f"READY   {settings.clinic_name} serves: {', '.join(sorted(roles))}"], lends_phones(settings, roles)
    if "web" in roles:
        lines += [
            f"panel   {settings.url}/login",
            *([f"try     {settings.url}/try (a telephone in the browser: be the patient)"] if lends else []),
            f"SMS     {settings.url}/operator/outbox, or: .venv/bin/duravani sms list",
        ]
    if "calls" in roles:
        where = f"{settings.bind}:{settings.sip_port}"
        lines += [
            f"dial    {' or '.join(settings.patient_numbers)} at {where} (SIP, UDP), for instance:",
            f"        .venv/bin/duravani call {settings.patient_numbers[0]} --keys p2p1p1p#p#p34p2p302001p1p1",
            *_missed(settings),
            *_pharmacies(settings),
            f"phones  softphones register at {where} as {_named(accounts)}; they dial {settings.staff_number}",
            "        (passwords are told once, when an account is made; `duravani doctor add` makes one)",
        ]
        if not settings.trunk:
            but = ", except on the page /try" if lends else ""
            lines.append(f"trunk   none named (DURAVANI_TRUNK): a patient who hangs up cannot be called{but}")
    return "\n".join(lines)


def _missed(settings: Settings) -> list[str]:
    numbers = " or ".join(settings.missed_call_numbers) if settings.trunk else ""
    return [f"        or ring {numbers} and hang up: whoever does is called back, for free"] if numbers else []


def _pharmacies(settings: Settings) -> list[str]:
    numbers = " or ".join(settings.pharmacy_numbers)
    return [f"        {numbers} is the pharmacies' line: is a prescription genuine?"] if numbers else []


def _named(accounts: Sequence[str]) -> str:
    more = "" if len(accounts) <= MOST_NAMED else f" … ({len(accounts)} accounts)"
    return ", ".join(accounts[:MOST_NAMED]) + more if accounts else "nobody yet"


def told_once(doctors: Sequence[HiredDoctor], operators: Sequence[HiredOperator]) -> str:
    """The passwords of new demo accounts."""
    people = [
        *((hired.doctor.login, hired.password, hired.doctor.account, hired.sip_password) for hired in doctors),
        *((hired.operator.login, hired.password, hired.operator.account, hired.sip_password) for hired in operators),
    ]
    lines = [
        f"        {login:<10} panel password {password}   softphone {account} password {sip_password}"
        for login, password, account, sip_password in people
    ]
    return "\n".join(["Demo accounts, told only now:", *lines])
