"""What the tests of the command line share: a home of its own, a doctor to take on, and help everywhere."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from main import OK, run

DOCTOR = (
    "--name", "Dr Rao", "--qualification", "MBBS", "--registration", "12345", "--council", "Some Council",
    "--contact", "rao@example.org",
)  # fmt: skip


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's is touched, and no settings file of this checkout is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DURAVANI_PICTURES", raising=False)
    monkeypatch.setenv("DURAVANI_HOME", str(tmp_path / "home"))


def assert_helps(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    """It tells how it is used, and that is no failure."""
    with pytest.raises(SystemExit) as ended:
        run([*command, "--help"])
    assert ended.value.code == OK
    assert capsys.readouterr().out.startswith(f"usage: {' '.join(['duravani', *command])}")
