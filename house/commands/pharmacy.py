"""`duravani pharmacy`: register, list, verify (T9), change, PIN, leave."""

import argparse

from config.settings import Settings
from house.commands.accounts import access_actions, judging_actions
from house.commands.common import BY, OK, Commands, Failure, command, group, person, refusals

TEXTS = {
    "name": "the shop's",
    "licence": "number of its retail drug licence (Form 20/21)",
    "authority": "who gave the licence, e.g. Drugs Control Rajasthan",
    "phone": "the shop's telephone, mobile or landline: calls from it are believed with the PIN",
}


def add_to(commands: Commands) -> None:
    """pharmacy add, list, change, verify, suspend, pin, and what is done to anybody who may sign in."""
    pharmacies = group(commands, "pharmacy", "pharmacies that may mark what they dispense")
    adding = command(pharmacies, "add", _add, "register a pharmacy; prints its password and PIN")
    _details(adding, required=True)
    adding.add_argument("--verified", action="store_true", help="the licence was looked up")
    command(pharmacies, "list", _list, "which there are")
    _details(command(pharmacies, "change", _change, "change what is written about a pharmacy"), required=False)
    judging_actions(
        pharmacies, _judge,
        verified="the licence was looked up", suspended="it may check prescriptions, but mark nothing",
    )  # fmt: skip
    command(pharmacies, "pin", _pin, "a new PIN for the telephone, told once").add_argument("login")
    access_actions(pharmacies)


def _details(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("login", help="small letters, digits and hyphens")
    for name, text in TEXTS.items():
        parser.add_argument(f"--{name}", required=required, help=text)


async def _add(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.register_pharmacy import register_pharmacy
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            new = await register_pharmacy(
                clinic,
                login=options.login,
                name=options.name,
                licence_number=options.licence,
                authority=options.authority,
                phone=options.phone,
                by=BY,
                verified=options.verified,
            )
    print(
        f"pharmacy {new.pharmacy.login}: {settings.url}/login, password {new.password}\n"
        f"  by telephone from {new.pharmacy.phone}: PIN {new.pin}\n"
        "  Neither is shown again."
    )
    return OK


async def _list(_: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic, clinic.ledger.read() as books:
        for one in await books.pharmacies.all():
            print(f"{one.login}\t{one.name}\t{one.licence_number}, {one.authority}\t{one.phone}\t{one.verification}")
    return OK


async def _change(options: argparse.Namespace, settings: Settings) -> int:
    """What is not named stays as it is."""
    from core.clinic.admin.register_pharmacy import change_pharmacy
    from core.rules.pharmacy import Pharmacy

    async with person(settings, options.login) as (clinic, pharmacy):
        if not isinstance(pharmacy, Pharmacy):
            raise Failure(f"{options.login} is no pharmacy")
        await change_pharmacy(
            clinic,
            pharmacy.id,
            BY,
            name=options.name or pharmacy.name,
            licence_number=options.licence or pharmacy.licence_number,
            authority=options.authority or pharmacy.authority,
            phone=options.phone or pharmacy.phone or "",
        )
    return OK


async def _judge(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.verify_pharmacy import verify_pharmacy
    from core.rules.staff import Verification

    async with person(settings, options.login) as (clinic, pharmacy):
        await verify_pharmacy(clinic, pharmacy.id, BY, Verification(options.verdict), options.note)
    return OK


async def _pin(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.register_pharmacy import new_pin

    async with person(settings, options.login) as (clinic, pharmacy):
        print(f"{pharmacy.login}: PIN {await new_pin(clinic, pharmacy.id, BY)}")
    return OK
