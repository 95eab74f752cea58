"""The command line of Duravani: `duravani --help`."""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from config.settings import BadSettings, Settings, load_settings
from config.tables import BadTable
from core.rules.speech import SpeechError
from house.roles import ROLES

OK, FAILED, USAGE = 0, 1, 2
STANDARD = "-"
"""Instead of a file: standard input or output."""

Command = Callable[[argparse.Namespace, Settings], Coroutine[Any, Any, int]]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class Failure(Exception):
    """The command cannot do what it was asked; the message says why."""


def cli() -> None:
    """Entry point of the `duravani` script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Do one command; its exit code: 0 done, 1 failed, 2 wrong usage or settings."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    try:
        settings = load_settings()
        command: Command = options.command
        return asyncio.run(command(options, settings))
    except (BadSettings, BadTable, SpeechError) as error:
        print(f"duravani: {error}", file=sys.stderr)
        return USAGE
    except Failure as error:
        print(f"duravani: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    from house.serve import CannotServe, serve

    try:
        await serve(settings, frozenset(options.role or ()), partial(print, flush=True))
    except CannotServe as error:
        raise Failure(str(error)) from error
    return OK


async def _call(options: argparse.Namespace, settings: Settings) -> int:
    from pbx.handset import HandsetError, place_call

    try:
        report = await place_call(
            options.number, options.keys, options.record, host=options.host or settings.bind,
            port=options.port or settings.sip_port, caller=options.caller, seconds=options.seconds, speak=options.speak,
        )  # fmt: skip
    except (ValueError, HandsetError) as error:
        raise Failure(str(error)) from error
    if report.failure:
        print(f"duravani: {report.failure}", file=sys.stderr)
    return report.exit_code


async def _doctor_add(options: argparse.Namespace, settings: Settings) -> int:
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
                opds=options.opds or tuple(clinic.policy.opds),
                languages=options.languages or clinic.policy.languages,
                states=options.states or (),
            )
        except Duplicate as error:
            raise Failure(f"login {options.login!r} is taken") from error
        except ValueError as error:
            raise Failure(str(error)) from error
    print(_account(settings, "doctor", hired.doctor.login, hired.password, hired.doctor.account, hired.sip_password))
    return OK


async def _doctor_list(_: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic, clinic.ledger.read() as books:
        for doctor in await books.staff.doctors():
            wish = "ready" if doctor.available else "paused"
            lanes = f"{','.join(doctor.opds)} in {','.join(doctor.languages)}"
            print(f"{doctor.login}\t{doctor.name}\t{wish}\tSIP {doctor.account}\t{lanes}")
    return OK


async def _operator_add(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.hire import add_operator
    from core.ports import Duplicate
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        try:
            hired = await add_operator(clinic, login=options.login, name=options.name)
        except Duplicate as error:
            raise Failure(f"login {options.login!r} is taken") from error
        except ValueError as error:
            raise Failure(str(error)) from error
    operator = hired.operator
    print(_account(settings, "operator", operator.login, hired.password, operator.account, hired.sip_password))
    return OK


def _account(settings: Settings, kind: str, login: str, password: str, account: str, sip_password: str) -> str:
    return (
        f"{kind} {login}: panel {settings.url}/login, password {password}\n"
        f"  softphone: user {account}, password {sip_password}, server {_server(settings)} (UDP)\n"
        "  These passwords are not shown again."
    )


def _server(settings: Settings) -> str:
    """Where phones register."""
    return f"{settings.external_address or settings.bind}:{settings.sip_port}"


async def _prompts_render(options: argparse.Namespace, settings: Settings) -> int:
    from core.adapters.voice import VoiceError, prepare

    try:
        await asyncio.to_thread(
            partial(prepare, progress=partial(print, flush=True)),
            settings.build, settings.prompts, settings.voices, options.engine, settings.languages,
        )  # fmt: skip
    except VoiceError as error:
        raise Failure(str(error)) from error
    return OK


async def _sms_list(options: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic, clinic.ledger.read() as books:
        out = await books.outbox.latest(options.limit)
        received = await books.outbox.latest_received(options.limit)
    messages = [
        {
            "direction": "out", "at": sms.created_at.isoformat(), "mobile": sms.mobile, "state": sms.state.value,
            "cause": sms.cause, "template": sms.template, "language": sms.language, "text": sms.text,
            "attempts": sms.attempts, "error": sms.error,
        }
        for sms in out
    ]  # fmt: skip
    messages += [
        {"direction": "in", "at": sms.received_at.isoformat(), "mobile": sms.mobile, "text": sms.text}
        for sms in received
    ]
    messages.sort(key=lambda message: str(message["at"]))
    if options.json:
        print(json.dumps(messages, ensure_ascii=False, indent=1))
    else:
        for message in messages:
            arrow = "->" if message["direction"] == "out" else "<-"
            print(f"{message['at']} {arrow} {message['mobile']} [{message.get('state', 'received')}] {message['text']}")
    return OK


async def _status(options: argparse.Namespace, settings: Settings) -> int:
    from house.status import NotServing, read_status

    try:
        status = await read_status(settings)
    except NotServing as error:
        raise Failure(str(error)) from error
    if options.json:
        print(json.dumps(status, indent=1))
    else:
        for key, value in status.items():
            print(f"{key}: {value}")
    return OK


async def _health(options: argparse.Namespace, settings: Settings) -> int:
    from house.health import read_health
    from house.status import NotServing

    try:
        told = [await read_health(settings, role) for role in options.role or ("web",)]
    except NotServing as error:
        raise Failure(str(error)) from error
    parts = {part: up for each in told for part, up in each.items()}
    print(" ".join(f"{part}={'ok' if up else 'down'}" for part, up in parts.items()))
    return OK if all(parts.values()) else FAILED


async def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from house.backup import CannotBackUp, back_up

    try:
        with _output(options.file) as file:
            content = await back_up(settings, file)
    except (CannotBackUp, OSError) as error:
        raise Failure(f"no backup was made: {error}") from error
    print(f"{content.rows} rows, {content.recordings} recordings", file=sys.stderr)
    return OK


async def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from house.backup import CannotBackUp, restore

    try:
        with _input(options.file) as file:
            content = await restore(settings, file)
    except (CannotBackUp, OSError) as error:
        raise Failure(f"nothing was restored: {error}") from error
    print(f"{content.rows} rows, {content.recordings} recordings", file=sys.stderr)
    return OK


@contextmanager
def _output(name: str) -> Iterator[BinaryIO]:
    from house.whole_file import whole_file

    if name == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with whole_file(Path(name)) as file:
            yield file


@contextmanager
def _input(name: str) -> Iterator[BinaryIO]:
    if name == STANDARD:
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="duravani",
        description="A doctor for anyone with any phone.",
        epilog="Settings come from DURAVANI_* variables and duravani.toml; see config/settings.py.",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="tell more on standard error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _service_commands(commands)
    _clinic_commands(commands)
    return parser


def _service_commands(commands: Commands) -> None:
    """The service as a whole: run it, ask it, keep it."""
    serving = _command(commands, "run", _run, "serve until Ctrl-C")
    serving.add_argument("--role", action="append", choices=ROLES, help="only this part; may be repeated")
    status = _command(commands, "status", _status, "how the running service fares")
    status.add_argument("--json", action="store_true")
    health = _command(commands, "health", _health, "exit code 0 if the running service fares well")
    health.add_argument("--role", action="append", choices=ROLES, help="of this part; may be repeated (web)")

    backup = _command(
        commands, "backup", _backup, "write the database and the recordings into one file, also while it serves"
    )
    backup.add_argument("file", metavar="FILE", help="a tar archive, readable by you alone; - is standard output")
    restoring = _command(commands, "restore", _restore, "fill an empty home and database from such a file")
    restoring.add_argument("file", metavar="FILE", help="what `backup` has written; - is standard input")


def _clinic_commands(commands: Commands) -> None:
    """What happens in it: calls, people, prompts, SMS."""
    _call_options(_command(commands, "call", _call, "place a real call with the built-in handset"))

    doctors = commands.add_parser("doctor", help="doctors").add_subparsers(required=True, metavar="ACTION")
    _doctor_options(_command(doctors, "add", _doctor_add, "take a doctor on; prints passwords and the SIP account"))
    _command(doctors, "list", _doctor_list, "who there is")

    operators = commands.add_parser("operator", help="operators").add_subparsers(required=True, metavar="ACTION")
    adding = _command(operators, "add", _operator_add, "take an operator on; prints passwords and the SIP account")
    adding.add_argument("login")
    adding.add_argument("--name", required=True)

    prompts = commands.add_parser("prompts", help="spoken prompts").add_subparsers(required=True, metavar="ACTION")
    rendering = _command(prompts, "render", _prompts_render, "render what is missing or has changed")
    rendering.add_argument("--engine", choices=("auto", "kokoro", "espeak"), default="auto")

    sms = commands.add_parser("sms", help="SMS").add_subparsers(required=True, metavar="ACTION")
    listing = _command(sms, "list", _sms_list, "what went out and came in, oldest first")
    listing.add_argument("--json", action="store_true")
    listing.add_argument(
        "--limit", type=_positive, default=100, metavar="N", help="the newest N each way (%(default)s)"
    )


def _command(parent: Commands, name: str, command: Command, text: str) -> argparse.ArgumentParser:
    parser = parent.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    return parser


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _call_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", help="e.g. 104")
    parser.add_argument(
        "--keys", default="", help="0-9 * # one after another; `,` waits a second, `p` until the other side pauses"
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="what is heard, as a wav file")
    parser.add_argument("--speak", type=Path, metavar="FILE", help="a wav file to speak into the call")
    parser.add_argument("--caller", default="+919876543210", help="the number that calls (%(default)s)")
    parser.add_argument("--host", help="where to call; by default this machine's Duravani")
    parser.add_argument("--port", type=int)
    parser.add_argument("--seconds", type=float, help="hang up when the call is so old")


def _doctor_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", help="small letters, digits and hyphens")
    parser.add_argument("--name", required=True, help="as printed on prescriptions (T6)")
    parser.add_argument("--qualification", required=True, help="e.g. MBBS")
    parser.add_argument("--registration", required=True, help="number in the council's register (T9)")
    parser.add_argument("--council", required=True, help="e.g. Rajasthan Medical Council")
    parser.add_argument("--contact", required=True, help="printed on prescriptions: telephone or e-mail")
    for what in ("opds", "languages", "states"):
        parser.add_argument(f"--{what}", type=lambda text: tuple(text.split(",")), help="a,b,c; by default all")


if __name__ == "__main__":
    cli()
