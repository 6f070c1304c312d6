"""What this computer knows of its backups, in the profile's folder: it must outlive the records it speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from idexx_desktop.domain.backup import BackupState, LastBackup, MadeBackup
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.files import locked, replace_private

FILE_NAME = "backups.json"
_COPY = f"{FILE_NAME}.copy"  # tells where they were when the file itself can't be read any more
_Kind = TypeVar("_Kind")


def load(home: Path) -> BackupState:
    """The state; that of a computer without backups where there never was a file. BACKUP_STATE_UNREADABLE where
    there is, or was, one that can't be read: nobody may go on as if it had said nothing.
    """
    try:
        return _understood(json.loads((home / FILE_NAME).read_bytes()))
    except FileNotFoundError:
        if (home / _COPY).exists():
            raise _unreadable(f"{FILE_NAME} is gone") from None
        return BackupState()
    except OSError as error:
        raise _unreadable(error.strerror or type(error).__name__) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable(f"{FILE_NAME} is damaged") from error


def known(home: Path) -> BackupState:
    """The same; where it can't be read, a state that says so. Where the backups were by the copy of before is told all
    the same, so that those on the disk are found; none is made there before a person has chosen again.
    """
    try:
        return load(home)
    except Failure as failure:
        try:
            before = _understood(json.loads((home / _COPY).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            before = BackupState()
        return replace(before, unreadable=failure)


def change(home: Path, to: Callable[[BackupState], BackupState], *, anew: bool = False) -> BackupState:
    """Keep what `to` makes of the state; all or nothing, one at a time. INVALID_INPUT where it can't be kept.

    `anew`: where it can't be read any more, it is set aside and begun anew, because a person has chosen again; else
    BACKUP_STATE_UNREADABLE.
    """
    file = home / FILE_NAME
    try:
        with locked(home / f"{FILE_NAME}.lock"):
            try:
                state = load(home)
            except Failure:
                if not anew:
                    raise
                if file.exists():
                    file.replace(file.with_name(f"{FILE_NAME}.unreadable"))
                state = BackupState()
            state = to(state)
            written = json.dumps(_grown(file, state), indent=1).encode()
            replace_private(home / _COPY, written)
            replace_private(file, written)
            return state
    except OSError as error:
        title = f"The file {FILE_NAME} in {home} can't be written."
        raise Failure(FailureCode.INVALID_INPUT, type(error).__name__, title=title) from error


def _understood(kept: Any) -> BackupState:
    return BackupState(
        folder=None if kept["folder"] is None else _of_type(str, kept["folder"]),
        chosen_at=_moment(kept["chosen_at"]),
        last=_last(kept["last"]),
        tried_at=_moment(kept["tried_at"]),
        problem=_problem(kept["problem"]),
        restored_from=_moment(kept["restored_from"]),
        made=tuple(
            MadeBackup(
                _of_type(str, each["file"]),
                _of_type(str, each["id"]),
                _required(each["made_at"]),
                _of_type(str, each["signature"]),
                _of_type(bool, each["kit"]),
            )
            for each in kept.get("made", ())  # an older version didn't write down which it has made
        ),
    )


def _last(kept: dict[str, Any] | None) -> LastBackup | None:
    if kept is None:
        return None
    return LastBackup(
        _required(kept["made_at"]),
        _of_type(str, kept["file"]),
        _of_type(int, kept["size"]),
        _of_type(int, kept["visits"]),
        float(kept["seconds"]),
        _of_type(bool, kept["same_disk"]),
    )


def _grown(file: Path, state: BackupState) -> dict[str, Any]:
    """The state as it is written over the file: what a newer version keeps there stays.

    So does what it keeps of each thing that is the same as before, which this version may understand in part only.
    """
    written = _written(state)
    if not file.exists():
        return written
    kept: dict[str, Any] = json.loads(file.read_bytes())
    before = _written(_understood(kept))
    same = {name: kept[name] for name in ("last", "problem") if before[name] == written[name]}
    made = {each["id"]: each for each in kept.get("made", ())}
    written["made"] = [made.get(each["id"], {}) | each for each in written["made"]]
    return kept | written | same


def _unreadable(detail: str) -> Failure:
    return Failure(FailureCode.BACKUP_STATE_UNREADABLE, detail)


def _written(state: BackupState) -> dict[str, Any]:
    problem, last = state.problem, state.last
    return {
        "folder": state.folder,
        "chosen_at": _text(state.chosen_at),
        "last": None if last is None else asdict(last) | {"made_at": _text(last.made_at)},
        "tried_at": _text(state.tried_at),
        "problem": None if problem is None else problem.as_dict() | {"detail": problem.detail},
        "restored_from": _text(state.restored_from),
        "made": [asdict(each) | {"made_at": _text(each.made_at)} for each in state.made],
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else _required(text)


def _required(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment


def _of_type(kind: type[_Kind], value: object) -> _Kind:
    if not isinstance(value, kind):
        raise TypeError(f"no {kind.__name__}")
    return value


def _problem(kept: dict[str, str] | None) -> Failure | None:
    if kept is None:
        return None
    known = kept["code"] in list(FailureCode)  # a newer version may have another name for what went wrong
    code = FailureCode(kept["code"]) if known else FailureCode.BACKUP_NOT_MADE
    detail, title, advice = (_of_type(str, kept[name]) for name in ("detail", "title", "advice"))
    return Failure(code, detail, title=title, advice=advice)
