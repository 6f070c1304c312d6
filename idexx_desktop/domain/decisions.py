"""What a rule says of a visit, and what a person said: the types that rules, records and screen share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from idexx_desktop.domain.calling_hours import CallingHours
from idexx_desktop.domain.calling_hours_file import calling_hours
from idexx_desktop.domain.life import LifeAnswer
from idexx_desktop.domain.visits import VisitKind, VisitState

if TYPE_CHECKING:
    from idexx_desktop.domain.owner_numbers import Contact


class ReasonCode(StrEnum):
    """Why a visit is in its state; stable, used by filters and scripts."""

    CALL_DUE = "call_due"
    WITH_HOUSEHOLD = "with_household"
    COLLEAGUE = "colleague"
    BY_PERSON = "by_person"
    REVIEW = "review"
    CALLS_PAUSED = "calls_paused"
    END_OF_LIFE = "end_of_life"
    DECEASED = "deceased"
    TOLD_DEAD = "told_dead"
    MAY_HAVE_DIED = "may_have_died"
    MAY_NOT_BE_WELL = "may_not_be_well"
    UNKNOWN_LANGUAGE = "unknown_language"
    NO_PHONE = "no_phone"
    WRONG_NUMBER = "wrong_number"
    CALLED_ENOUGH = "called_enough"
    UNDIALABLE = "undialable"
    TOO_LATE = "too_late"
    UNREACHED = "unreached"
    NO_SLOT = "no_slot"
    HOUSEHOLD_HELD = "household_held"
    UNKNOWN_STATUS = "unknown_status"
    NO_TIME = "no_time"
    CALL_CANCELLED = "call_cancelled"
    CALL_FAILED = "call_failed"
    CALL_MISSING = "call_missing"
    NOT_LOOKED_AT = "not_looked_at"
    ACCOUNT_LEFT = "account_left"
    NEO_CALL_BACK = "neo_call_back"
    DO_NOT_CALL = "do_not_call"
    NO_CONSENT = "no_consent"
    ODD_NAME = "odd_name"
    BACK_IN_CLINIC = "back_in_clinic"
    ALREADY_CALLED = "already_called"
    TYPE_UNCLEAR = "type_unclear"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    NOBODY_CAME = "nobody_came"
    VOIDED = "voided"
    COUNTER_SALE = "counter_sale"
    PREPAYMENT = "prepayment"
    KIND_OFF = "kind_off"
    TYPE_OFF = "type_off"
    OPTED_OUT = "opted_out"
    CALL_DISABLED = "call_disabled"
    VANISHED = "vanished"
    NO_CALL_BY_PERSON = "no_call_by_person"
    NOT_YET = "not_yet"
    NO_CONSULTATION = "no_consultation"
    DRAFT = "draft"
    NO_NOTES = "no_notes"
    UNREADABLE = "unreadable"


class StepOutcome(StrEnum):
    """How one rule ended; the screen shows each with an icon of its own."""

    PASSED = "passed"
    EXCLUDED = "excluded"
    HELD = "held"
    WAITING = "waiting"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One line of the trace: which rule (in the words of the screen), how it ended, and what it saw."""

    rule: str
    outcome: StepOutcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call that the rules would schedule: the number in E.164, the instant in UTC."""

    phone: str
    scheduled_for: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The state of one visit, with the rules that led there. `call` is set exactly when the state is scheduled."""

    state: VisitState
    reason_code: ReasonCode
    reason: str
    trace: tuple[RuleStep, ...]
    kind: VisitKind
    phone: str | None = None
    call: CallPlan | None = None


class PersonChoice(StrEnum):
    """What a person can decide about one visit."""

    CALL = "call"
    CALL_WITH_CARE = "call_with_care"
    NO_CALL = "no_call"
    IGNORE = "ignore"

    @property
    def calls(self) -> bool:
        """Whether the owner is to be called."""
        return self in (PersonChoice.CALL, PersonChoice.CALL_WITH_CARE)


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """Who decided what about a visit, why and when.

    `content_hash` is that of the visit as the person saw it: a new sign of death after it is a new question.
    `scheduled_for` is the instant that the person chose, None to let the rules choose.
    """

    choice: PersonChoice
    decided_by: str
    decided_at: datetime
    content_hash: str
    why: str = ""
    scheduled_for: datetime | None = None
    # which row it is: a decision that is given back by an undo is the same in another row
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class KindRule:
    """How calls for one kind of visit are timed: days after the visit's local day, the hour, or switched off."""

    delay_days: int
    preferred: time
    enabled: bool = True


DEFAULT_KIND_RULES: Mapping[VisitKind, KindRule] = {
    VisitKind.SURGERY: KindRule(1, time(10)),
    VisitKind.DENTAL: KindRule(1, time(10)),
    VisitKind.EMERGENCY: KindRule(1, time(10)),
    VisitKind.SICK_VISIT: KindRule(1, time(10)),
    VisitKind.WELLNESS: KindRule(1, time(14)),
    VisitKind.VACCINATION: KindRule(1, time(14)),
    VisitKind.FOLLOW_UP: KindRule(1, time(14)),
    VisitKind.GENERAL: KindRule(1, time(14)),
    VisitKind.END_OF_LIFE: KindRule(1, time(14), enabled=False),
}


DEFAULT_SLOT_SIZE, LARGEST_SLOT_SIZE = 4, 60
MOST_CALLS_PER_DAY, MOST_CALLS_PER_MONTH = 20, 100


@dataclass(frozen=True, slots=True)
class CallRules:
    """A clinic's rules for calls, as stored; times are local to `zone`.

    `window_start`/`window_end` is the preferred window. `closed_weekdays` uses Monday = 0.
    `slot_size` is how many calls may start in a quarter of an hour while there is room (`domain.spreading`).
    `country` (ISO 3166 alpha-2) is that of numbers written without a country code. `life_answers` are what people of
    the clinic said that values of Neo's mean which this program doesn't know; `types` and `products` what they said of
    the practice's own words (`domain.practice_words`), by `plain` name; `known_sentences` are the fingerprints of those
    that count as not written (`domain.known_sentences`). `wrong_numbers` says since when a number is known as wrong,
    `contacts` what people said of one that Neo has (`domain.owner_numbers`). How often one number is called at most a
    day and in 30 days (`domain.often_called`); None: as often as it comes. `hours` is what the law says of when owners
    may be called;
    CALLING_HOURS_UNREADABLE where that can't be read. `automated`: a system makes the calls, not people. `consents` are
    (number, scope, kind) of what owners agreed to; they are read where calls without one are held.
    `max_attempts` is how often an owner is tried.
    """

    zone: ZoneInfo
    country: str = "US"
    window_start: time = time(9)
    window_end: time = time(19)
    kinds: Mapping[VisitKind, KindRule] = field(default_factory=lambda: dict(DEFAULT_KIND_RULES))
    closed_weekdays: frozenset[int] = frozenset()
    closed_days: frozenset[date] = frozenset()
    opted_out: frozenset[str] = frozenset()
    review: bool = False
    paused: bool = False
    slot_size: int = DEFAULT_SLOT_SIZE
    life_answers: frozenset[LifeAnswer] = frozenset()
    types: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)
    known_sentences: frozenset[str] = frozenset()
    wrong_numbers: Mapping[str, datetime] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    calls_per_day: int | None = None
    calls_per_month: int | None = None
    max_attempts: int = 3
    hours: CallingHours = field(default_factory=calling_hours)
    automated: bool = False
    hold_without_consent: bool = False
    consents: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def never_called(self) -> frozenset[str]:
        """The numbers that no call goes to, whoever decides."""
        return self.opted_out | self.wrong_numbers.keys()
