"""What is done to anybody of the staff: new passwords, signing out, leaving; and how passwords are told."""

import argparse

from config.settings import Settings
from house.commands.common import BY, OK, Command, Commands, command, person


def staff_actions(parent: Commands) -> None:
    """password, phone, sign-out, leave: of doctors and of everybody else alike."""
    access_actions(parent)
    command(parent, "phone", _phone, "a new password for the softphone, told once").add_argument("login")


def access_actions(parent: Commands) -> None:
    """password, sign-out, leave: of whoever may sign in."""
    for name, work, text in (
        ("password", _password, "a new password for the panel, told once"),
        ("sign-out", _sign_out, "end all their sessions"),
        ("leave", _leave, "they work here no more; nothing that they wrote is deleted"),
    ):
        command(parent, name, work, text).add_argument("login")


def judging_actions(parent: Commands, judge: Command, *, verified: str, suspended: str) -> None:
    """verify, suspend: of those whose papers somebody looks up (T9); the texts say what each means."""
    for name, verdict, text in (("verify", "verified", verified), ("suspend", "suspended", suspended)):
        judging = command(parent, name, judge, text)
        judging.set_defaults(verdict=verdict)
        judging.add_argument("login")
        judging.add_argument("--note", default="", help="for the audit")


def account(settings: Settings, kind: str, login: str, password: str, account: str, sip_password: str) -> str:
    """The passwords of somebody new, told once."""
    return (
        f"{kind} {login}: panel {settings.url}/login, password {password}\n"
        f"  softphone: user {account}, password {sip_password}, server {_server(settings)} (UDP)\n"
        "  These passwords are not shown again."
    )


def _server(settings: Settings) -> str:
    """Where phones register."""
    return f"{settings.external_address or settings.bind}:{settings.sip_port}"


async def _password(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.renew_access import new_password

    async with person(settings, options.login) as (clinic, found):
        print(f"{found.login}: panel {settings.url}/login, password {await new_password(clinic, found.id, BY)}")
    return OK


async def _phone(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.renew_access import new_phone_password

    async with person(settings, options.login) as (clinic, found):
        password = await new_phone_password(clinic, found.id, BY)
        print(f"{found.login}: softphone user {found.account}, password {password}, server {_server(settings)} (UDP)")
    return OK


async def _sign_out(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.renew_access import end_sessions

    async with person(settings, options.login) as (clinic, found):
        await end_sessions(clinic, found.id, BY)
    return OK


async def _leave(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.let_go import let_go

    async with person(settings, options.login) as (clinic, found):
        await let_go(clinic, found.id, BY)
    return OK
