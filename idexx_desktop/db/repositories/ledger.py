"""Ends of visits and tries of calls, computed and counted by the database: as `domain.ledger` says of one visit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Join,
    Select,
    TableClause,
    Text,
    and_,
    case,
    cast,
    extract,
    false,
    func,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from idexx_desktop.db.models import concerns, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.call_pages import SAME_VISIT
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.tries import OUTCOMES, is_agreed
from idexx_desktop.db.repositories.visit_pages import CALL_OF_VISIT, CALL_VISITS, DECISION, VISITS
from idexx_desktop.domain.attempts import NOT_AGAIN, TRIES, UNREACHED
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import LOOKED_BACK, UNDER_WAY
from idexx_desktop.domain.ledger import (
    COMPLETED,
    OURS,
    End,
    Leaked,
    Ledger,
    why_leaked,
)
from idexx_desktop.domain.others_calls import CANCELLED, FAILED, HANDED_OVER, QUEUED
from idexx_desktop.domain.reports import Concerns, Days, TryGroup, VisitGroup
from idexx_desktop.domain.visits import VisitState

_CONCERNS = table_of(concerns.ConcernRow)
# what most calls end with, so that nothing else is computed for them
_PLAIN = (
    ((str(CallOutcomeKind.REACHED_WELL), str(CallOutcomeKind.REACHED_CONCERN)), End.REACHED),
    (tuple(map(str, TRIES)), End.COULDNT_REACH),
)
# compiling takes longer than what it is for; indexes are read as quickly as tables; a month fits into memory
_FOR_MANY = text("""
    SELECT set_config('jit', 'off', true), set_config('random_page_cost', '1.1', true),
      set_config('work_mem', '64MB', true), set_config('statement_timeout', '300000', true)
""")
_LONGEST_REASON = 400
# a calling system makes its calls when they are due, or hours later
_MADE_WITHIN = timedelta(days=7)
_MOST_NAMED = 1_000


class LedgerRepository(ClinicRepository):
    """This user's visits of some days, or those of others that an admin reads."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._calls = host_tables(session).calls
        self._own = _own_call(self._calls)

    def plan_for_many(self) -> None:
        """For this transaction: the server's usual guesses are for disks that turn, and for statements that are few."""
        self._session.execute(_FOR_MANY)

    def ledger(self, days: Days, now: datetime) -> Ledger:
        """How many visits have which end, and those that have none: at most a thousand of them by name."""
        end = self._end(now)
        asked = case((end == str(End.COULDNT_REACH), self._waits_for_agreement()), else_=false())
        rows = self._rows(
            select(end.label("reads"), asked.label("asked"), func.count().label("number"))
            .select_from(self._with_calls())
            .where(*self._of_days(days))
            .group_by("reads", "asked")
        )
        ends = {each: sum(row.number for row in rows if row.reads == each) for each in End}
        to_agree = sum(row.number for row in rows if row.asked)
        return Ledger(ends, self._leaked(days, end) if ends[End.LEAK] else (), to_agree)

    def visit_groups(self, days: Days, zone: ZoneInfo, now: datetime) -> list[VisitGroup]:
        """The visits, counted by kind, provider, end, and the hour at which their calls ended."""
        hour = _hour(self._ended_at(), zone)
        columns = (VISITS.c.kind, VISITS.c.provider, hour.label("hour"), self._end(now).label("reads"))
        rows = self._rows(
            select(*columns, func.count().label("number"))
            .select_from(self._with_calls())
            .where(*self._of_days(days))
            .group_by(VISITS.c.kind, VISITS.c.provider, "hour", "reads")
        )
        return [VisitGroup(row.kind, row.provider, row.hour, End(row.reads), row.number) for row in rows]

    def try_groups(self, days: Days, zone: ZoneInfo) -> list[TryGroup]:
        """The tries that were made in these days, by people and by calling systems."""
        tries = union_all(self._by_people(days), self._by_systems(days)).subquery("tries")
        first = _first_visit(tries)
        hour = _hour(tries.c.made_at, zone)
        rows = self._rows(
            select(
                func.coalesce(first.c.kind, "").label("kind"),
                func.coalesce(first.c.provider, "").label("provider"),
                hour.label("hour"),
                func.count().label("number"),
            )
            .select_from(tries.outerjoin(first, true()))
            .group_by("kind", "provider", "hour")
        )
        return [TryGroup(row.kind, row.provider, row.hour, row.number) for row in rows]

    def concerns(self, days: Days) -> Concerns:
        """The clinic's: how many nobody has answered, however old; how long it took for those of these days."""
        asked = self._of(days.whose, _CONCERNS.c.opened_by, _CONCERNS.c.clinic_id)
        whose = [_CONCERNS.c.clinic_id == self._clinic] if days.whose is None else asked
        closed_at, opened_at = _CONCERNS.c.closed_at, _CONCERNS.c.opened_at
        minutes = extract("epoch", closed_at - opened_at) / 60
        median = func.percentile_cont(0.5).within_group(minutes).filter(opened_at >= days.since)
        row = self._first(
            select(func.count().filter(closed_at.is_(None)).label("open"), median.label("median")).where(
                *whose, _CONCERNS.c.undone_at.is_(None), opened_at < days.until
            )
        )
        return Concerns(row.open, None if row.median is None else round(float(row.median), 1))

    def _waits_for_agreement(self) -> ColumnElement[bool]:
        """Whether somebody has to agree to what the visit's own call ended as, as `OutcomeRepository.to_agree`."""
        of_call = OUTCOMES.c.call_id == self._own.c.call_id
        tried = select(OUTCOMES.c.id).where(
            of_call, OUTCOMES.c.undone_at.is_(None), OUTCOMES.c.due_before.is_not(None)
        )
        return and_(
            self._own.c.status == COMPLETED,
            self._ended_reason().in_([str(kind) for kind in TRIES]),
            _is_one(tried.correlate(self._own)),
            not_(is_agreed(self._own.c.call_id, self._own)),
        )

    def _leaked(self, days: Days, end: ColumnElement[str]) -> tuple[Leaked, ...]:
        status = self._own.c.status
        rows = self._rows(
            select(
                VISITS.c.visit_key, VISITS.c.patient_name, VISITS.c.owner_name, VISITS.c.visit_at,
                cast(status, Text).label("call_status"),
            )
            .select_from(self._with_calls())
            .where(*self._of_days(days), end == str(End.LEAK))
            .order_by(VISITS.c.visit_at.desc(), VISITS.c.visit_key)
            .limit(_MOST_NAMED)
        )  # fmt: skip
        return tuple(
            Leaked(row.visit_key, row.patient_name, row.owner_name, row.visit_at, why_leaked(row.call_status))
            for row in rows
        )

    def _of_days(self, days: Days) -> list[ColumnElement[bool]]:
        """A visit without a time counts on the day on which it was first read of."""
        of_time = and_(VISITS.c.visit_at >= days.since, VISITS.c.visit_at < days.until)
        first_read = and_(VISITS.c.first_seen_at >= days.since, VISITS.c.first_seen_at < days.until)
        whose = self._of(days.whose, VISITS.c.user_id, VISITS.c.clinic_id)
        return [*whose, or_(of_time, and_(VISITS.c.visit_at.is_(None), first_read))]

    def _with_calls(self) -> Join:
        return VISITS.outerjoin(self._own, true())

    def _end(self, now: datetime) -> ColumnElement[str]:
        """As `domain.ledger.standing`; what is rare is looked up only where it matters."""
        calls, state = self._own, VISITS.c.state
        by_hand = self._last_outcome()
        of_decision = case((_is_closed_by_person(), str(End.NOT_TO_BE_CALLED)), else_=str(End.OPEN))
        others = VISITS.c.others_call.is_not(None)
        shared = case((others, func.idexx_app.shared_call(VISITS.c.id)))
        shared_end = case((others, func.idexx_app.shared_call_end(VISITS.c.id)))
        is_gone = or_(calls.c.status.is_(None), calls.c.status == CANCELLED)
        is_lost = or_(
            and_(calls.c.status != FAILED, calls.c.scheduled_for.is_(None)),
            and_(calls.c.status.in_(UNDER_WAY), calls.c.scheduled_for < now - LOOKED_BACK),
        )
        said = calls.c.get("ended_reason")
        in_our_words = [] if said is None else [(cast(said, Text).in_(words), end) for words, end in _PLAIN]
        return case(
            *((and_(calls.c.status == COMPLETED, is_said), str(end)) for is_said, end in in_our_words),
            (calls.c.status == COMPLETED, _closed_as(self._ended_reason())),
            (and_(calls.c.status.in_((FAILED, *UNDER_WAY)), by_hand.is_not(None)), _closed_as(by_hand)),
            (state == str(VisitState.EXCLUDED), str(End.NOT_TO_BE_CALLED)),
            (state != str(VisitState.SCHEDULED), of_decision),
            (not_(is_gone), case((is_lost, str(End.LEAK)), else_=str(End.OPEN))),
            (shared_end.is_not(None), _closed_as(shared_end)),
            (shared.in_((QUEUED, FAILED, *HANDED_OVER)), str(End.OPEN)),
            (_is_closed_by_person(), str(End.NOT_TO_BE_CALLED)),
            (others, str(End.OPEN)),
            else_=str(End.LEAK),
        )  # fmt: skip

    def _ended_reason(self) -> ColumnElement[str]:
        """The word that a completed call ended with, "" where it says none."""
        said = self._own.c.get("ended_reason")
        noted: ColumnElement[str] = func.coalesce(self._last_outcome(), "")
        if said is None:
            return noted
        words = func.coalesce(func.left(cast(said, Text), _LONGEST_REASON), "")
        # what we wrote there ourselves is the last word of somebody's
        return case((words.in_(OURS), words), (noted != "", noted), else_=words)

    def _last_outcome(self) -> ColumnElement[Any]:
        return self._of_last_outcome(OUTCOMES.c.outcome)

    def _of_last_outcome(self, column: ColumnElement[Any], *more: ColumnElement[bool]) -> ColumnElement[Any]:
        return (
            select(column)
            .where(OUTCOMES.c.call_id == self._own.c.call_id, OUTCOMES.c.undone_at.is_(None), *more)
            .order_by(OUTCOMES.c.recorded_at.desc(), OUTCOMES.c.id.desc())
            .limit(1)
            .correlate(self._own)
            .scalar_subquery()
        )

    def _ended_at(self) -> ColumnElement[Any]:
        """When the visit's own call ended, None where it has not."""
        calls = self._own
        made = func.coalesce(OUTCOMES.c.made_at, OUTCOMES.c.recorded_at)
        noted, ended = self._of_last_outcome(made), calls.c.get("ended_at")
        claimed = self._of_last_outcome(OUTCOMES.c.made_at, OUTCOMES.c.made_at.is_not(None))
        return case(
            (calls.c.status == COMPLETED, noted if ended is None else func.coalesce(claimed, ended, noted)),
            (calls.c.status.in_((FAILED, *UNDER_WAY)), noted),
        )

    def _by_people(self, days: Days) -> Any:
        # as the index has it: row security lets none be used for what the server takes for leaky, as it does COALESCE
        made_at = case((OUTCOMES.c.made_at.is_(None), OUTCOMES.c.recorded_at), else_=OUTCOMES.c.made_at)
        return select(OUTCOMES.c.call_id, OUTCOMES.c.user_id, made_at.label("made_at")).where(
            *self._of(days.whose, OUTCOMES.c.user_id, OUTCOMES.c.clinic_id),
            OUTCOMES.c.undone_at.is_(None),
            made_at >= days.since,
            made_at < days.until,
        )

    def _by_systems(self, days: Days) -> Any:
        """A call that a calling system had: one whose end isn't in our words."""
        calls = self._calls
        times = [calls.c[name] for name in ("started_at", "ended_at") if name in calls.c]
        made_at = func.coalesce(*times, calls.c.scheduled_for)
        said = calls.c.get("ended_reason")
        is_ours = false() if said is None else func.coalesce(cast(said, Text), "").in_(OURS)
        about = select(CALL_VISITS.c.id).where(
            CALL_VISITS.c.call_id == calls.c.id,
            *self._of(days.whose, CALL_VISITS.c.user_id, CALL_VISITS.c.clinic_id),
        )
        noted = select(OUTCOMES.c.id).where(OUTCOMES.c.call_id == calls.c.id, OUTCOMES.c.source == "system")
        user = self._user if days.whose is None else days.whose.user_id and UUID(days.whose.user_id)
        return select(calls.c.id.label("call_id"), calls.c.user_id, made_at.label("made_at")).where(
            calls.c.user_id == user if user else true(),
            calls.c.scheduled_for >= days.since - _MADE_WITHIN,
            calls.c.scheduled_for < days.until + _MADE_WITHIN,
            calls.c.status.in_((FAILED, *HANDED_OVER)),
            not_(is_ours),
            made_at >= days.since,
            made_at < days.until,
            about.correlate(calls).exists(),
            not_(noted.correlate(calls).exists()),
        )


def _own_call(calls: TableClause) -> FromClause:
    """The call that a visit is on, one at most, found by itself: joined as a whole, every call would be read."""
    told = ("status", "scheduled_for", "ended_reason", "ended_at")
    return (
        select(CALL_VISITS.c.call_id, *(calls.c[name] for name in told if name in calls.c))
        .join(calls, and_(calls.c.id == CALL_VISITS.c.call_id, calls.c.user_id == CALL_VISITS.c.user_id))
        .where(CALL_OF_VISIT)
        .limit(1)
        .correlate(VISITS)
        .lateral("own_call")
    )


def _is_one(found: Select[Any]) -> ColumnElement[bool]:
    """Whether there is a row; asked for each by itself."""
    return found.limit(1).scalar_subquery().is_not(None)


def _first_visit(tries: FromClause) -> FromClause:
    """The visit that a call is told by: the first of those on it, or of those that were."""
    return (
        select(VISITS.c.kind, VISITS.c.provider)
        .select_from(CALL_VISITS.join(VISITS, SAME_VISIT))
        .where(CALL_VISITS.c.call_id == tries.c.call_id, CALL_VISITS.c.user_id == tries.c.user_id)
        .order_by(CALL_VISITS.c.active.desc(), VISITS.c.visit_at, VISITS.c.visit_key)
        .limit(1)
        .correlate(tries)
        .lateral("first_visit")
    )


def _is_closed_by_person() -> ColumnElement[bool]:
    """Whether somebody of the clinic said not to call, or that nothing is to be done."""
    choice = select(DECISION.c.choice).correlate(VISITS).scalar_subquery()
    return func.coalesce(choice.in_([str(PersonChoice.NO_CALL), str(PersonChoice.IGNORE)]), False)


def _closed_as(word: ColumnElement[str]) -> ColumnElement[str]:
    """As `domain.attempts.closed_as` of a completed call."""
    plain = func.translate(func.lower(word), "- ", "__")
    return case(
        (word.in_(list(map(str, NOT_AGAIN))), str(End.NOT_TO_BE_CALLED)),
        (plain.in_(sorted(UNREACHED)), str(End.COULDNT_REACH)),
        else_=str(End.REACHED),
    )


def _hour(when: ColumnElement[Any], zone: ZoneInfo) -> ColumnElement[int]:
    """By the clinic's clock."""
    return cast(extract("hour", func.timezone(zone.key, when)), Integer)
