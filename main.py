"""The command line of Duravani: `duravani --help`. The commands themselves are in `house/commands`."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence

from config.settings import BadSettings, load_settings
from config.tables import BadTable
from core.rules.speech import SpeechError
from house.commands import (
    api_client,
    audit,
    call,
    doctor,
    formulary,
    opd,
    operator,
    pharmacy,
    prescribe,
    prompts,
    roster,
    service,
    setting,
    sms,
)
from house.commands.common import FAILED, OK, USAGE, Command, Failure

__all__ = ["FAILED", "OK", "USAGE", "cli", "run"]
GROUPS = (
    service, call, doctor, operator, pharmacy, opd, roster, prescribe, formulary, prompts, sms, setting, api_client,
    audit,
)  # fmt: skip
"""In the order in which `--help` shows them."""


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="duravani",
        description="A doctor for anyone with any phone.",
        epilog="Settings come from DURAVANI_* variables and duravani.toml; see docs/settings.md.",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="tell more on standard error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in GROUPS:
        group.add_to(commands)
    return parser


if __name__ == "__main__":
    cli()
