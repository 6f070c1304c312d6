"""What repositories return and pages show: frozen, typed, with aware times in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from idexx_desktop.domain.attempts import ClosedAs
from idexx_desktop.domain.call_questions import Answered, AskedSet
from idexx_desktop.domain.care import care_in
from idexx_desktop.domain.claims import Claim
from idexx_desktop.domain.decisions import RuleStep
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.handed_over import NOTHING_REPORTED, CallReport, CallTrouble
from idexx_desktop.domain.known_sentences import AskedSentence
from idexx_desktop.domain.others_calls import QUEUED
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.visits import VisitState

_AT_A_TIME, _PER_SECOND = 5, 10.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the database says this login is."""

    user_id: str
    email: str
    login: str
    is_admin: bool


LONGEST_NAME = 120  # characters of a clinic's name, as the database checks it, too


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic of which the login is a member. `may_rename`: whether this login may correct its name."""

    clinic_id: str
    name: str
    timezone: str
    phone: str = ""
    country: str = "US"
    emergency_phone: str = ""
    may_rename: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person whose rows an admin may look at."""

    user_id: str
    email: str


@dataclass(frozen=True, slots=True)
class ClinicRef:
    """A clinic whose rows an admin may look at. `timezone` is "" where none is known."""

    clinic_id: str
    name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Directory:
    """Among whom an admin may choose; empty for everybody else. `begins_with_all`: see `DirectoryService`."""

    people: tuple[PersonRef, ...] = ()
    clinics: tuple[ClinicRef, ...] = ()
    begins_with_all: bool = False


@dataclass(frozen=True, slots=True)
class LoginRecord:
    """A database login and the person behind it. `role` is one of user, admin, service."""

    login: str
    email: str
    user_id: str
    role: str
    active: bool
    clinics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedCredentials:
    """The row of `idexx_credentials`; the three texts are sealed.

    `neo_url` is the address that they are sealed for; None where an older program sealed them for any.
    """

    id: str
    user_id: str
    clinic_id: str | None
    encrypted_company_id: str | None
    encrypted_username: str
    encrypted_password: str
    encryption_key_id: str
    validation_status: str
    last_validated_at: datetime | None
    version: int
    suspended_code: str | None
    suspended_at: datetime | None
    updated_at: datetime
    neo_url: str | None = None


@dataclass(frozen=True, slots=True)
class SealedCookies:
    """Neo's session cookies, sealed to one version of one credential."""

    credential_id: str
    credential_version: int
    encryption_key_id: str
    encrypted_cookies: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One sync in the history. `others`: whose it is, where it is not this login's own in its own clinic."""

    id: str
    status: str
    trigger: str
    device: str
    started_at: datetime
    completed_at: datetime | None
    window_start: datetime | None
    window_end: datetime | None
    consultations_seen: int
    consultations_synced: int
    consultations_failed: int
    discharge_calls_scheduled: int
    visits_written: int
    requests: int
    signed_in: bool
    failure_code: str | None
    failure_title: str | None
    failure_advice: str | None
    next_scheduled_sync: datetime | None
    others: Whose | None = None
    failure_detail: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class MissedRun:
    """A sync that was due and did not start, with the reason. `others` names the clinic where it is another one."""

    due_at: datetime
    reason: str
    caught_up_at: datetime | None
    device: str
    id: str = ""
    others: Whose | None = None


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """One visit as stored: its state, the reason in words, the trace, and the call if there is one.

    `others`: whose it is, where it is not this login's own in its own clinic; such a visit can only be looked at.
    `asked_sentences`: those for which it is held, where it was read with its notes.
    `death`: what a person told of its pet, where it was read with its notes.
    `ignored`, `agreed`: what a person decided last, to ignore it or to call.
    """

    id: str
    visit_key: str
    appointment_id: str | None
    consultation_id: str | None
    case_id: str | None
    visit_at: datetime | None
    patient_name: str
    owner_name: str
    client_id: str | None
    provider: str
    branch: str
    kind: str
    kind_label: str
    species: str
    breed: str
    neo_status: str
    phone: str
    state: VisitState
    reason_code: str
    reason: str
    trace: tuple[RuleStep, ...]
    has_clinical_notes: bool
    content_hash: str
    call_id: str | None
    call_scheduled_for: datetime | None
    call_status: str | None
    call_with: tuple[str, ...]
    failure_code: str | None
    failure_title: str | None
    failure_advice: str | None
    attempts: int
    first_seen_at: datetime
    last_read_at: datetime | None
    last_attempt_at: datetime | None
    changed_at: datetime
    needs_attention: bool
    ignored: bool = False
    notes: str | None = None
    previous_notes: str | None = None
    notes_changed_after_call: bool = False
    others: Whose | None = None
    next_try_at: datetime | None = None
    asked_sentences: tuple[AskedSentence, ...] = ()
    agreed: bool = False
    death: ToldDeath | None = None

    @property
    def care(self) -> tuple[str, ...]:
        """Why a call about it is made with care, see `domain.care`; empty for a call like any other."""
        return care_in(self.trace)


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What came of one try of a call.

    `at` and `by` are the server's. `number` is what was dialled, in E.164. `made_by` and `made_at`: who made the
    try, and when, as far as whoever recorded it claimed another. `is_systems`: a calling system made it. `answers`:
    what was answered, in the order of the questions.
    """

    outcome: str
    by: str
    at: datetime
    note: str = ""
    answers: tuple[Answered, ...] = ()
    number: str = ""
    made_by: str = ""
    made_at: datetime | None = None
    is_systems: bool = False


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One discharge call, for one owner and every pet of theirs seen that day, which is named once.

    `others`: as of a visit. `trouble`: why it needs a person. `report`: what the calling system wrote about it.
    `all_numbers`: where the owner has several, all of them as typed into Neo. `care`: as of a visit. `from_notes`:
    the pets whose part of `summary` are a vet's notes, None where that isn't known. `questions`: what is asked, a set
    for each kind of its visits; none of somebody else's call. `outcomes` came of this call, `attempts` of any about its
    visits, in order; `max_attempts` at most. `closed_as`: what it ended as. `claim`: somebody is calling now.
    """

    id: str
    consultation_ids: tuple[str, ...]
    visit_keys: tuple[str, ...]
    patient_names: tuple[str, ...]
    owner_name: str
    customer_phone: str
    scheduled_for: datetime
    status: str
    summary: str
    kind: str
    outcomes: tuple[CallOutcome, ...] = ()
    others: Whose | None = None
    trouble: CallTrouble | None = None
    report: CallReport = NOTHING_REPORTED
    all_numbers: str = ""
    care: tuple[str, ...] = ()
    from_notes: tuple[str, ...] | None = None
    questions: tuple[AskedSet, ...] = ()
    claim: Claim | None = None
    attempts: tuple[CallOutcome, ...] = ()
    max_attempts: int = 3
    closed_as: ClosedAs | None = None
    agreed: bool = False

    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is tried next; None where it isn't queued."""
        return self.scheduled_for if self.status == QUEUED else None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One row of the activity record. `hash`: in hexadecimal, only of a row whose details were asked for.

    `pets`, `owner` and `device` stand in no row of the record: they are looked up for whoever may read them.
    """

    id: str
    seq: int
    timestamp: datetime
    user_id: str | None
    actor: str
    action: str
    status: str | None
    ip_address: str | None
    session_id: str | None
    metadata: dict[str, Any] = field(default_factory=dict)
    error_details: dict[str, Any] | None = None
    hash: str = ""
    pets: tuple[str, ...] = ()
    owner: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class AuditPerson:
    """Somebody who occurs in the activity record, still there or not. Without `user_id`: the program's own rows.

    `email` is "" where it isn't known (any more).
    """

    user_id: str | None
    login: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class AuditCounts:
    """How many rows of the activity record fit; `more` where there are still others, which weren't counted.

    `total` is None where counting takes too long. `actions`, `results`: how many would fit with another choice of
    action or result, by code; None where these are too many to be counted.
    """

    total: int | None
    more: bool = False
    actions: Mapping[str, int] | None = None
    results: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class OptOut:
    """A number (E.164) that is not to be called, since when, who recorded it, and why."""

    phone: str
    recorded_at: datetime
    recorded_by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class DayCount:
    """Visits of one local day by state, for the plot of Today."""

    day: date
    counts: dict[VisitState, int]


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """When a clinic syncs: every so many hours, inside its hours (local times), on its days (Monday = 0).

    `closed_days` are the dates on which the clinic is closed; they are saved with the rules of the calls.
    """

    enabled: bool = True
    every_hours: float = 4.0
    open_time: time = time(7)
    close_time: time = time(19)
    open_weekdays: frozenset[int] = frozenset(range(7))
    paused_until: datetime | None = None
    next_due_at: datetime | None = None
    last_completed_at: datetime | None = None
    closed_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class NeoPace:
    """How gently the clinic's syncs ask Neo; shared by its members."""

    concurrency: int = _AT_A_TIME
    requests_per_second: float = _PER_SECOND


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How this computer reaches Neo: address and browser are its own, the pace is the clinic's."""

    neo_url: str
    concurrency: int = _AT_A_TIME
    requests_per_second: float = _PER_SECOND
    browser_path: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Where the next rows of a table start: the key of the last row shown, None for the first page.

    `backwards` (of the activity record only): the rows that come before that key in the table, None for the last page.
    """

    before: tuple[Any, ...] | None = None
    limit: int = 100
    backwards: bool = False
