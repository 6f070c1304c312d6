"""How often owners were called, and what came of it: by visit, whatever call it was, and by call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, FromClause, and_, func, literal, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from idexx_desktop.db.models import table_of, visits
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS, VISITS
from idexx_desktop.domain.attempts import TRIES, ClosedAs, closed_as
from idexx_desktop.domain.call_questions import Answered
from idexx_desktop.domain.others_calls import CANCELLED, HANDED_OVER, QUEUED
from idexx_desktop.domain.records import CallOutcome

OUTCOMES = table_of(visits.CallOutcomeRow)
_AGREED = table_of(visits.CallAgreement)
_LATER = _AGREED.alias("said_later")
# of what was said of a call the last word
_LAST = not_(
    select(_LATER.c.id)
    .where(_LATER.c.call_id == _AGREED.c.call_id, _LATER.c.place > _AGREED.c.place)
    .correlate(_AGREED)
    .exists()
)
_ON = CALL_VISITS.alias("tried_visits")


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a call (`outcomes`), and of all calls about its visits (`attempts`), the first one first."""

    outcomes: tuple[CallOutcome, ...] = ()
    attempts: tuple[CallOutcome, ...] = ()
    agreed: bool = False

    def closed_as(self, status: str, ended_reason: str) -> ClosedAs | None:
        """What the call ended as: by its row, or by what a person did who called where a calling system couldn't."""
        if self.outcomes and status not in (QUEUED, CANCELLED):
            return closed_as(HANDED_OVER[-1], self.outcomes[-1].outcome)
        return closed_as(status, ended_reason)


NOT_TRIED = Tried()


def is_agreed(call: ColumnElement[UUID], calls: FromClause) -> ColumnElement[bool]:
    """Whether it was agreed of a call, a column of `calls`, that its owner couldn't be reached."""
    found = select(_AGREED.c.id).where(_AGREED.c.call_id == call, _LAST, _AGREED.c.agreed)
    return found.correlate(calls).exists()


def tried_by_call(
    session: Session,
    call_ids: Collection[UUID],
    answers_of: Callable[[list[UUID]], Mapping[UUID, tuple[Answered, ...]]],
) -> dict[UUID, Tried]:
    """What came of these calls; one of which nothing did is left out. `answers_of`: what was answered, by try."""
    if not call_ids:
        return {}
    which, same_visit = (
        CALL_VISITS.c.call_id.in_(call_ids),
        and_(
            _ON.c.clinic_id == CALL_VISITS.c.clinic_id,
            _ON.c.visit_key == CALL_VISITS.c.visit_key,
            _ON.c.user_id == CALL_VISITS.c.user_id,
        ),
    )
    found = (
        select(CALL_VISITS.c.call_id.label("about"), *OUTCOMES.c)
        .distinct()
        .select_from(CALL_VISITS.join(_ON, same_visit).join(OUTCOMES, OUTCOMES.c.call_id == _ON.c.call_id))
        .where(which, OUTCOMES.c.undone_at.is_(None))
        .order_by(OUTCOMES.c.recorded_at, OUTCOMES.c.id)
    )
    agreed_of = select(_AGREED.c.call_id).where(_AGREED.c.call_id.in_(call_ids), _LAST, _AGREED.c.agreed)
    agreed = set(session.scalars(agreed_of))
    of_call: dict[UUID, list[Any]] = {}
    for row in session.execute(found):
        of_call.setdefault(row.about, []).append(row)
    answers = answers_of([row.id for rows in of_call.values() for row in rows])
    return {
        call: Tried(
            tuple(_outcome(row, answers.get(row.id, ())) for row in rows if row.call_id == call),
            tuple(_outcome(row, answers.get(row.id, ())) for row in rows),
            call in agreed,
        )
        for call, rows in of_call.items()
    }


def _outcome(row: Any, answers: tuple[Answered, ...]) -> CallOutcome:
    is_systems = row.source == "system"
    return CallOutcome(
        row.outcome,
        row.recorded_by,
        row.recorded_at,
        row.note,
        answers,
        row.number,
        row.made_by,
        row.made_at,
        is_systems,
    )


def tries_of_visit(user: UUID, clinic: UUID) -> ColumnElement[Any]:
    """An array of instants, the first one first, for a statement over `VISITS`."""
    walk_in = literal("c:").op("||")(VISITS.c.consultation_id)
    when = func.coalesce(OUTCOMES.c.made_at, OUTCOMES.c.recorded_at)
    found = (
        select(OUTCOMES.c.id, when.label("at"))
        .join(_ON, and_(_ON.c.call_id == OUTCOMES.c.call_id, _ON.c.user_id == OUTCOMES.c.user_id))
        .where(
            _ON.c.clinic_id == clinic,
            _ON.c.user_id == user,
            or_(_ON.c.visit_key == VISITS.c.visit_key, _ON.c.visit_key == walk_in),
            OUTCOMES.c.undone_at.is_(None),
            OUTCOMES.c.outcome.in_([str(kind) for kind in TRIES]),
        )
        .distinct()
        .correlate(VISITS)
        .subquery("tried")
    )
    listed = select(func.array_agg(found.c.at, type_=ARRAY(DateTime(timezone=True))).label("at")).select_from(
        found
    )
    return func.coalesce(listed.scalar_subquery(), literal([], ARRAY(DateTime(timezone=True))))
