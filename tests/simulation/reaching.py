"""What the simulated weeks meet: every reason and every failure of a run, often enough to be judged."""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.failures import FailureCode

LEAST = 20
CALLED_BY_HAND = "called by hand"
# what the model of a week has no events for; each is met by tests of its own
_OF_BACKUPS = (
    "backups are files of a server, and the model has records in memory: tests/services/test_backup*.py"
)
UNREACHED: dict[ReasonCode | FailureCode, str] = {
    FailureCode.BACKUP_NOT_MADE: _OF_BACKUPS,
    FailureCode.BACKUP_UNUSABLE: _OF_BACKUPS,
    FailureCode.BACKUP_NOT_PROVED: _OF_BACKUPS,
    FailureCode.BACKUP_STATE_UNREADABLE: _OF_BACKUPS,
    FailureCode.AUDIT_CHANGED: "the records in memory keep no activity record: tests/db/test_audit*.py",
}


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
    """Each reason and each failure, but for those that are listed here, and calls by hand came up often enough."""
    codes = {*(reason_mark(code) for code in ReasonCode if code not in UNREACHED)}
    codes |= {failure_mark(code) for code in FailureCode if code not in UNREACHED}
    codes.add(CALLED_BY_HAND)
    rare = {code: reached[code] for code in sorted(codes) if reached[code] < LEAST}
    assert not rare, f"came up less than {LEAST} times: {rare}"


def reason_mark(code: ReasonCode) -> str:
    """How a reason is counted: some failures have the same name."""
    return f"reason {code}"


def failure_mark(code: FailureCode) -> str:
    """How a failure is counted."""
    return f"failure {code}"
