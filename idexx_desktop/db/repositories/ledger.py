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
    true,
    union_all,
)
from sqlalchemy.orm import Session

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.call_pages import OUTCOMES, SAME_VISIT
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.visit_pages import CALL_OF_VISIT, CALL_VISITS, DECISION, VISITS
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.handed_over import LOOKED_BACK, UNDER_WAY
from idexx_desktop.domain.ledger import (
    COMPLETED,
    ENDS,
    LIKE_UNDERSCORES,
    NOBODY,
    End,
    Leaked,
    Ledger,
    why_leaked,
)
from idexx_desktop.domain.others_calls import CANCELLED, FAILED, HANDED_OVER
from idexx_desktop.domain.reports import Days, TryGroup, VisitGroup
from idexx_desktop.domain.visits import VisitState

_LONGEST_REASON = 400
# a calling system makes its calls when they are due, or hours later
_MADE_WITHIN = timedelta(days=7)
_MOST_NAMED = 1_000


class LedgerRepository(ClinicRepository):
    """This user's visits of some days, or those of others that an admin reads."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._calls = host_tables(session).calls

    def ledger(self, days: Days, now: datetime) -> Ledger:
        """How many visits have which end, and those that have none: at most a thousand of them by name."""
        end = self._end(now)
        rows = self._rows(
            select(end.label("reads"), func.count().label("number"))
            .select_from(self._with_calls())
            .where(*self._of_days(days))
            .group_by("reads")
        )
        found = {End(row.reads): row.number for row in rows}
        ends = {each: found.get(each, 0) for each in End}
        return Ledger(ends, self._leaked(days, end) if ends[End.LEAK] else ())

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

    def _leaked(self, days: Days, end: ColumnElement[str]) -> tuple[Leaked, ...]:
        status = self._calls.c.status
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
        calls = self._calls
        same_call = and_(calls.c.id == CALL_VISITS.c.call_id, calls.c.user_id == VISITS.c.user_id)
        return VISITS.outerjoin(CALL_VISITS, CALL_OF_VISIT).outerjoin(calls, same_call)

    def _end(self, now: datetime) -> ColumnElement[str]:
        """As `domain.ledger.standing`; what is rare is looked up only where it matters."""
        calls, state = self._calls, VISITS.c.state
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
        return case(
            (calls.c.status == COMPLETED, _closed_as(self._ended_reason())),
            (and_(calls.c.status.in_((FAILED, *UNDER_WAY)), by_hand.is_not(None)), _closed_as(by_hand)),
            (state == str(VisitState.EXCLUDED), str(End.NOT_TO_BE_CALLED)),
            (state != str(VisitState.SCHEDULED), of_decision),
            (not_(is_gone), case((is_lost, str(End.LEAK)), else_=str(End.OPEN))),
            (shared_end.is_not(None), _closed_as(shared_end)),
            (shared.is_not(None), str(End.OPEN)),
            (_is_closed_by_person(), str(End.NOT_TO_BE_CALLED)),
            (others, str(End.OPEN)),
            else_=str(End.LEAK),
        )  # fmt: skip

    def _ended_reason(self) -> ColumnElement[str]:
        """The word that a completed call ended with, "" where it says none."""
        said = self._calls.c.get("ended_reason")
        noted: ColumnElement[str] = func.coalesce(self._last_outcome(), "")
        if said is None:
            return noted
        words = func.left(cast(said, Text), _LONGEST_REASON)
        return case((func.coalesce(words, "") != "", words), else_=noted)

    def _last_outcome(self) -> ColumnElement[Any]:
        return self._of_last_outcome(OUTCOMES.c.outcome)

    def _of_last_outcome(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return (
            select(column)
            .where(OUTCOMES.c.call_id == CALL_VISITS.c.call_id, OUTCOMES.c.undone_at.is_(None))
            .order_by(OUTCOMES.c.recorded_at.desc(), OUTCOMES.c.id.desc())
            .limit(1)
            .correlate(CALL_VISITS)
            .scalar_subquery()
        )

    def _ended_at(self) -> ColumnElement[Any]:
        """When the visit's own call ended, None where it has not."""
        calls = self._calls
        noted = self._of_last_outcome(OUTCOMES.c.recorded_at)
        ended = calls.c.get("ended_at")
        return case(
            (calls.c.status == COMPLETED, noted if ended is None else func.coalesce(ended, noted)),
            (calls.c.status.in_((FAILED, *UNDER_WAY)), noted),
        )

    def _by_people(self, days: Days) -> Any:
        made_at = OUTCOMES.c.recorded_at
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
        is_ours = false() if said is None else func.coalesce(cast(said, Text), "").in_(list(ENDS))
        about = select(CALL_VISITS.c.id).where(
            CALL_VISITS.c.call_id == calls.c.id,
            *self._of(days.whose, CALL_VISITS.c.user_id, CALL_VISITS.c.clinic_id),
        )
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
        )


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
    """As `domain.ledger.closed_as`."""
    ends = {end: [said for said, found in ENDS.items() if found is end] for end in set(ENDS.values())}
    ours = [(word.in_(list(map(str, words))), str(end)) for end, words in ends.items()]
    nobody = func.translate(func.lower(word), LIKE_UNDERSCORES, "__").in_(NOBODY)
    return case(*ours, (nobody, str(End.COULDNT_REACH)), else_=str(End.REACHED))


def _hour(when: ColumnElement[Any], zone: ZoneInfo) -> ColumnElement[int]:
    """By the clinic's clock."""
    return cast(extract("hour", func.timezone(zone.key, when)), Integer)
