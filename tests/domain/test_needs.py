"""What needs a person: nothing is said to need nobody while something does, whatever comes together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.failures import WORDS, Failure, FailureCode, Route
from idexx_desktop.domain.ledger import End, Leaked, Ledger
from idexx_desktop.domain.needs import PASSING, ProblemKind
from idexx_desktop.domain.overview import RunningSync, TodayStatus
from idexx_desktop.domain.records import ScheduleRecord

NOW = datetime(2026, 11, 22, 18, 44, tzinfo=UTC)
WELL = TodayStatus(
    up_to_date_as_of=NOW, credential_status="valid", suspended=None, last_session=None, last_failure=None,
    running=None, next_due_at=None, counts={}, attention=[], attention_count=0, calls_today=[], calls_today_count=0,
    day_counts=[], paused=False, review=False, stale=False, schedule=ScheduleRecord(), backup=BackupState(),
)  # fmt: skip
OLD_BACKUP = BackupState("/backups", chosen_at=NOW - timedelta(days=4))
BROKEN_BACKUP = BackupState(unreadable=Failure(FailureCode.BACKUP_STATE_UNREADABLE))
LOST = Ledger({End.LEAK: 1}, (Leaked("a:1", "Bella", "Maria Lopez", NOW, "Its call is gone."),))
# every way in which a day is not well, alone
PROBLEMS: dict[str, tuple[dict[str, object], ProblemKind | None]] = {
    "rejected password": ({"suspended": Failure(FailureCode.WRONG_PASSWORD)}, ProblemKind.SIGN_IN),
    "no sign-in": ({"credential_status": "not_configured"}, ProblemKind.SIGN_IN),
    "address asked": ({"asked": Failure(FailureCode.ADDRESS_CHANGED)}, ProblemKind.SIGN_IN),
    "changed page": ({"last_failure": Failure(FailureCode.PAGE_CHANGED)}, ProblemKind.SYNC),
    "key missing": ({"last_failure": Failure(FailureCode.KEY_MISSING)}, ProblemKind.SYNC),
    "our fault": ({"last_failure": Failure(FailureCode.OURS)}, ProblemKind.SYNC),
    "not synced for long": ({"stale": True}, ProblemKind.NOT_SYNCED),
    "unreachable for long": (
        {"stale": True, "last_failure": Failure(FailureCode.UNREACHABLE)}, ProblemKind.NOT_SYNCED,
    ),
    "never synced": ({"up_to_date_as_of": None}, ProblemKind.NOT_SYNCED),
    "record changed": ({"record_changed": True}, ProblemKind.RECORD),
    "old backup": ({"backup": OLD_BACKUP}, ProblemKind.BACKUP),
    "no more backups": ({"backup": BROKEN_BACKUP}, ProblemKind.BACKUP),
    "paused calls": ({"paused": True}, ProblemKind.PAUSED),
    "a visit that is lost": ({"ledger": LOST}, ProblemKind.LOST),
    "a pet that waits": ({"attention_count": 1}, None),
}  # fmt: skip


def but(status: TodayStatus, **changes: object) -> TodayStatus:
    return replace(status, **changes)  # type: ignore[arg-type]  # the caller names fields of TodayStatus


def test_a_good_day_needs_nobody() -> None:
    assert WELL.needs(NOW).count == 0
    assert but(WELL, running=RunningSync("Reception", NOW, True)).needs(NOW).count == 0
    assert but(WELL, last_failure=Failure(FailureCode.UNREACHABLE)).needs(NOW).count == 0, (
        "it passes by itself"
    )
    for code in PASSING:
        assert but(WELL, last_failure=Failure(code)).needs(NOW).count == 0


@pytest.mark.parametrize("name", PROBLEMS)
def test_each_problem_is_listed(name: str) -> None:
    changes, kind = PROBLEMS[name]
    needs = but(WELL, **changes).needs(NOW)
    assert needs.count == 1
    assert [problem.kind for problem in needs.problems] == ([kind] if kind else [])
    assert all(problem.title and problem.advice for problem in needs.problems)


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_try_is_no_success(name: str) -> None:
    """While a sync runs, every problem stays; of one that only a success ends, it is said that one is tried."""
    status = but(WELL, **PROBLEMS[name][0])
    trying = but(status, running=RunningSync("Reception", NOW, True)).needs(NOW)
    standing = status.needs(NOW)
    assert (trying.count, trying.visits) == (standing.count, standing.visits)
    for before, now in zip(standing.problems, trying.problems, strict=True):
        assert (now.kind, now.title) == (before.kind, before.title)
        if now.kind is ProblemKind.NOT_SYNCED:
            assert now.advice == "A sync is running now."


@given(st.lists(st.sampled_from(sorted(PROBLEMS)), unique=True))
def test_whatever_comes_together_none_hides_that_there_is_one(names: list[str]) -> None:
    status = WELL
    for name in names:
        status = but(status, **PROBLEMS[name][0])
    needs = status.needs(NOW)
    kinds = [problem.kind for problem in needs.problems]
    assert (needs.count > 0) is bool(names)
    assert len(kinds) == len(set(kinds))
    about_sync = {ProblemKind.SIGN_IN, ProblemKind.SYNC, ProblemKind.NOT_SYNCED}
    wanted = {PROBLEMS[name][1] for name in names} - {None}
    # of what keeps a list from being up to date, the gravest alone is listed: it is one thing to do
    assert set(kinds) - about_sync == wanted - about_sync
    assert bool(set(kinds) & about_sync) is bool(wanted & about_sync)


@pytest.mark.parametrize("code", FailureCode)
def test_every_failure_is_listed_at_once_or_once_it_has_lasted(code: FailureCode) -> None:
    status = but(WELL, last_failure=Failure(code))
    at_once = WORDS[code].route is not Route.RETRY and code not in PASSING
    assert bool(status.needs(NOW).count) is at_once
    assert but(status, stale=True).needs(NOW).count == 1


def test_of_many_lost_visits_three_are_named() -> None:
    lost = tuple(
        Leaked(f"a:{pet}", pet, "", NOW, f"{pet} has no call.") for pet in ("Rex", "", "Luna", "Max")
    )
    [problem] = but(WELL, ledger=Ledger({End.LEAK: 2_004}, lost)).needs(NOW).problems
    assert problem.title == "2,004 visits are not accounted for."
    assert problem.advice == "Rex: Rex has no call. -:  has no call. Luna: Luna has no call. And others."
