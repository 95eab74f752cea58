"""`duravani doctor`: take on, list, verify (T9), change."""

import argparse

from config.settings import Settings
from house.commands.accounts import account, judging_actions, staff_actions
from house.commands.common import BY, OK, Commands, Failure, command, group, listed, person

TEXTS = {
    "name": "as printed on prescriptions (T6)",
    "qualification": "e.g. MBBS",
    "registration": "number in the council's register (T9)",
    "council": "e.g. Rajasthan Medical Council",
    "contact": "printed on prescriptions: telephone or e-mail",
}
LISTS = ("opds", "languages", "states")


def add_to(commands: Commands) -> None:
    """doctor add, list, change, verify, suspend, and what is done to anybody."""
    doctors = group(commands, "doctor", "doctors")
    adding = command(doctors, "add", _add, "take a doctor on; prints passwords and the SIP account")
    _details(adding, required=True)
    adding.add_argument(
        "--unverified", action="store_true",
        help="nobody has looked up the registration yet: no patients until `doctor verify`",
    )  # fmt: skip
    command(doctors, "list", _list, "who there is")
    _details(command(doctors, "change", _change, "change what is written about a doctor"), required=False)
    judging_actions(
        doctors, _judge, verified="the registration was looked up", suspended="no patients, no prescriptions"
    )
    staff_actions(doctors)


def _details(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("login", help="small letters, digits and hyphens")
    for name, text in TEXTS.items():
        parser.add_argument(f"--{name}", required=required, help=text)
    for what in LISTS:
        parser.add_argument(f"--{what}", type=listed, help="a,b,c" + ("; by default all" if required else ""))
    parser.add_argument("--outside", metavar="NUMBER", help="a telephone that rings when no phone of ours is there")


async def _add(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.hire import add_doctor
    from core.ports import Duplicate
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        try:
            hired = await add_doctor(
                clinic,
                login=options.login,
                name=options.name,
                qualification=options.qualification,
                registration_number=options.registration,
                council=options.council,
                contact=options.contact,
                opds=options.opds or clinic.policy.staffed_opds,
                languages=options.languages or clinic.policy.languages,
                states=options.states or (),
                outside_number=options.outside or "",
                by=BY,
                verified=not options.unverified,
            )
        except Duplicate as error:
            raise Failure(f"login {options.login!r} is taken") from error
        except ValueError as error:
            raise Failure(str(error)) from error
    print(account(settings, "doctor", hired.doctor.login, hired.password, hired.doctor.account, hired.sip_password))
    return OK


async def _list(_: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic, clinic.ledger.read() as books:
        for doctor in await books.staff.doctors():
            wish = "ready" if doctor.available else "paused"
            lanes = f"{','.join(doctor.opds)} in {','.join(doctor.languages)}"
            print(f"{doctor.login}\t{doctor.name}\t{wish}\tSIP {doctor.account}\t{lanes}\t{doctor.verification}")
    return OK


async def _change(options: argparse.Namespace, settings: Settings) -> int:
    """What is not named stays as it is."""
    from core.clinic.admin.change_person import change_doctor
    from core.rules.staff import Doctor

    async with person(settings, options.login) as (clinic, doctor):
        if not isinstance(doctor, Doctor):
            raise Failure(f"{options.login} is no doctor")
        await change_doctor(
            clinic,
            doctor.id,
            BY,
            name=options.name or doctor.name,
            qualification=options.qualification or doctor.qualification,
            registration_number=options.registration or doctor.registration_number,
            council=options.council or doctor.council,
            contact=options.contact or doctor.contact,
            opds=options.opds or doctor.opds,
            languages=options.languages or doctor.languages,
            states=doctor.states if options.states is None else tuple(state for state in options.states if state),
            outside_number=(doctor.outside_number or "") if options.outside is None else options.outside,
        )
    return OK


async def _judge(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.verify_doctor import verify_doctor
    from core.rules.staff import Verification

    async with person(settings, options.login) as (clinic, doctor):
        await verify_doctor(clinic, doctor.id, BY, Verification(options.verdict), options.note)
    return OK
