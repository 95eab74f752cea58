"""`duravani call`: a real call with the built-in handset."""

import argparse
import sys
from pathlib import Path

from config.settings import Settings
from house.commands.common import Commands, Failure, command


def add_to(commands: Commands) -> None:
    """call."""
    _call_options(command(commands, "call", _call, "place a real call with the built-in handset"))


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
