"""What the simulated weeks meet: every reason and every failure of a run, often enough to be judged."""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.failures import FailureCode

LEAST = 20
# what the model of a week has no events for; each is met by tests of its own
UNREACHED: dict[ReasonCode | FailureCode, str] = {
    ReasonCode.NO_TIME: "the model's lists are lists of days: each of its visits has a time",
    ReasonCode.ACCOUNT_LEFT: "nobody leaves the clinic within a week",
    ReasonCode.CALL_MISSING: "two accounts never write in the same instant: runs come one after the other",
    FailureCode.VISIT_NOT_SAVED: "the records in memory refuse no write",
    FailureCode.NO_CREDENTIALS: "everybody has a sign-in from the beginning",
}
# these come from the start of a program, from a command's input or from another of its tasks, never from a run
NOT_OF_A_RUN = frozenset({
    FailureCode.DATABASE_OUTDATED, FailureCode.PROGRAM_OUTDATED, FailureCode.NO_PROFILE, FailureCode.CODE_REFUSED,
    FailureCode.INVALID_INPUT, FailureCode.HANDED_OVER, FailureCode.TOO_MANY_TESTS, FailureCode.AUDIT_CHANGED,
    FailureCode.BACKUP_NOT_MADE, FailureCode.BACKUP_UNUSABLE, FailureCode.BACKUP_NOT_PROVED,
    FailureCode.BACKUP_STATE_UNREADABLE,
})  # fmt: skip


def in_all(
    factory: pytest.TempPathFactory, part: str, parts: int, reached: Counter[str]
) -> Counter[str] | None:
    """What all parts together have reached, once each of them has told of itself; whatever process plays it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reached"
    folder.mkdir(exist_ok=True)
    # it is there as a whole or not at all
    written = folder / f"{part}.{os.getpid()}"
    written.write_text(json.dumps(reached))
    written.rename(folder / f"{part}.json")
    told = [Counter(json.loads(path.read_text())) for path in folder.glob("*.json")]
    return sum(told, Counter()) if len(told) == parts else None


def require_reached(reached: Counter[str]) -> None:
    """Each reason and each failure, but for those that are listed here, came up often enough."""
    codes = {*(reason_mark(code) for code in ReasonCode if code not in UNREACHED)}
    codes |= {failure_mark(code) for code in FailureCode if code not in {*UNREACHED, *NOT_OF_A_RUN}}
    rare = {code: reached[code] for code in sorted(codes) if reached[code] < LEAST}
    assert not rare, f"came up less than {LEAST} times: {rare}"


def reason_mark(code: ReasonCode) -> str:
    """How a reason is counted: some failures have the same name."""
    return f"reason {code}"


def failure_mark(code: FailureCode) -> str:
    """How a failure is counted."""
    return f"failure {code}"
