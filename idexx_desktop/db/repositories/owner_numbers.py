"""What people of a clinic said of owners' numbers, and how often these are called; written by functions only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, func, select, text

from idexx_desktop.db.models import table_of
from idexx_desktop.db.models.numbers import OwnerContactRow, WrongNumberRow
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS, VISITS
from idexx_desktop.domain.often_called import CallsBefore, CallTo
from idexx_desktop.domain.others_calls import HANDED_OVER, QUEUED
from idexx_desktop.domain.owner_numbers import Contact, OwnerContact, WrongNumber, contact_of

_WRONG = table_of(WrongNumberRow)
_CONTACTS = table_of(OwnerContactRow)
_TELL_WRONG = text("SELECT idexx_app.tell_wrong_number(:clinic, :phone)")
_IS_RIGHT = text("SELECT idexx_app.number_is_right(:clinic, :phone)")
_KEEP = text("SELECT idexx_app.keep_owner_contact(:clinic, :phone, :instead, :part)")
_OF_OTHERS = text("SELECT * FROM idexx_app.calls_to_numbers(:clinic, CAST(:numbers AS text[]), :since)")


class OwnerNumberRepository(ClinicRepository):
    """Numbers are in E.164. Who said it, and when, says the server."""

    def wrong(self) -> list[WrongNumber]:
        """The numbers that are wrong, the newest first."""
        holding = _WRONG.c.clinic_id == self._clinic, _WRONG.c.undone_at.is_(None)
        found = select(_WRONG).where(*holding).order_by(_WRONG.c.told_at.desc(), _WRONG.c.phone)
        return [WrongNumber(row.phone, row.told_at, row.told_by_name) for row in self._rows(found)]

    def tell_wrong(self, phone: str) -> bool:
        """Somebody else answers there. False where that is known, or the clinic knows too many."""
        return self._said(_TELL_WRONG, phone=phone)

    def is_right(self, phone: str) -> bool:
        """It is right after all. False where nobody said otherwise."""
        return self._said(_IS_RIGHT, phone=phone)

    def contacts(self) -> list[OwnerContact]:
        """What holds of numbers that Neo has, the newest first; what only a newer version understands is left out."""
        holding = _CONTACTS.c.clinic_id == self._clinic, _CONTACTS.c.withdrawn_at.is_(None)
        found = select(_CONTACTS).where(*holding).order_by(_CONTACTS.c.said_at.desc(), _CONTACTS.c.phone)
        return [
            OwnerContact(row.phone, contact, row.said_at, row.said_by_name)
            for row in self._rows(found)
            if (contact := contact_of(row.use_instead, row.suits)) != Contact()
        ]

    def keep(self, phone: str, contact: Contact) -> bool:
        """What holds of a number that Neo has, in place of what held before. False where that changes nothing."""
        return self._said(_KEEP, phone=phone, instead=contact.use_instead, part=contact.suits)

    def calls_before(self, numbers: Collection[str], since: datetime) -> CallsBefore:
        """The calls since then, and those that are queued, to these numbers; of other accounts only how many a day."""
        if not numbers:
            return CallsBefore()
        asked = {"numbers": sorted(numbers), "since": since, "clinic": self._clinic}
        others = {(row.phone, row.day): row.calls for row in self._rows(_OF_OTHERS, asked)}
        return CallsBefore(self._own(asked), others)

    def of_owner(self, client_id: str) -> list[str]:
        """The numbers at which one's own visits of this owner (as Neo names them) were to be called, newest first."""
        mine = VISITS.c.clinic_id == self._clinic, VISITS.c.user_id == self._user
        found = (
            select(VISITS.c.phone)
            .where(*mine, VISITS.c.client_id == client_id, VISITS.c.phone.is_not(None))
            .group_by(VISITS.c.phone)
            .order_by(func.max(VISITS.c.visit_at).desc().nulls_last(), VISITS.c.phone)
        )
        return [row.phone for row in self._rows(found)]

    def _own(self, asked: dict[str, Any]) -> tuple[CallTo, ...]:
        calls = host_tables(self._session).calls
        at = func.coalesce(calls.c.ended_at, calls.c.scheduled_for).label("at")
        is_about_a_visit = (
            select(CALL_VISITS.c.call_id)
            .where(
                CALL_VISITS.c.call_id == calls.c.id,
                CALL_VISITS.c.user_id == self._user,
                CALL_VISITS.c.clinic_id == self._clinic,
                CALL_VISITS.c.active,
            )
            .exists()
        )
        found = select(calls.c.id, calls.c.customer_phone, at).where(
            calls.c.user_id == self._user,
            calls.c.customer_phone == func.any(bindparam("numbers", type_=ARRAY(Text))),
            calls.c.scheduled_for >= bindparam("since"),
            calls.c.status.in_([QUEUED, *HANDED_OVER]),
            is_about_a_visit,
        )
        rows = self._rows(found, {"numbers": asked["numbers"], "since": asked["since"]})
        return tuple(CallTo(str(row.id), row.customer_phone, row.at) for row in rows)

    def _said(self, statement: Any, **values: Any) -> bool:
        return bool(self._session.execute(statement, {"clinic": self._clinic, **values}).scalar_one())
