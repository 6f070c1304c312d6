"""What Neo sends, by name and kind, and what its values mean; a clinic's, written by functions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, text

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.neo_fields import KnownField, NeoValue, SentField
from idexx_desktop.domain.newer import read_as
from idexx_desktop.domain.visits import About, Told

_FIELDS = table_of(clinic.NeoFieldRow)
_VALUES = table_of(clinic.NeoValueRow)
_NOTE_FIELDS = text("SELECT idexx_app.note_neo_fields(:clinic, CAST(:noted AS jsonb))")
_NOTE_VALUES = text("SELECT idexx_app.note_neo_values(:clinic, CAST(:noted AS jsonb))")
_ANSWER = text("SELECT idexx_app.answer_neo_value(:clinic, :value, :alive)")
_APART = ", "


class NeoFieldRepository(ClinicRepository):
    """The diary of fields, and the values that people are asked about. Who answered, and when, says the server."""

    def note(self, fields: Iterable[SentField]) -> None:
        """Write down fields as they are now; what is new only while the clinic's diary has room."""
        rows = [
            {
                "endpoint": field.endpoint,
                "name": field.name,
                "kinds": _APART.join(field.kinds),
                "absent": field.absent,
            }
            for field in fields
        ]
        if rows:
            self._session.execute(_NOTE_FIELDS, {"clinic": self._clinic, "noted": json.dumps(rows)})

    def fields(self) -> list[KnownField]:
        """The whole diary, by answer and name."""
        rows = self._rows(
            select(_FIELDS)
            .where(_FIELDS.c.clinic_id == self._clinic)
            .order_by(_FIELDS.c.endpoint, _FIELDS.c.name)
        )
        return [
            KnownField(
                row.endpoint,
                row.name,
                tuple(kind for kind in row.kinds.split(_APART) if kind),
                row.first_seen_at,
                row.last_seen_at,
                row.absent_since,
            )
            for row in rows
        ]

    def note_values(self, questions: Iterable[Told]) -> None:
        """Write down values that nobody here knows."""
        rows = [{"about": str(told.about), "name": told.name, "value": told.value} for told in questions]
        if rows:
            self._session.execute(_NOTE_VALUES, {"clinic": self._clinic, "noted": json.dumps(rows)})

    def values(self) -> list[NeoValue]:
        """Those values: the open questions first, then the newest."""
        rows = self._rows(select(_VALUES).where(_VALUES.c.clinic_id == self._clinic))
        found = [
            NeoValue(
                str(row.id),
                read_as(About, row.about, About.VISIT),
                row.name,
                row.value,
                row.first_seen_at,
                row.last_seen_at,
                row.is_alive,
                row.answered_by_name,
                row.answered_at,
            )
            for row in rows
        ]
        found.sort(key=lambda value: value.first_seen_at, reverse=True)
        return sorted(found, key=lambda value: not value.is_open)

    def answer(self, value_id: str, is_alive: bool | None) -> bool:
        """What a value means for every animal, None to ask again. False where there is no such question."""
        values = {"clinic": self._clinic, "value": UUID(value_id), "alive": is_alive}
        return bool(self._session.execute(_ANSWER, values).scalar_one())
