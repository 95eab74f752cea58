"""The role `switch` has no database: what was changed of the telephone reaches it by a file in the home."""

import os
from pathlib import Path

import pytest

from config.settings import load_settings
from core.clinic.admin.change_setting import change_setting, restore_setting
from house.for_switch import FILE, as_left_for_switch, leave_for_switch
from house.wiring import open_clinic, switch_config
from ivr.legs import MISSED, PATIENT, PHARMACY


async def test_a_switch_of_its_own_answers_the_changed_numbers(tmp_path: Path) -> None:
    files = load_settings(home=tmp_path)
    async with open_clinic(files) as clinic:
        await change_setting(clinic, "patient_numbers", "104,1044", "admin:3")
        await change_setting(clinic, "family_limit", "2", "admin:3")
        lines = switch_config(as_left_for_switch(files)).lines
        assert lines == {"104": PATIENT, "1044": PATIENT, "105": MISSED, "106": PHARMACY}
        await restore_setting(clinic, "patient_numbers", "admin:3")
        assert as_left_for_switch(files) == files
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


async def test_it_learns_of_what_was_changed_before_this_home_was_there(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'clinic.db'}"
    async with open_clinic(load_settings(home=tmp_path / "old", database_url=database)) as clinic:
        await change_setting(clinic, "staff_number", "200", "admin:3")
    restored = load_settings(home=tmp_path / "new", database_url=database)
    async with open_clinic(restored):
        assert as_left_for_switch(restored).staff_number == "200"


def test_nothing_is_written_where_nothing_differs(tmp_path: Path) -> None:
    leave_for_switch(tmp_path, {"family_limit": "2"})
    assert not (tmp_path / FILE).exists()
    leave_for_switch(tmp_path, {"languages": "en"})
    os.utime(tmp_path / FILE, (1, 1))
    leave_for_switch(tmp_path, {"languages": "en", "family_limit": "3"})
    assert (tmp_path / FILE).stat().st_mtime == 1


@pytest.mark.parametrize("left", ["{", '{"patient_numbers": "105"}', '{"patient_numbers": "x"}'])
def test_what_cannot_be_used_is_left_out(tmp_path: Path, left: str, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text(left)
    files = load_settings(home=tmp_path)
    assert as_left_for_switch(files) == files
    assert "keeps to its files" in caplog.text
    leave_for_switch(tmp_path, {"staff_number": "200"})
    assert as_left_for_switch(files).staff_number == "200"


def test_nothing_but_the_telephone_is_taken_from_there(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"bind": "0.0.0.0", "trunk": "192.0.2.1"}')
    assert as_left_for_switch(load_settings(home=tmp_path)) == load_settings(home=tmp_path)


def test_a_home_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    leave_for_switch(tmp_path / "nowhere", {"languages": "en"})
    assert "does not learn what was changed" in caplog.text
