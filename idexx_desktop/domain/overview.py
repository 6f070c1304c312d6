"""What the front page and `status` say: can I rely on yesterday's list, and what must I do?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from idexx_desktop.domain.backing_off import Outage
from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.concerns import Concern
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.handed_over import TroubledCalls
from idexx_desktop.domain.ledger import NO_VISITS, Ledger
from idexx_desktop.domain.needs import (
    Needs,
    backup_problem,
    call_problems,
    lost_problem,
    paused_problem,
    record_problem,
    sync_problem,
)
from idexx_desktop.domain.records import (
    CallRecord,
    ClinicRef,
    DayCount,
    ScheduleRecord,
    SessionRecord,
    VisitRecord,
)
from idexx_desktop.domain.visits import VisitState


@dataclass(frozen=True, slots=True)
class CredentialStatus:
    """The Neo sign-in. `state` is one of not_configured, unknown, valid, invalid; `kept_in` says where, in words."""

    state: str
    last_validated_at: datetime | None
    username_hint: str
    company_id: str
    suspended: Failure | None
    kept_in: str


@dataclass(frozen=True, slots=True)
class SignInState:
    """What an admin may know of somebody's Neo sign-in. `state` is one of unknown, valid, invalid."""

    email: str
    state: str
    suspended_code: str | None
    last_validated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClinicState:
    """How one clinic stands, for the owner of several. `suspended` where every sign-in of the clinic is."""

    clinic: ClinicRef
    up_to_date_as_of: datetime | None
    suspended: Failure | None
    last_failure: Failure | None
    stale: bool
    attention_count: int
    sign_ins: tuple[SignInState, ...]


@dataclass(frozen=True, slots=True)
class RunningSync:
    """A sync that is running now, here or on another computer of the clinic.

    `device` as it is shown: the name that the computer gave itself, and whose login it is where that is another's.
    """

    device: str
    started_at: datetime
    is_this_computer: bool


@dataclass(frozen=True, slots=True)
class TodayStatus:
    """Everything that Today shows, read at once. `attention` has at most 3 rows, `calls_today` at most 5.

    `outage`: the newest runs ended for something that passes by itself.
    `record_changed`: the last check of the activity record found that it isn't what this program wrote.
    `asked`: what a person on this computer has to say about Neo's address first.
    `backup`: what this computer knows of its backups; None where the records are on a shared server.
    `concerns`: the clinic's that nobody has answered yet, what is due first, first.
    """

    up_to_date_as_of: datetime | None
    credential_status: str
    suspended: Failure | None
    last_session: SessionRecord | None
    last_failure: Failure | None
    running: RunningSync | None
    next_due_at: datetime | None
    counts: dict[VisitState, int]
    attention: list[VisitRecord]
    attention_count: int
    calls_today: list[CallRecord]
    calls_today_count: int
    day_counts: list[DayCount]
    paused: bool
    review: bool
    stale: bool
    schedule: ScheduleRecord
    outage: Outage | None = None
    record_changed: bool = False
    asked: Failure | None = None
    backup: BackupState | None = None
    troubles: tuple[TroubledCalls, ...] = ()
    # the clinic's, that `troubles` are of
    today: date | None = None
    concerns: tuple[Concern, ...] = ()
    # of the last thirty days
    ledger: Ledger = NO_VISITS
    # how many of its lost visits are among `counts`
    lost_lately: int = 0
    # the calls of those days whose owners couldn't be reached, which nobody has agreed to yet
    to_agree: tuple[str, ...] = ()

    def needs(self, now: datetime) -> Needs:
        """What needs a person."""
        found = (
            sync_problem(
                self.sign_in_problem,
                self.last_failure,
                never=self.up_to_date_as_of is None,
                late=self.stale,
                running=self.running is not None,
            ),
            record_problem() if self.record_changed else None,
            backup_problem(self.backup.standing(now) if self.backup else None),
            paused_problem() if self.paused else None,
            *call_problems(self.troubles, self.today or now.date()),
            lost_problem(self.ledger),
        )
        return Needs(tuple(filter(None, found)), self.attention_count, len(self.concerns))

    @property
    def sign_in_problem(self) -> Failure | None:
        """What keeps this computer from syncing, where no sign-in was entered, too."""
        absent = self.credential_status == "not_configured"
        return self.waits_for or (Failure(FailureCode.NO_CREDENTIALS) if absent else None)

    @property
    def waits_for(self) -> Failure | None:
        """What keeps every sync of this computer from starting, until a person has acted."""
        return self.suspended or (self.asked if self.credential_status != "not_configured" else None)
