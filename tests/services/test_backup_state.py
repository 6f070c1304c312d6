"""Daily backups never stop silently: what keeps their state from being read is said, and is never taken for none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from idexx_desktop.domain.backup import BackupState, LastBackup
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import backup_file, backup_state

NOW = datetime(2026, 11, 22, 16, tzinfo=UTC)
CHOSEN = BackupState(
    folder="/drive",
    chosen_at=NOW,
    last=LastBackup(NOW, "/drive/one.idexx-backup", 10, 5, 1.5, same_disk=False),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    backup_state.change(tmp_path, lambda _: CHOSEN)
    return tmp_path


def changed(home: Path, name: str, value: Any) -> None:
    file = home / backup_state.FILE_NAME
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))


def replaced_by_a_folder(home: Path) -> None:
    (home / backup_state.FILE_NAME).unlink()
    (home / backup_state.FILE_NAME).mkdir()


def replaced_by_a_link(home: Path) -> None:
    (home / backup_state.FILE_NAME).unlink()
    (home / backup_state.FILE_NAME).symlink_to("nowhere")


Break = Callable[[Path], object]
BROKEN: dict[str, Break] = {
    "gone": lambda home: (home / backup_state.FILE_NAME).unlink(),
    "a folder": replaced_by_a_folder,
    "a link to nowhere": replaced_by_a_link,
    "cut": lambda home: (home / backup_state.FILE_NAME).write_text('{"folder": "/dri'),
    "binary": lambda home: (home / backup_state.FILE_NAME).write_bytes(b"\xff\x00" * 50),
    "another size": lambda home: changed(home, "last", {"made_at": NOW.isoformat(), "file": "x", "size": "10"}),
    "another last": lambda home: changed(home, "last", [1, 2]),
    "another file": lambda home: changed(
        home, "last",
        {"made_at": NOW.isoformat(), "file": None, "size": 1, "visits": 1, "seconds": 1, "same_disk": False},
    ),
    "another problem": lambda home: changed(
        home, "problem", {"code": "ours", "title": None, "advice": [], "detail": {}}
    ),
    "a newer folder": lambda home: changed(home, "folder", {"path": "/drive", "how": "a newer version's"}),
}  # fmt: skip


@pytest.mark.parametrize("how", BROKEN)
def test_what_can_t_be_read_is_said_and_where_they_were_is_known(home: Path, how: str) -> None:
    BROKEN[how](home)
    with pytest.raises(Failure) as caught:
        backup_state.load(home)
    assert caught.value.code is FailureCode.BACKUP_STATE_UNREADABLE
    state = backup_state.known(home)
    assert state.folder == "/drive"  # what is on the disk is found
    standing = state.standing(NOW)
    assert standing is not None
    assert standing.code is FailureCode.BACKUP_STATE_UNREADABLE
    assert not state.is_due(NOW + timedelta(days=9))
    if how != "a folder":
        backup_state.change(home, lambda _: CHOSEN, anew=True)
        assert backup_state.load(home) == CHOSEN


def test_a_computer_without_any_says_nothing(tmp_path: Path) -> None:
    assert backup_state.known(tmp_path) == BackupState()
    assert BackupState().standing(NOW) is None


@pytest.mark.parametrize("days", [-4000, -3, 3, 4000])
def test_a_clock_that_was_wrong_hides_nothing(days: int) -> None:
    """Chosen and made in a year to come: overdue is said until a good one is made."""
    when = NOW + timedelta(days=days)
    state = replace(CHOSEN, chosen_at=when, last=replace(CHOSEN.last, made_at=when) if CHOSEN.last else None)
    assert state.is_due(NOW)
    assert state.is_overdue(NOW)
    assert state.standing(NOW) is not None


def test_a_folder_that_can_t_be_read_is_no_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert backup_file.backups_in(tmp_path) == []
    (tmp_path / "file").touch()
    for folder in (tmp_path / "gone", tmp_path / "file"):
        with pytest.raises(Failure, match=r"No such file|Not a directory") as caught:
            backup_file.backups_in(folder)
        assert str(folder) in caught.value.title

    def closed(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(Failure, match="Permission denied"):
        backup_file.backups_in(tmp_path)
