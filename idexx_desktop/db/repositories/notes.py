"""The texts of notes: the current one, and the one before it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, bindparam, case, delete
from sqlalchemy.dialects.postgresql import Insert, insert

from idexx_desktop.db.models import table_of, visits
from idexx_desktop.db.repositories.base import ClinicRepository

_NOTES = table_of(visits.VisitNotes)


def _put() -> Insert:
    statement = insert(_NOTES)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["clinic_id", "visit_key", "user_id"],
        set_={
            "current_text": new.current_text,
            # an empty text is not worth showing as what stood there before
            "previous_text": case(
                (_NOTES.c.current_text == "", _NOTES.c.previous_text), else_=_NOTES.c.current_text
            ),
            "changed_at": new.changed_at,
            "changed_after_call": _NOTES.c.changed_after_call | bindparam("after_call", type_=Boolean),
        },
        where=_NOTES.c.current_text != new.current_text,
    )


_PUT = _put()


class NotesRepository(ClinicRepository):
    """Notes of this user's visits, kept as long as the clinic's setting says."""

    def put(self, visit_key: str, text: str, *, now: datetime, call_already_scheduled: bool) -> bool:
        """Keep a visit's text; a changed one makes the former the previous. False where nothing changed.

        `call_already_scheduled` marks the change as one that a call may already have been prepared from.
        """
        values = {
            "clinic_id": self._clinic,
            "user_id": self._user,
            "visit_key": visit_key,
            "current_text": text,
            "first_read_at": now,
            "changed_at": now,
            "after_call": call_already_scheduled,
        }
        return self._changed(_PUT, values) > 0

    def purge(self, before: datetime) -> int:
        """Delete the texts that last changed before this instant; how many visits that were."""
        mine = _NOTES.c.user_id == self._user, _NOTES.c.clinic_id == self._clinic
        return self._changed(delete(_NOTES).where(*mine, _NOTES.c.changed_at < before))
