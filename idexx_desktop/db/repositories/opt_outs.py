"""Numbers that the clinic must not call; shared by its members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.records import OptOut

_OPT_OUTS = table_of(clinic.OptOutRow)


class OptOutRepository(ClinicRepository):
    """Opt-outs by number (E.164). A withdrawn one is kept as a record."""

    def numbers(self) -> frozenset[str]:
        """The numbers that must not be called now."""
        return frozenset(row.phone for row in self._rows(select(_OPT_OUTS.c.phone).where(self._in_force())))

    def add(self, phone: str, why: str = "", *, now: datetime) -> bool:
        """Record an opt-out. False where the number has opted out already."""
        statement = (
            insert(_OPT_OUTS)
            .values(clinic_id=self._clinic, phone=phone, why=why, recorded_by=self._user, recorded_at=now)
            .on_conflict_do_nothing()
        )
        return self._changed(statement) > 0

    def withdraw(self, phone: str, *, now: datetime) -> bool:
        """The number may be called again. False where it had not opted out."""
        statement = update(_OPT_OUTS).where(self._in_force(), _OPT_OUTS.c.phone == phone)
        return self._changed(statement.values(withdrawn_at=now)) > 0

    def list(self) -> list[OptOut]:
        """The opt-outs in force, newest first. `recorded_by` is a user's id, "" once that account is gone."""
        newest = (_OPT_OUTS.c.recorded_at.desc(), _OPT_OUTS.c.phone)
        return [
            OptOut(row.phone, row.recorded_at, str(row.recorded_by or ""), row.why)
            for row in self._rows(select(_OPT_OUTS).where(self._in_force()).order_by(*newest))
        ]

    def _in_force(self) -> ColumnElement[bool]:
        return and_(_OPT_OUTS.c.clinic_id == self._clinic, _OPT_OUTS.c.withdrawn_at.is_(None))
