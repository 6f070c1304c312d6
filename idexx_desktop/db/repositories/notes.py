"""The texts of notes: the current one, and the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Boolean, bindparam, case, delete
from sqlalchemy.dialects.postgresql import Insert

from idexx_desktop.db.models import table_of, visits
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.rows import as_rows, insert_rows
from idexx_desktop.db.trips import write

_NOTES = table_of(visits.VisitNotes)


_COLUMNS = ("clinic_id", "user_id", "visit_key", "current_text", "first_read_at", "changed_at")


def _put() -> Insert:
    statement = insert_rows(_NOTES, _COLUMNS)
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

    def put(self, texts: Mapping[str, str], *, now: datetime, call_already_scheduled: bool) -> None:
        """Keep the texts of visits, by key; a changed one makes the former the previous.

        `call_already_scheduled` marks the changes as ones that a call may already have been prepared from.
        """
        rows = [
            {
                "clinic_id": self._clinic,
                "user_id": self._user,
                "visit_key": visit_key,
                "current_text": text,
                "first_read_at": now,
                "changed_at": now,
            }
            for visit_key, text in texts.items()
        ]
        if rows:
            write(self._session, _PUT, {"rows": as_rows(rows), "after_call": call_already_scheduled})

    def purge(self, before: datetime) -> int:
        """Delete the texts that last changed before this instant; how many visits that were."""
        mine = _NOTES.c.user_id == self._user, _NOTES.c.clinic_id == self._clinic
        return self._changed(delete(_NOTES).where(*mine, _NOTES.c.changed_at < before))
