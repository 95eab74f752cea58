"""The command line without a running service: help everywhere, exit codes, errors that name key and value."""

import json
from collections.abc import Sequence

import pytest

from main import FAILED, OK, USAGE, run
from tests.command_line import DOCTOR, assert_helps, own_home

__all__ = ["own_home"]  # a fixture
COMMANDS: tuple[list[str], ...] = (
    [], ["run"], ["call"], ["doctor"], ["doctor", "add"], ["doctor", "list"], ["operator"], ["operator", "add"],
    ["prompts"], ["prompts", "render"], ["sms"], ["sms", "list"], ["status"],
)  # fmt: skip
pytestmark = pytest.mark.usefixtures("own_home")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_everywhere(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert_helps(command, capsys)


@pytest.mark.parametrize("command", [[], ["dance"], ["doctor"], ["call"], ["run", "--role", "cook"]], ids=" ".join)
def test_wrong_usage_exits_2(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(command)
    assert ended.value.code == USAGE
    assert "usage: duravani" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "value"),
    [("DURAVANI_HTTP_PORT", "high"), ("DURAVANI_TIME_ZONE", "Mars/Base"), ("DURAVANI_BIND", "somewhere")],
)
def test_a_wrong_setting_is_named_with_its_value(
    key: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(key, value)
    assert run(["status"]) == USAGE
    said = capsys.readouterr().err
    assert key in said
    assert repr(value) in said


@pytest.mark.parametrize(
    ("key", "value"),
    [("DURAVANI_HOME", "/proc/nowhere"), ("DURAVANI_DATABASE_URL", "sqlite:////proc/nowhere/clinic.db")],
)
def test_what_cannot_be_opened_is_named(
    key: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(key, value)
    assert run(["sms", "list"]) == USAGE
    assert key in capsys.readouterr().err


def test_a_misspelt_setting_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DURAVANI_HTP_PORT", "8080")
    assert run(["status"]) == USAGE
    assert "DURAVANI_HTP_PORT" in capsys.readouterr().err


def test_status_of_nothing_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DURAVANI_HTTP_PORT", "1")
    assert run(["status"]) == FAILED
    assert "is `duravani run` running?" in capsys.readouterr().err


def test_a_call_that_nobody_answers_exits_13(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["call", "104", "--port", "1"]) == 13
    assert "unreachable" in capsys.readouterr().err


def test_keys_that_are_none_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["call", "104", "--keys", "1x"]) == FAILED
    assert "x" in capsys.readouterr().err


def test_doctors_are_added_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "add", "dr-rao", *DOCTOR]) == OK
    assert "softphone: user doctor-dr-rao, password " in capsys.readouterr().out
    assert run(["doctor", "add", "dr-rao", *DOCTOR]) == FAILED
    assert "'dr-rao' is taken" in capsys.readouterr().err
    assert run(["doctor", "add", "Dr Rao", *DOCTOR]) == FAILED
    assert "login 'Dr Rao'" in capsys.readouterr().err
    assert run(["doctor", "list"]) == OK
    assert "dr-rao\tDr Rao\tpaused\tSIP doctor-dr-rao" in capsys.readouterr().out


def test_operators_are_added(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["operator", "add", "desk", "--name", "Desk"]) == OK
    assert "softphone: user operator-desk, password " in capsys.readouterr().out


def test_no_sms_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sms", "list", "--json"]) == OK
    assert json.loads(capsys.readouterr().out) == []
