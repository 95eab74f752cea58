"""`duravani formulary`: the table of medicines out and in, its versions, and which one is in force."""

import argparse
from pathlib import Path

from config.settings import Settings
from house.commands.common import BY, OK, STANDARD, Commands, Failure, command, group, input_, output, refusals

FILES = "files"
"""Instead of a version: the formulary in the deployment's files."""


def add_to(commands: Commands) -> None:
    """formulary export, import, versions, use."""
    formulary = group(commands, "formulary", "what may be prescribed at all (T3)")
    exporting = command(formulary, "export", _export, "the table as CSV, with its comments")
    exporting.add_argument("--version", metavar="VERSION", help="by default the one in force")
    exporting.add_argument("--output", default=STANDARD, metavar="FILE", help="by default standard output")
    importing = command(formulary, "import", _import, "check a table, keep it, and put it in force everywhere")
    importing.add_argument("file", metavar="FILE", help="CSV in UTF-8, or - for standard input")
    importing.add_argument("--check", action="store_true", help="only check it; nothing is changed")
    command(formulary, "versions", _versions, "every version that was brought in or served, newest first")
    using = command(formulary, "use", _use, "put another version in force everywhere, within seconds")
    using.add_argument("version", metavar="VERSION", help=f"as `versions` shows it; or `{FILES}`")


async def _export(options: argparse.Namespace, settings: Settings) -> int:
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        text = clinic.policy.formulary.text
        if options.version:
            with refusals():
                async with clinic.ledger.read() as books:
                    text = (await books.formularies.get(options.version)).content
    with output(options.output) as file:
        file.write(text.encode())
    return OK


async def _import(options: argparse.Namespace, settings: Settings) -> int:
    from config.tables import load_formulary
    from core.clinic.admin.formularies import import_formulary
    from core.rules.formulary.table import BadFormulary, read_beside
    from house.wiring import open_clinic

    text = _read(options.file)
    try:
        formulary = read_beside(text, load_formulary(settings.formulary, settings.aliases))
        if not options.check:
            async with open_clinic(settings) as clinic:
                await import_formulary(clinic, text, BY)
    except BadFormulary as bad:
        name = "standard input" if options.file == STANDARD else options.file
        raise Failure("\n".join(f"{name}: {problem}" for problem in bad.problems)) from bad
    print(f"{formulary.version}\t{len(formulary)} medicines\t{'is good' if options.check else 'in force'}")
    return OK


async def _versions(_: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.formularies import formulary_versions
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        now = clinic.policy.formulary.version
        versions = await formulary_versions(clinic)
        for one in versions:
            local = one.at.astimezone(clinic.policy.time_zone)
            print(f"{one.version}\t{local:%Y-%m-%d %H:%M}\t{one.by}\t{'in force' if one.version == now else ''}")
        if now not in {one.version for one in versions}:
            print(f"{now}\t\tin the files\tin force")
    return OK


async def _use(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.formularies import use_formulary
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            await use_formulary(clinic, None if options.version == FILES else options.version, BY)
        print(f"{clinic.policy.formulary.version}\t{len(clinic.policy.formulary)} medicines\tin force")
    return OK


def _read(name: str) -> str:
    try:
        with input_(name) as file:
            return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(f"{Path(name).name}: is not UTF-8: {error.reason}") from error
    except OSError as error:
        raise Failure(f"{name}: {error.strerror}") from error
