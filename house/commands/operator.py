"""`duravani operator`: operators, supervisors and administrators."""

import argparse

from config.settings import Settings
from house.commands.accounts import account, staff_actions
from house.commands.common import BY, OK, Commands, Failure, command, group, person

KINDS = ("operator", "supervisor", "admin")


def add_to(commands: Commands) -> None:
    """operator add, list, change, and what is done to anybody."""
    operators = group(commands, "operator", "operators, supervisors, administrators")
    adding = command(operators, "add", _add, "take an operator on; prints passwords and the SIP account")
    adding.add_argument("login")
    adding.add_argument("--name", required=True)
    adding.add_argument("--kind", choices=KINDS, default="operator", help="what they are (%(default)s)")
    command(operators, "list", _list, "who there is")
    changing = command(operators, "change", _change, "change name or kind")
    changing.add_argument("login")
    changing.add_argument("--name")
    changing.add_argument("--kind", choices=KINDS)
    staff_actions(operators)


async def _add(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.hire import add_operator
    from core.ports import Duplicate
    from core.rules.staff import StaffKind
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        try:
            hired = await add_operator(
                clinic, login=options.login, name=options.name, kind=StaffKind(options.kind), by=BY
            )
        except Duplicate as error:
            raise Failure(f"login {options.login!r} is taken") from error
        except ValueError as error:
            raise Failure(str(error)) from error
    one = hired.operator
    print(account(settings, one.kind, one.login, hired.password, one.account, hired.sip_password))
    return OK


async def _list(_: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic, clinic.ledger.read() as books:
        for one in await books.staff.operators():
            print(f"{one.login}\t{one.name}\t{one.kind}\tSIP {one.account}")
    return OK


async def _change(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_person import change_operator
    from core.rules.staff import Operator, StaffKind

    async with person(settings, options.login) as (clinic, found):
        if not isinstance(found, Operator):
            raise Failure(f"{options.login} is a {found.kind}")
        kind = StaffKind(options.kind) if options.kind else found.kind
        await change_operator(clinic, found.id, BY, name=options.name or found.name, kind=kind)
    return OK
