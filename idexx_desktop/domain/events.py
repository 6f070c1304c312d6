"""What a sync says while it runs. Frozen, free of names and notes; `gui/bridge.py` turns them into Qt signals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from idexx_desktop.domain.failures import Failure


class Trigger(StrEnum):
    """What started a run."""

    SCHEDULE = "schedule"
    CATCH_UP = "catch_up"
    BUTTON = "button"
    RETRY = "retry"
    BEFORE_CALL = "before_call"
    COMMAND = "command"


class Topic(StrEnum):
    """What of the records a page shows. Each has a revision in the database; the last two come from the clock."""

    VISITS = "visits"
    CALLS = "calls"
    SESSIONS = "sessions"
    SETTINGS = "settings"
    ACTIVITY = "activity"
    COMPUTERS = "computers"
    DAY = "day"
    MINUTE = "minute"


class Step(StrEnum):
    """Where a run is."""

    STARTING = "starting"
    SIGNING_IN = "signing_in"
    READING_LISTS = "reading_lists"
    READING_CONSULTATIONS = "reading_consultations"
    SAVING = "saving"
    FINISHING = "finishing"


@dataclass(frozen=True, slots=True)
class SyncStarted:
    """A run has its lease and its session row."""

    session_id: str
    trigger: Trigger
    started_at: datetime


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """`done` of `total` in this step; `total` is 0 where it is not known yet."""

    session_id: str
    step: Step
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class VisitFailure:
    """One visit that could not be read or saved."""

    consultation_id: str | None
    visit_key: str
    failure: Failure


def unaccounted(seen: int, synced: int, failed: int) -> int:
    """How many visits were seen and have neither been saved nor failed with a reason."""
    return max(0, seen - synced - failed)


@dataclass(frozen=True, slots=True)
class SyncResult:
    """How a run ended, with the numbers of `sync --json`; `seconds` is wall time from command to committed.

    `failure` is None for a finished run, even one with failed visits. `status` is that of the run's row.
    """

    session_id: str | None
    status: str
    consultations_seen: int = 0
    consultations_synced: int = 0
    consultations_failed: int = 0
    discharge_calls_scheduled: int = 0
    visits_written: int = 0
    requests: int = 0
    signed_in: bool = False
    seconds: float = 0.0
    failures: tuple[VisitFailure, ...] = field(default=())
    failure: Failure | None = None

    @property
    def unaccounted(self) -> int:
        """How many visits were seen and have neither been saved nor failed with a reason."""
        return unaccounted(self.consultations_seen, self.consultations_synced, self.consultations_failed)


@dataclass(frozen=True, slots=True)
class SyncFinished:
    """The run is over, and its worker is free."""

    result: SyncResult


@dataclass(frozen=True, slots=True)
class RecordsChanged:
    """Something of this topic was written, here or elsewhere; pages that show another revision read again.

    `revision` names its state where that is known: two that are equal say that nothing changed between them.
    """

    topic: Topic
    revision: str = ""


SyncEvent = SyncStarted | SyncProgress | SyncFinished | RecordsChanged
