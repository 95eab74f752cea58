"""What was changed of the telephone, left in the home: the role `switch` starts without the database that holds it."""

import json
import logging
from pathlib import Path

from config.changes import OF_SWITCH, changed_settings, check_groups
from config.settings import Settings
from core.rules.changes import BadChange, Changes
from house.whole_file import whole_file

FILE = "changed-for-switch.json"
log = logging.getLogger(__name__)


def leave_for_switch(home: Path, changes: Changes) -> None:
    """Every process that can read the database does so, and all write the same; nothing is written anew for nothing."""
    path, left = home / FILE, json.dumps({key: changes[key] for key in OF_SWITCH if key in changes})
    try:
        if left != (path.read_text("utf-8") if path.exists() else "{}"):
            with whole_file(path) as file:
                file.write(left.encode())
    except OSError as error:
        log.warning("a switch of its own does not learn what was changed: %s: %s", path, error)


def as_left_for_switch(settings: Settings) -> Settings:
    """With what was left for the switch; the settings alone when that cannot be used."""
    path = settings.home / FILE
    try:
        left: Changes = json.loads(path.read_text("utf-8")) if path.exists() else {}
        check_groups(settings, left)
        return changed_settings(settings, left, OF_SWITCH)
    except (OSError, ValueError, BadChange) as error:
        log.warning("the switch keeps to its files: %s: %s", path, error)
        return settings
