"""The schedule and starting with the session, as commands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from idexx_desktop.cli.commands import setting_up
from idexx_desktop.services import holidays
from tests.cli.conftest import CommandLine
from tests.support.practice import Practice


def test_the_schedule_is_shown_changed_and_paused(cli: CommandLine, at_work: Practice) -> None:
    shown = cli("schedule", "--json").document
    assert (shown["enabled"], shown["every_hours"], shown["closed_days"]) == (True, 4.0, [])
    changed = cli("schedule", "--every-hours", "2", "--close", "20:30", "--json").document
    assert (changed["every_hours"], changed["open"], changed["close"]) == (2.0, "07:00", "20:30")
    paused = cli("schedule", "--pause-until", "2099-01-02", "--json").document
    assert paused["paused_until"].startswith("2099-01-02T00:00")
    assert paused["next_scheduled_sync"].startswith("2099-01-02T07:00")
    assert cli("schedule", "--resume", "--json").document["paused_until"] is None
    assert "Switched off" in cli("schedule", "--off").out


@pytest.mark.skipif(not holidays.are_offered(), reason="the package holidays is not installed")
def test_public_holidays(cli: CommandLine, at_work: Practice) -> None:
    days = cli("schedule", "--public-holidays", "CA", "--json").document["closed_days"]
    assert days == sorted(days)
    assert "2027-12-25" in days
    assert "Closed on: 20" in cli("schedule").out
    assert cli("schedule", "--public-holidays", "Atlantis").code == 2


@pytest.mark.skipif(holidays.are_offered(), reason="the package holidays is installed")
def test_without_the_package_that_is_said(cli: CommandLine, at_work: Practice) -> None:
    ran = cli("schedule", "--public-holidays")
    assert (ran.code, "not installed" in ran.err) == (2, True)


@pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the others keep it outside of a folder of ours"
)
def test_starting_with_the_session(
    cli: CommandLine, at_work: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert cli("autostart", "status", "--json").document["autostart"] is False
    assert cli("autostart", "on", "--json").document["autostart"] is True
    assert "when you sign in" in cli("autostart", "status").out
    assert "passphrase" not in cli("autostart", "status").out
    monkeypatch.setattr(setting_up, "opens_by_passphrase", lambda _: True)
    assert "asks for this clinic's passphrase each time" in cli("autostart", "status").out
    assert len(list((tmp_path / "autostart").iterdir())) == 1
    assert cli("autostart", "off", "--json").document["autostart"] is False
    assert list((tmp_path / "autostart").iterdir()) == []
    assert cli("autostart", "perhaps").code == 2
