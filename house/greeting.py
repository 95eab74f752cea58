"""What `duravani run` says when it serves: where the panel is, what to dial, and, once, the demo passwords."""

from config.settings import Settings
from core.clinic.hire import HiredDoctor, HiredOperator


def greeting(
    settings: Settings, roles: frozenset[str], doctors: list[HiredDoctor], operators: list[HiredOperator]
) -> str:
    """Demo accounts if there are new ones, then a block of lines that begins with READY."""
    lines = [*_passwords(doctors, operators), f"READY   {settings.clinic_name} serves: {', '.join(sorted(roles))}"]
    if "web" in roles:
        lines += [
            f"panel   {settings.url}/login",
            f"SMS     {settings.url}/outbox (operators), or: .venv/bin/duravani sms list",
        ]
    if "calls" in roles:
        where = f"{settings.bind}:{settings.sip_port}"
        lines += [
            f"dial    {' or '.join(settings.patient_numbers)} at {where} (SIP, UDP), for instance:",
            f"        .venv/bin/duravani call {settings.patient_numbers[0]} --keys p1p1p1",
            f"phones  doctors' and operators' softphones register at {where}; they dial {settings.staff_number}",
        ]
    if not doctors:
        lines.append("        (the demo passwords were told at the first start; `duravani doctor add` makes accounts)")
    return "\n".join(lines)


def _passwords(doctors: list[HiredDoctor], operators: list[HiredOperator]) -> list[str]:
    if not (doctors or operators):
        return []
    people = [
        *((hired.doctor.login, hired.password, hired.doctor.account, hired.sip_password) for hired in doctors),
        *((hired.operator.login, hired.password, hired.operator.account, hired.sip_password) for hired in operators),
    ]
    return ["Demo accounts, told only now:"] + [
        f"        {login:<10} panel password {password}   softphone {account} password {sip_password}"
        for login, password, account, sip_password in people
    ]
