"""Files that a newer version has written: what is known is read, and what isn't is kept when they are written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from idexx_desktop.domain.backup import BackupState
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


def test_the_mark_of_a_key_file() -> None:
    mark = Mark.after(None)
    newer = json.dumps({**json.loads(mark.as_text()), **NEWER})
    assert Mark.of({ENTRY: newer}) == mark
