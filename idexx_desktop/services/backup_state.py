"""What this computer knows of its backups, in the profile's folder: it must outlive the records it speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from idexx_desktop.domain.backup import BackupState, LastBackup
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.files import locked, replace_private

FILE_NAME = "backups.json"


def load(home: Path) -> BackupState:
    """The state; that of a computer without backups where there is no file, or none that can be read."""
    try:
        kept = json.loads((home / FILE_NAME).read_bytes())
        return BackupState(
            folder=kept["folder"],
            chosen_at=_moment(kept["chosen_at"]),
            last=None
            if kept["last"] is None
            else LastBackup(**kept["last"] | {"made_at": _moment(kept["last"]["made_at"])}),
            tried_at=_moment(kept["tried_at"]),
            problem=_problem(kept["problem"]),
            restored_from=_moment(kept["restored_from"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return BackupState()


def change(home: Path, to: Callable[[BackupState], BackupState]) -> BackupState:
    """Keep what `to` makes of the state; all or nothing, one at a time. INVALID_INPUT where it can't be kept."""
    try:
        with locked(home / f"{FILE_NAME}.lock"):
            state = to(load(home))
            replace_private(home / FILE_NAME, json.dumps(_written(state), indent=1).encode())
            return state
    except OSError as error:
        title = f"The file {FILE_NAME} in {home} can't be written."
        raise Failure(FailureCode.INVALID_INPUT, type(error).__name__, title=title) from error


def _written(state: BackupState) -> dict[str, Any]:
    problem, last = state.problem, state.last
    return {
        "folder": state.folder,
        "chosen_at": _text(state.chosen_at),
        "last": None if last is None else asdict(last) | {"made_at": _text(last.made_at)},
        "tried_at": _text(state.tried_at),
        "problem": None if problem is None else problem.as_dict() | {"detail": problem.detail},
        "restored_from": _text(state.restored_from),
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _problem(kept: dict[str, str] | None) -> Failure | None:
    if kept is None:
        return None
    return Failure(FailureCode(kept["code"]), kept["detail"], title=kept["title"], advice=kept["advice"])
