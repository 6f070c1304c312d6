"""Files that a newer version has written: what is known is read, and what isn't is kept when they are written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from idexx_desktop.domain.backup import BackupState, LastBackup, MadeBackup
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import backup_state, profile
from idexx_desktop.services.profile import new_profile
from idexx_desktop.vault.put_back import ENTRY, Mark

NEWER = {"voice": "calm", "later": {"list": [1, 2]}}


def grow(file: Path) -> None:
    """As a newer version would leave it."""
    file.write_text(json.dumps({**json.loads(file.read_text()), **NEWER}))


def test_a_profile(tmp_path: Path) -> None:
    kept = new_profile("embedded")
    profile.save(tmp_path, kept)
    grow(tmp_path / profile.FILE_NAME)
    read = profile.load(tmp_path)
    assert read is not None
    assert replace(read, more={}) == kept
    profile.save(tmp_path, replace(read, complete=True))
    written = json.loads((tmp_path / profile.FILE_NAME).read_text())
    assert written.items() >= NEWER.items()
    assert written["complete"] is True
    assert "more" not in written


def test_the_state_of_backups(tmp_path: Path) -> None:
    backup_state.change(tmp_path, lambda _: BackupState(folder="/backups"))
    grow(tmp_path / backup_state.FILE_NAME)
    assert backup_state.load(tmp_path).folder == "/backups"
    backup_state.change(tmp_path, lambda state: replace(state, folder="/others"))
    written = json.loads((tmp_path / backup_state.FILE_NAME).read_text())
    assert written.items() >= NEWER.items()
    assert written["folder"] == "/others"


def test_what_backups_are_said_to_be(tmp_path: Path) -> None:
    """What a newer version says of a backup, of one that was made, or of a problem stays until that is another."""
    at = datetime(2026, 11, 22, 7, tzinfo=UTC)
    last = LastBackup(at, "/backups/one", 5, 2, 1.5, same_disk=False)
    made = tuple(MadeBackup(f"/backups/{name}", name, at, "sig", kit=False) for name in ("one", "two"))
    problem = Failure(FailureCode.BACKUP_NOT_MADE, "no room")
    backup_state.change(tmp_path, lambda _: BackupState("/backups", at, last, at, problem, made=made))
    file = tmp_path / backup_state.FILE_NAME
    newer = json.loads(file.read_text())
    newer["last"] |= NEWER
    newer["made"] = [each | NEWER for each in newer["made"]]
    newer["problem"] |= NEWER | {"code": "stick_is_full"}
    file.write_text(json.dumps(newer))

    backup_state.change(tmp_path, lambda state: replace(state, folder="/others"))
    assert json.loads(file.read_text()) == newer | {"folder": "/others"}

    other = replace(last, file="/backups/three")
    backup_state.change(tmp_path, lambda state: replace(state, last=other, problem=None, made=state.made[1:]))
    written = json.loads(file.read_text())
    assert written["last"].keys() & NEWER.keys() == set()
    assert written["problem"] is None
    assert written["made"] == newer["made"][1:]


def test_the_mark_of_a_key_file() -> None:
    mark = Mark.after(None)
    newer = json.dumps({**json.loads(mark.as_text()), **NEWER})
    assert Mark.of({ENTRY: newer}) == mark
