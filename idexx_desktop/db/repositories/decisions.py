"""What people of the clinic decided about visits; shared by its members, written by the database's functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.decisions import PersonChoice, PersonDecision
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.newer import NEWER_WORDS, is_known, read_as
from idexx_desktop.domain.visits import Visit, keys_of

# of two decisions, of a walk-in and of its appointment, the more careful one holds; of two alike the later one
CAREFUL = "CASE {choice} WHEN 'no_call' THEN 0 WHEN 'ignore' THEN 1 WHEN 'call_with_care' THEN 2 ELSE 3 END"
# for each of the visits `keys` the decision that holds: of those under its key and the one that it had as a walk-in,
# by the consultation that was read (`consultations`, in the same order) or is known of it
HOLDING = text(
    """
    WITH mine AS MATERIALIZED (
      SELECT visit_key, consultation_id FROM public.visits
      WHERE user_id = :user AND clinic_id = :clinic AND visit_key = ANY (CAST(:keys AS text[]))
    ), named AS MATERIALIZED (
      SELECT key, unnest(ARRAY[key, 'c:' || consultation]) AS name
      FROM unnest(CAST(:keys AS text[]), CAST(:consultations AS text[])) AS asked(key, consultation)
      UNION SELECT visit_key, 'c:' || consultation_id FROM mine
    )
    SELECT DISTINCT ON (named.key) named.key AS asked, d.*
    FROM named JOIN public.visit_decisions d ON d.visit_key = named.name
    WHERE d.clinic_id = :clinic AND d.undone_at IS NULL AND d.visit_key = ANY (ARRAY(SELECT name FROM named))
    ORDER BY named.key, <careful>, d.decided_at DESC, d.visit_key
""".replace("<careful>", CAREFUL.format(choice="d.choice"))
)
_DECIDE = text("""
    SELECT * FROM idexx_app.decide_visit(:clinic, :key, :choice, :why, :content_hash, :scheduled_for, :walk_in)
""")
_UNDO = text("SELECT idexx_app.undo_decision(:clinic, :key, :walk_in, CAST(:which AS uuid))")
_WITHDRAW = text("SELECT idexx_app.withdraw_decision(:clinic, :key)")


class DecisionRepository(ClinicRepository):
    """At most one decision per key holds; the earlier ones are kept. Who decides, and when, says the server.

    A visit that was a walk-in has two keys, and `consultation_id` finds the other: of two decisions the more careful
    one holds (no call, ignore, with care, call), of two alike the later one, until somebody decides anew.
    """

    def active(self, visit_key: str, consultation_id: str | None = None) -> PersonDecision | None:
        """The decision that holds for a visit."""
        return self._holding({visit_key: consultation_id}).get(visit_key)

    def of(self, visits: Iterable[Visit]) -> dict[str, PersonDecision]:
        """The decisions that hold for these visits, by their key; one without is absent."""
        return self._holding({visit.visit_key: visit.consultation_id for visit in visits})

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
        values = {
            **self._named(visit_key, consultation_id),
            "choice": str(choice),
            "why": why,
            "content_hash": content_hash,
            "scheduled_for": scheduled_for,
        }
        row = self._first(_DECIDE, values)
        if row is None:
            raise Failure(FailureCode.VISIT_NOT_SAVED, "somebody else is deciding about this visit")
        return person_decision(row)

    def undo(self, visit_key: str, consultation_id: str | None = None, which: str | None = None) -> bool:
        """Take one decision back, by its id, or the last one: what it replaced holds again. False if it holds no more.

        The earlier decision is as it was, with its author and time.
        """
        values = {**self._named(visit_key, consultation_id), "which": which}
        return bool(self._session.execute(_UNDO, values).scalar_one())

    def withdraw(self, visit_key: str, consultation_id: str | None = None) -> bool:
        """Let the rules decide: no decision holds any more. False where none did."""
        # each of them: any decision under either key holds no longer
        taken_back = [
            self._session.execute(_WITHDRAW, {"clinic": self._clinic, "key": key}).scalar_one()
            for key in keys_of(visit_key, consultation_id)
        ]
        return any(taken_back)

    def _named(self, visit_key: str, consultation_id: str | None) -> dict[str, Any]:
        walk_in = next(iter(keys_of(visit_key, consultation_id)[1:]), None)
        return {"clinic": self._clinic, "key": visit_key, "walk_in": walk_in}

    def _holding(self, consultation_of: Mapping[str, str | None]) -> dict[str, PersonDecision]:
        if not consultation_of:
            return {}
        values = {
            "user": self._user,
            "clinic": self._clinic,
            "keys": list(consultation_of),
            "consultations": list(consultation_of.values()),
        }
        return {row.asked: person_decision(row) for row in self._rows(HOLDING, values)}


def person_decision(row: Any, prefix: str = "") -> PersonDecision:
    """A row with the columns of `visit_decisions`, under this prefix, as the type that rules read."""

    def held(name: str) -> Any:
        return getattr(row, prefix + name)

    return PersonDecision(
        choice=read_as(PersonChoice, held("choice"), PersonChoice.NO_CALL),
        decided_by=held("decided_by_name"),
        decided_at=held("decided_at"),
        content_hash=held("content_hash"),
        why=held("why") if is_known(PersonChoice, held("choice")) else NEWER_WORDS,
        scheduled_for=held("scheduled_for"),
        id=str(held("id")),
    )
