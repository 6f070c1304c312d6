"""What people tell of pets that died; a clinic's, written by the database's functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, text

from idexx_desktop.db.models import deaths, table_of
from idexx_desktop.db.repositories.base import ClinicRepository, one_of
from idexx_desktop.domain.households import Member
from idexx_desktop.domain.told_deaths import ToldDeath

_DEATHS, _ACTS = table_of(deaths.DeathRow), table_of(deaths.DeathAct)
_TELL = text("SELECT idexx_app.tell_death(:clinic, :visit)")
_OF_VISIT = text("SELECT * FROM idexx_app.deaths_of_visit(:clinic, :visit)")
_CONCERNED = text("SELECT visit_key FROM idexx_app.visits_of_deaths(:clinic, CAST(:which AS uuid[]))")
_MISJUDGED = text("SELECT visit_key FROM idexx_app.misjudged_visits(:clinic)")
_WITHDRAW = text("SELECT idexx_app.withdraw_death(:clinic, :which)")
_NOTE_CARD = text("SELECT idexx_app.note_card(:clinic, :which, :sent)")
_STOP = text("SELECT idexx_app.stop_calls_of_dead(:clinic)")
_WITHDRAWN, _CARD_SENT = "withdrawn", "card_sent"


class DeathRepository(ClinicRepository):
    """Who told it, and when, says the server."""

    def tell(self, visit_key: str) -> str | None:
        """That the pet of a visit of one's own has died. None where that is known, or there is no such visit."""
        values = {"clinic": self._clinic, "visit": visit_key}
        told = self._session.execute(_TELL, values).scalar_one()
        return None if told is None else str(told)

    def withdraw(self, death_id: str) -> bool:
        """It was a mistake. False where it doesn't stand any more."""
        values = {"clinic": self._clinic, "which": UUID(death_id)}
        return bool(self._session.execute(_WITHDRAW, values).scalar_one())

    def note_card(self, death_id: str, *, sent: bool) -> bool:
        """Whether the owner was sent a card. False where that is known."""
        values = {"clinic": self._clinic, "which": UUID(death_id), "sent": sent}
        return bool(self._session.execute(_NOTE_CARD, values).scalar_one())

    def stop_calls(self) -> int:
        """Stop the queued calls of pets that have died, in all accounts of the clinic; how many.

        It waits for nobody: what somebody is at work on is stopped the next time.
        """
        return int(self._session.execute(_STOP, {"clinic": self._clinic}).scalar_one())

    def of_visit(self, visit_key: str) -> list[ToldDeath]:
        """What stands of the pet of a visit of one's own, the first one first."""
        return [_told(row) for row in self._rows(_OF_VISIT, {"clinic": self._clinic, "visit": visit_key})]

    def near(self, members: Collection[Member], keys: Iterable[str]) -> list[ToldDeath]:
        """What stands and may be of these visits' pets, or of their owners: see `ToldDeath.is_of` and `concerns`.

        `keys`: those of the visits, and of the walk-ins that they were.
        """
        if not members:
            return []
        found: dict[str, set[str | None]] = {
            "patient_id": {member.patient_id for member in members},
            "client_id": {member.client_id for member in members},
            "phone": {member.phone for member in members},
            "visit_key": set(keys),
        }
        anywhere = or_(*(_DEATHS.c[name] == one_of(values - {None}) for name, values in found.items()))
        return [_told(row) for row in self._rows(select(_DEATHS).where(self._stand(), anywhere))]

    def without_card(self) -> list[ToldDeath]:
        """The deaths that stand, and of which nobody said that a card was sent; the oldest first."""
        last = (
            select(_ACTS.c.act)
            .where(_ACTS.c.death_id == _DEATHS.c.id, _ACTS.c.act != _WITHDRAWN)
            .order_by(_ACTS.c.done_at.desc(), _ACTS.c.id)
            .limit(1)
            .correlate(_DEATHS)
            .scalar_subquery()
        )
        unsent = select(_DEATHS).where(self._stand(), last.is_distinct_from(_CARD_SENT))
        return [_told(row) for row in self._rows(unsent.order_by(_DEATHS.c.told_at, _DEATHS.c.id))]

    def concerned(self, death_ids: Collection[str]) -> frozenset[str]:
        """The keys of one's own visits that are to be decided on again because of these deaths."""
        values = {"clinic": self._clinic, "which": [UUID(each) for each in death_ids]}
        return frozenset(row.visit_key for row in self._rows(_CONCERNED, values))

    def misjudged(self) -> frozenset[str]:
        """The keys of one's own visits that say of a death what their program has not decided, or nobody any more."""
        return frozenset(row.visit_key for row in self._rows(_MISJUDGED, {"clinic": self._clinic}))

    def _stand(self) -> ColumnElement[bool]:
        back = select(_ACTS.c.id).where(_ACTS.c.death_id == _DEATHS.c.id, _ACTS.c.act == _WITHDRAWN)
        return and_(_DEATHS.c.clinic_id == self._clinic, ~back.correlate(_DEATHS).exists())


def _told(row: Any) -> ToldDeath:
    pet = Member(
        row.visit_key,
        date.min,  # a pet is the same on every day
        row.client_id,
        row.branch,
        row.phone,
        row.owner_name,
        row.patient_id,
        row.patient_name,
    )
    return ToldDeath(str(row.id), pet, row.told_by_name, row.told_at)
