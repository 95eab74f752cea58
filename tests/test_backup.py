"""Archives: whole or refused, readable by their owner alone, through files and pipes alike."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import load_settings
from house.locks import hold
from house.tar import LARGEST_MEMBER, BadArchive, TarWriter, members
from house.whole_file import whole_file
from main import FAILED, OK, run

CHECKOUT = Path(__file__).resolve().parents[1]
Change = Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and no settings file of this checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DURAVANI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an operator (two rows: one is in the audit) and a recording, and beside it its backup."""
    folder = tmp_path_factory.mktemp("backed-up")
    home = folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DURAVANI_HOME", str(home))
        assert run(["operator", "add", "desk", "--name", "Desk"]) == OK
        recording = home / "recordings" / "names" / "1.wav"
        recording.parent.mkdir(parents=True)
        recording.write_bytes(b"RIFF")
        sound = home / "sounds" / "recorded" / "en" / "prompt" / "welcome.wav"
        sound.parent.mkdir(parents=True)
        sound.write_bytes(b"RIFFs")
        (home / "recordings" / ".directory").write_bytes(b"of somebody's desktop")
        assert run(["backup", str(folder / "backup.tar")]) == OK
    return folder


@pytest.fixture
def archive(backed_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The backup of a home; then, another home."""
    shutil.copytree(backed_up, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("DURAVANI_HOME", str(tmp_path / "new"))
    return tmp_path / "backup.tar"


def test_a_backup_is_restored_once(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("backup*")] == ["backup.tar"]
    capsys.readouterr()
    assert run(["restore", str(archive)]) == OK
    assert capsys.readouterr().err == "2 rows, 2 recordings\n"
    recording = tmp_path / "new" / "recordings" / "names" / "1.wav"
    assert recording.read_bytes() == b"RIFF"
    assert (tmp_path / "new/sounds/recorded/en/prompt/welcome.wav").read_bytes() == b"RIFFs"
    assert recording.stat().st_mode & 0o777 == 0o600
    key = tmp_path / "new" / "seal.pem"
    assert key.read_bytes() == (tmp_path / "home" / "seal.pem").read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert run(["operator", "add", "desk", "--name", "Desk"]) == FAILED
    assert "'desk' is taken" in capsys.readouterr().err
    assert run(["restore", str(archive)]) == FAILED
    assert "nothing was restored: the database is not empty" in capsys.readouterr().err


def test_through_pipes(archive: Path, tmp_path: Path) -> None:
    assert run(["restore", str(archive)]) == OK
    command = [sys.executable, str(CHECKOUT / "main.py")]
    backup = subprocess.run([*command, "backup", "-"], capture_output=True, check=True).stdout
    fresh = {"DURAVANI_HOME": str(tmp_path / "third"), "PATH": ""}
    restored = subprocess.run([*command, "restore", "-"], input=backup, env=fresh, capture_output=True, check=True)
    assert restored.stderr == b"2 rows, 2 recordings\n"


def without(name: str) -> Change:
    return lambda files: [file for file in files if not file[0].startswith(name)]


def another(name: str, content: bytes) -> Change:
    return lambda files: [file if file[0] != name else (name, content) for file in files]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("duravani.json"), "it does not begin with duravani.json"),
        (without("end.json"), "it is cut off"),
        (without("tables/"), "it is not whole"),
        (without("recordings/"), "it is not whole"),
        (another("duravani.json", b'{"format": 2}'), "its format is 2, not 1"),
        (another("duravani.json", b"[]"), "duravani.json cannot be read"),
        (another("end.json", b'{"shoes": 2}'), "it is not whole"),
        (lambda files: [*files[:1], ("../x", b""), *files[1:]], "nobody knows what '../x' in it is"),
        (lambda files: [*files[:1], ("recordings/../x", b""), *files[1:]], "nobody knows what 'recordings/../x'"),
    ],
)
def test_what_is_not_whole_restores_nothing(
    archive: Path, change: Change, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = list(members(io.BytesIO(archive.read_bytes())))
    with archive.open("wb") as file, TarWriter.open(file) as tar:
        for name, content in change(files):
            tar.add(name, content)
    assert run(["restore", str(archive)]) == FAILED
    assert message in capsys.readouterr().err
    assert run(["operator", "add", "desk", "--name", "Desk"]) == OK


@pytest.mark.parametrize("content", [b"", b"no archive at all", None])
def test_what_is_no_archive_is_refused(
    archive: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """None: one that breaks off within a file."""
    archive.write_bytes(archive.read_bytes()[:2000] if content is None else content)
    assert run(["restore", str(archive)]) == FAILED
    assert "nothing was restored: " in capsys.readouterr().err


def test_while_it_serves_nothing_is_restored(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hold(load_settings(), ["web"]):
        assert run(["restore", str(archive)]) == FAILED
    assert "runs already" in capsys.readouterr().err


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", str(tmp_path / "backup.tar")]) == FAILED
    assert "no backup was made: " in capsys.readouterr().err
    assert list(tmp_path.glob("backup*")) == []


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), whole_file(path) as file:
        file.writelines([b"new", 1])  # type: ignore[list-item]  # breaks in the middle
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["file"]


def test_a_tar_says_its_end(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with TarWriter.open(whole) as tar:
        tar.add("one", b"1")
    with tarfile.open(fileobj=io.BytesIO(whole.getvalue())) as tar_file:
        assert tar_file.getnames() == ["one"]
    with pytest.raises(BadArchive):
        list(members(io.BytesIO(whole.getvalue()[:400])))


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="no ordinary file"), whole_file(pipe):
        pass
    assert pipe.is_fifo()


def test_what_somebody_laid_beside_it_gets_nothing(tmp_path: Path) -> None:
    trap, path = tmp_path / "trap", tmp_path / "file"
    path.with_name("file.part").symlink_to(trap)
    with whole_file(path) as first, whole_file(path) as second:
        first.write(b"first")
        second.write(b"second, and longer")
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert not trap.exists()


def test_a_member_larger_than_any_of_ours_is_not_read(tmp_path: Path) -> None:
    huge = tarfile.TarInfo("recordings/1.wav")
    huge.size = LARGEST_MEMBER + 1
    with pytest.raises(BadArchive, match="we make none so large"):
        list(members(io.BytesIO(huge.tobuf())))
