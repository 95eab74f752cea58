"""`duravani set`: limits and names that can be changed while it serves."""

import argparse

from config.settings import Settings
from house.commands.common import BY, OK, Commands, command, refusals


def add_to(commands: Commands) -> None:
    """set."""
    parser = command(commands, "set", _set, "show what can be changed while it serves, or change it")
    parser.add_argument("key", nargs="?", help="e.g. family_limit; without it everything is shown")
    parser.add_argument("value", nargs="?", help="without it the key goes back to what the files say")


async def _set(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_setting import change_setting, changes, knobs, restore_setting
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        if options.key is None:
            changed = {each.key: each for each in await changes(clinic)}
            for knob in (knob for knob in await knobs(clinic) if knob.changeable):
                now = changed[knob.key].value if knob.key in changed else knob.value
                files = f"\t(in the files: {knob.value})" if knob.key in changed else ""
                print(f"{knob.key}\t{now}\t{'at once' if knob.live else 'from the next start on'}{files}")
            return OK
        with refusals():
            if options.value is None:
                await restore_setting(clinic, options.key, BY)
            else:
                await change_setting(clinic, options.key, options.value, BY)
    return OK
