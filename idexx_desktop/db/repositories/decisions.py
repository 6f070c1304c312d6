"""What people of the clinic decided about visits; shared by its members, written by the database's functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, func, select, text

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.decisions import PersonChoice, PersonDecision
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import Visit, keys_of

_DECISIONS = table_of(clinic.VisitDecision)
# the decisions that hold for visits under any of these keys, the last one last: see `newest`
HOLDING = (
    select(_DECISIONS)
    .where(
        _DECISIONS.c.clinic_id == bindparam("clinic"),
        _DECISIONS.c.visit_key == func.any(bindparam("keys", type_=ARRAY(Text))),
        _DECISIONS.c.undone_at.is_(None),
    )
    .order_by(_DECISIONS.c.decided_at, _DECISIONS.c.visit_key.desc())
)
_DECIDE = text("""
    SELECT * FROM idexx_app.decide_visit(:clinic, :key, :choice, :why, :content_hash, :scheduled_for)
""")
_WITHDRAW = text("SELECT idexx_app.withdraw_decision(:clinic, :key)")


class DecisionRepository(ClinicRepository):
    """At most one decision per key holds; the earlier ones are kept. Who decides, and when, says the server.

    A visit that was a walk-in has two keys: of two decisions the later one holds. `consultation_id` finds the other.
    """

    def active(self, visit_key: str, consultation_id: str | None = None) -> PersonDecision | None:
        """The decision that holds for a visit."""
        return self._holding({visit_key: keys_of(visit_key, consultation_id)}).get(visit_key)

    def of(self, visits: Iterable[Visit]) -> dict[str, PersonDecision]:
        """The decisions that hold for these visits, by their key; one without is absent."""
        return self._holding({visit.visit_key: visit.keys for visit in visits})

    def add(
        self,
        visit_key: str,
        choice: PersonChoice,
        *,
        content_hash: str,
        why: str = "",
        scheduled_for: datetime | None = None,
        consultation_id: str | None = None,
    ) -> PersonDecision:
        """Decide; an earlier decision no longer holds.

        VISIT_NOT_SAVED where a colleague decides about the same visit in the same instant, twice.
        """
        for earlier in keys_of(visit_key, consultation_id)[1:]:
            self.undo(earlier)
        values = {
            "clinic": self._clinic,
            "key": visit_key,
            "choice": str(choice),
            "why": why,
            "content_hash": content_hash,
            "scheduled_for": scheduled_for,
        }
        row = self._first(_DECIDE, values)
        if row is None:
            raise Failure(FailureCode.VISIT_NOT_SAVED, "somebody else is deciding about this visit")
        return person_decision(row)

    def undo(self, visit_key: str, consultation_id: str | None = None) -> bool:
        """Take the decision back. False where none holds."""
        # each of them: any decision under either key holds no longer
        taken_back = [
            self._session.execute(_WITHDRAW, {"clinic": self._clinic, "key": key}).scalar_one()
            for key in keys_of(visit_key, consultation_id)
        ]
        return any(taken_back)

    def _holding(self, keys_of_visits: Mapping[str, tuple[str, ...]]) -> dict[str, PersonDecision]:
        if not keys_of_visits:
            return {}
        keys = sorted({key for keys in keys_of_visits.values() for key in keys})
        return newest(self._rows(HOLDING, {"clinic": self._clinic, "keys": keys}), keys_of_visits)


def newest(rows: Iterable[Any], keys_of_visits: Mapping[str, tuple[str, ...]]) -> dict[str, PersonDecision]:
    """By visit the last of the decisions (rows of `HOLDING`) that stand under any of its keys."""
    by_key = {row.visit_key: (place, person_decision(row)) for place, row in enumerate(rows)}
    found = {
        visit: max((by_key[key] for key in keys if key in by_key), key=itemgetter(0))
        for visit, keys in keys_of_visits.items()
        if not by_key.keys().isdisjoint(keys)
    }
    return {visit: decision for visit, (_, decision) in found.items()}


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
