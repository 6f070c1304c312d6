"""What people of the clinic decided about visits; shared by its members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository, one_of
from idexx_desktop.domain.decisions import PersonChoice, PersonDecision
from idexx_desktop.domain.failures import Failure, FailureCode

_DECISIONS = table_of(clinic.VisitDecision)


class DecisionRepository(ClinicRepository):
    """At most one decision per visit holds; the earlier ones are kept."""

    def active(self, visit_key: str) -> PersonDecision | None:
        """The decision that holds for a visit."""
        row = self._first(select(_DECISIONS).where(self._holds(visit_key)))
        return None if row is None else person_decision(row)

    def of(self, visit_keys: Collection[str]) -> dict[str, PersonDecision]:
        """The decisions that hold for these visits; one without is absent."""
        if not visit_keys:
            return {}
        mine = _DECISIONS.c.clinic_id == self._clinic, _DECISIONS.c.undone_at.is_(None)
        rows = self._rows(select(_DECISIONS).where(*mine, _DECISIONS.c.visit_key == one_of(visit_keys)))
        return {row.visit_key: person_decision(row) for row in rows}

    def add(
        self,
        visit_key: str,
        choice: PersonChoice,
        *,
        by: str,
        content_hash: str,
        now: datetime,
        why: str = "",
        scheduled_for: datetime | None = None,
    ) -> PersonDecision:
        """Decide; an earlier decision no longer holds. `by` is the person's name.

        VISIT_NOT_SAVED where a colleague decides about the same visit in the same instant, twice.
        """
        statement = (
            insert(_DECISIONS)
            .values(
                clinic_id=self._clinic,
                visit_key=visit_key,
                choice=str(choice),
                why=why,
                decided_by=self._user,
                decided_by_name=by,
                decided_at=now,
                content_hash=content_hash,
                scheduled_for=scheduled_for,
            )
            .on_conflict_do_nothing()
            .returning(*_DECISIONS.c)
        )
        for _ in range(2):
            self.undo(visit_key, now=now)
            row = self._first(statement)
            if row is not None:
                return person_decision(row)
        raise Failure(FailureCode.VISIT_NOT_SAVED, "somebody else is deciding about this visit")

    def undo(self, visit_key: str, *, now: datetime) -> bool:
        """Take the decision back. False where none holds."""
        return self._changed(update(_DECISIONS).where(self._holds(visit_key)).values(undone_at=now)) > 0

    def _holds(self, visit_key: str) -> ColumnElement[bool]:
        return and_(
            _DECISIONS.c.clinic_id == self._clinic,
            _DECISIONS.c.visit_key == visit_key,
            _DECISIONS.c.undone_at.is_(None),
        )


def person_decision(row: Any) -> PersonDecision:
    """A row with the columns of `visit_decisions` as the type that rules read."""
    return PersonDecision(
        choice=PersonChoice(row.choice),
        decided_by=row.decided_by_name,
        decided_at=row.decided_at,
        content_hash=row.content_hash,
        why=row.why,
        scheduled_for=row.scheduled_for,
    )
