"""Puts a private Asterisk 22 beside the checkout, without root and without touching the system.

    python3 pbx/install.py DEST

Runs before any virtual environment exists: standard library only. Debian 12 has no `asterisk` package, and newer
packages want a newer libc, so the packages of a later suite are fetched with the machine's own apt (private lists and
cache, signatures checked by the Debian keyring), unpacked into DEST, and run by their own dynamic loader. A system
Asterisk >= 20 is used instead where there is one. DEST/install.json says what is there and how to start it.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

OLDEST = 20
"""The oldest Asterisk whose ARI and PJSIP configuration we use."""

SUITES = ("forky", "sid")
"""Debian suites that carry Asterisk 22, in the order tried."""

NEVER_READ = (
    "etc",
    "var",
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/perl*",
    "usr/share/asterisk/sounds",
    "usr/lib/systemd",
    "usr/lib/*/perl*",
    "usr/lib/*/gconv",
    "usr/bin/perl*",
)
"""What the packages bring and Asterisk never opens: our prompts, configuration and state live elsewhere."""

Progress = Callable[[str], None]


class InstallError(Exception):
    """The install cannot go on; the message says why and what to do."""


def install(dest: Path, say: Progress = print) -> None:
    """Make `dest` hold Asterisk, or name the system's; nothing when it already does. Raises InstallError."""
    if _has(dest):
        return
    system = _system_asterisk()
    dest.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{dest.name}.", dir=dest.parent) as scratch:
        built = Path(scratch, "prefix")
        built.mkdir()
        if not system:
            _fetch("asterisk", Path(scratch), say)
            _unpack(sorted(Path(scratch, "cache/archives").glob("*.deb")), built, say)
        record = system or _private_asterisk(built)
        Path(built, "install.json").write_text(json.dumps(record, indent=1) + "\n")
        _swap(built, dest)
    say(f"{record['version']} is ready{': ' + record['command'][0] if system else ' in ' + str(dest)}")


def asterisk_command(dest: Path) -> list[str]:
    """The words that start the Asterisk of `dest`, to be followed by its options. Raises InstallError if absent."""
    return [word.format(dest=dest) for word in _record(dest)["command"]]


def asterisk_modules(dest: Path) -> Path:
    """The folder that holds the modules of the Asterisk of `dest`. Raises InstallError if absent."""
    return Path(_record(dest)["modules"].format(dest=dest))


def asterisk_data(dest: Path) -> Path:
    """The folder that holds Asterisk's documentation and rest-api folders. Raises InstallError if absent."""
    return Path(_record(dest)["data"].format(dest=dest))


# What is there already


def _record(dest: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(Path(dest, "install.json").read_text())
    except (OSError, ValueError) as error:
        raise InstallError(f"no Asterisk in {dest}: run `python3 pbx/install.py {dest}` first") from error
    return record


def _has(dest: Path) -> bool:
    try:
        return Path(asterisk_command(dest)[0]).exists()
    except (InstallError, KeyError, IndexError):
        return False


def _system_asterisk() -> dict[str, Any] | None:
    program = shutil.which("asterisk", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        return None
    version = _version([program])
    modules = next(
        (
            str(found)
            for lib in ("lib/*/asterisk", "lib64/asterisk", "lib/asterisk")
            for found in Path(program).parent.parent.glob(f"{lib}/modules")
        ),
        None,
    )
    data = next(
        (folder for folder in ("/usr/share/asterisk", "/var/lib/asterisk") if Path(folder, "documentation").is_dir()),
        None,
    )
    number = re.search(r"Asterisk (\d+)", version)
    if number is None or int(number[1]) < OLDEST or modules is None or data is None:
        return None
    return {"version": version, "command": [program], "modules": modules, "data": data}


def _private_asterisk(built: Path) -> dict[str, Any]:
    command = _loader(built, "usr/sbin/asterisk")
    modules = next(built.glob("usr/lib/*/asterisk/modules")).relative_to(built)
    version = _version([word.format(dest=built) for word in command])
    return {
        "version": version,
        "command": command,
        "modules": f"{{dest}}/{modules}",
        "data": "{dest}/usr/share/asterisk",
    }


def _loader(prefix: Path, program: str) -> list[str]:
    """A program of a prefix, started by the prefix's own dynamic loader because its libc is newer than ours."""
    loaders = [*prefix.glob("usr/lib64/ld-linux-*.so.*"), *prefix.glob("usr/lib/ld-linux-*.so.*")]
    libraries = [library.parent for library in prefix.glob("usr/lib/*/libc.so.6")]
    if not loaders or not libraries or not Path(prefix, program).exists():
        raise InstallError(f"{program} is not in {prefix}")
    inside = [f"{{dest}}/{path.relative_to(prefix)}" for path in (loaders[0], libraries[0])]
    return [inside[0], "--library-path", inside[1], f"{{dest}}/{program}"]


def _version(command: Sequence[str]) -> str:
    return _run([*command, "-V"]).stdout.strip()


# Fetching with the machine's own apt


def _fetch(package: str, scratch: Path, say: Progress) -> None:
    """Download the package and everything it depends on into scratch/cache/archives."""
    for folder in ("lists/partial", "cache/archives/partial"):
        Path(scratch, folder).mkdir(parents=True)
    Path(scratch, "status").touch()
    options = _apt_options(scratch)
    for suite in SUITES:
        _update(suite, scratch, options, say)
        say(f"downloading {package} from Debian {suite} (about 80 MB)")
        done = _run(
            ["apt-get", *options, "-y", "--no-install-recommends", "--download-only", "install", package], check=False
        )
        if done.returncode == 0:
            return
    raise InstallError(f"Debian {' and '.join(SUITES)} do not give {package}:\n{done.stderr.strip()}")


def _update(suite: str, scratch: Path, options: Sequence[str], say: Progress) -> None:
    say(f"reading the package list of Debian {suite}")
    keyring = _keyring()
    Path(scratch, "sources.list").write_text(f"deb [signed-by={keyring}] {_mirror()} {suite} main\n")
    update = ["apt-get", *options, "-oAPT::Update::Error-Mode=any", "update"]
    done = _run(update, check=False)
    if done.returncode and re.search(r"expired|not valid (any)?more|Valid-Until", done.stderr):
        say("the mirror's list is past its Valid-Until date: accepted all the same (its signature is still checked)")
        done = _run([*update[:-1], "-oAcquire::Check-Valid-Until=false", "update"], check=False)
    if done.returncode:
        raise InstallError(f"apt-get update failed:\n{done.stderr.strip()}")


def _apt_options(scratch: Path) -> list[str]:
    """Options that keep apt inside `scratch`: the system's lists, cache and status are neither read nor written."""
    return [
        "-qq",
        f"-oDir::Etc::sourcelist={scratch}/sources.list",
        "-oDir::Etc::sourceparts=/dev/null",
        f"-oDir::State::Lists={scratch}/lists",
        f"-oDir::Cache={scratch}/cache",
        f"-oDir::State::status={scratch}/status",
        "-oAPT::Sandbox::User=",
        "-oAcquire::Languages=none",
        "-oAPT::Get::List-Cleanup=false",
        "-oAcquire::Retries=3",
        "-oDpkg::Use-Pty=0",
    ]


def _mirror() -> str:
    """The Debian archive this machine already uses (deb822 or one-line sources). Raises InstallError."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in files:
        if path.suffix in (".list", ".sources") and path.is_file():
            for mirror in _debian_mirrors(path.read_text()):
                return mirror
    raise InstallError("no Debian archive in /etc/apt: install Asterisk >= 20 from your distribution instead")


def _debian_mirrors(sources: str) -> Iterator[str]:
    """Archive addresses in a sources file: one-line `deb [options] URI suite …`, or deb822 `URIs: URI …`."""
    found = re.findall(r"^deb\s+(?:\[[^]]*]\s+)?(\S+)|^URIs:\s*(\S+)", sources, re.MULTILINE)
    return (one or other for one, other in found if re.search(r"/debian/?$", one or other))


def _keyring() -> Path:
    for ending in ("gpg", "pgp"):
        keyring = Path(f"/usr/share/keyrings/debian-archive-keyring.{ending}")
        if keyring.exists():
            return keyring
    raise InstallError("no Debian archive keyring: install the package debian-archive-keyring")


# Unpacking


def _unpack(archives: Sequence[Path], built: Path, say: Progress) -> None:
    say(f"unpacking {len(archives)} packages")
    excluded = ["--anchored", *(f"--exclude=./{path}" for path in NEVER_READ)]
    for archive in archives:
        unpacked = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE)
        done = subprocess.run(
            ["tar", "-x", "--no-same-owner", "-C", str(built), *excluded],
            stdin=unpacked.stdout,
            capture_output=True,
            text=True,
        )
        if unpacked.wait() or done.returncode:
            raise InstallError(f"cannot unpack {archive.name}: {done.stderr.strip()}")


def _swap(built: Path, dest: Path) -> None:
    """Put `built` in the place of `dest`, so that a reader sees either the old or the new, never half of one."""
    old = built.with_name("old")
    if dest.exists():
        dest.rename(old)
    built.rename(dest)


def _run(command: Sequence[str], check: bool = True) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise InstallError(
            f"this machine has no {command[0]}: Debian or Ubuntu is needed for a private install, or "
            "install Asterisk >= 20 from your distribution"
        ) from error
    if check and done.returncode:
        raise InstallError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return done


def main() -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Install a private Asterisk, without root.")
    parser.add_argument("dest", type=Path, help="where to, such as .asterisk")
    options = parser.parse_args()
    try:
        install(options.dest.resolve(), say=lambda line: print(f"asterisk: {line}", flush=True))
    except InstallError as error:
        print(f"asterisk: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
