"""When a backup is due, when its absence is told, which are kept, and what a copy may differ in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idexx_desktop.domain.audit_chain import ChainEnd
from idexx_desktop.domain.backup import (
    KEPT,
    BackupState,
    Contents,
    LastBackup,
    MadeBackup,
    differences,
    superfluous,
)
from idexx_desktop.domain.failures import Failure, FailureCode

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
FOLDER = str(Path("/backups"))


def hours(count: float) -> datetime:
    return NOW - timedelta(hours=count)


def last(hours_ago: float, folder: str = FOLDER) -> LastBackup:
    return LastBackup(hours(hours_ago), str(Path(folder) / "a.idexx-backup"), 5, 1, 1.0, same_disk=False)


CHOSEN = BackupState(FOLDER, chosen_at=hours(240))


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (BackupState(), False),
        (BackupState(last=last(100)), False),
        (CHOSEN, True),
        (replace(CHOSEN, last=last(23.9)), False),
        (replace(CHOSEN, last=last(24)), True),
        (replace(CHOSEN, last=last(1, "/elsewhere")), True),
        (replace(CHOSEN, last=last(30), tried_at=hours(0.2)), False),
        (replace(CHOSEN, last=last(30), tried_at=hours(0.25)), True),
        # the clock went back: what lies ahead keeps nothing from being made
        (replace(CHOSEN, last=last(-48)), True),
        (replace(CHOSEN, last=last(30), tried_at=hours(-48)), True),
    ],
)
def test_due_once_a_day_and_tried_again_soon(state: BackupState, due: bool) -> None:
    assert state.is_due(NOW) is due


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (BackupState(), False),
        (BackupState(last=last(24 * 30)), False),
        (replace(CHOSEN, chosen_at=hours(71)), False),
        (replace(CHOSEN, chosen_at=hours(72)), True),
        (replace(CHOSEN, last=last(71)), False),
        (replace(CHOSEN, last=last(72)), True),
        (replace(CHOSEN, chosen_at=hours(1), last=last(24 * 30)), False),
    ],
)
def test_told_after_three_days_once_a_folder_was_chosen(state: BackupState, told: bool) -> None:
    assert state.is_overdue(NOW) is told


def test_the_newest_fourteen_are_kept_whatever_their_dates_say() -> None:
    made = [MadeBackup(str(n), str(n), hours(n % 5 * 7 - n * 1000), "s", kit=True) for n in range(KEPT + 3)]
    assert [each.id for each in superfluous(made)] == ["0", "1", "2"]
    assert superfluous(made[:KEPT]) == []


def test_what_there_is_to_do_about_backups() -> None:
    assert BackupState().standing(NOW) is None
    assert CHOSEN.standing(NOW - timedelta(days=9)) is None
    overdue = CHOSEN.standing(NOW)
    assert overdue is not None
    assert overdue.title == "No good backup was made for three days."
    away = Failure(FailureCode.BACKUP_NOT_MADE, title="It isn't there.")
    assert replace(CHOSEN, problem=away).standing(NOW) is away
    unknown = Failure(FailureCode.BACKUP_STATE_UNREADABLE)
    assert BackupState(unreadable=unknown).standing(NOW) is unknown


BEFORE = Contents("0013", {"public.visits": 10, "public.cases": 5}, {"chain": ChainEnd(7, b"7")})
AFTER = Contents("0013", {"public.visits": 12, "public.cases": 5}, {"chain": ChainEnd(9, b"9")})


@pytest.mark.parametrize(
    "copy", [BEFORE, AFTER, replace(AFTER, rows={**AFTER.rows, "public.visits": 11}, problem="x")]
)
def test_a_copy_of_any_moment_in_between_is_a_copy(copy: Contents) -> None:
    assert differences(BEFORE, AFTER, copy) == []


@pytest.mark.parametrize(
    ("copy", "found"),
    [
        (replace(BEFORE, revision="0012"), "revision"),
        (replace(BEFORE, rows={"public.visits": 10}), "tables"),
        (replace(BEFORE, rows={**BEFORE.rows, "public.cases": 4}), "public.cases: 4 rows, not 5 to 5"),
        (replace(BEFORE, rows={**BEFORE.rows, "public.visits": 13}), "public.visits: 13 rows, not 10 to 12"),
        (replace(BEFORE, chains={}), "chain chain"),
        (replace(BEFORE, chains={"chain": ChainEnd(6, b"6")}), "chain chain"),
        (replace(BEFORE, chains={"chain": ChainEnd(10, b"x")}), "chain chain"),
    ],
)
def test_what_is_no_copy(copy: Contents, found: str) -> None:
    assert differences(BEFORE, AFTER, copy) == [found]
