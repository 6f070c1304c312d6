"""Numbers that the clinic must not call; shared by its members, written by the database's functions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select, text

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.records import OptOut

_OPT_OUTS = table_of(clinic.OptOutRow)
_RECORD = text("SELECT idexx_app.record_opt_out(:clinic, :phone, :why)")
_STOP = text("SELECT idexx_app.stop_opted_out_calls(:clinic)")
_WITHDRAW = text("SELECT idexx_app.withdraw_opt_out(:clinic, :phone)")


class OptOutRepository(ClinicRepository):
    """Opt-outs by number (E.164). A withdrawn one is kept as a record. Who recorded it, and when, says the server."""

    def numbers(self) -> frozenset[str]:
        """The numbers that must not be called now."""
        return frozenset(row.phone for row in self._rows(select(_OPT_OUTS.c.phone).where(self._in_force())))

    def add(self, phone: str, why: str = "") -> bool:
        """Record an opt-out. False where the number has opted out already."""
        values = {"clinic": self._clinic, "phone": phone, "why": why}
        return bool(self._session.execute(_RECORD, values).scalar_one())

    def stop_calls(self) -> int:
        """Take back what colleagues have queued for numbers that opted out; how many. One's own the rules take back."""
        return int(self._session.execute(_STOP, {"clinic": self._clinic}).scalar_one())

    def withdraw(self, phone: str) -> bool:
        """The number may be called again. False where it had not opted out."""
        values = {"clinic": self._clinic, "phone": phone}
        return bool(self._session.execute(_WITHDRAW, values).scalar_one())

    def list(self) -> list[OptOut]:
        """The opt-outs in force, newest first. `recorded_by` is the person's name."""
        newest = (_OPT_OUTS.c.recorded_at.desc(), _OPT_OUTS.c.phone)
        return [
            OptOut(row.phone, row.recorded_at, row.recorded_by_name, row.why)
            for row in self._rows(select(_OPT_OUTS).where(self._in_force()).order_by(*newest))
        ]

    def _in_force(self) -> ColumnElement[bool]:
        return and_(_OPT_OUTS.c.clinic_id == self._clinic, _OPT_OUTS.c.withdrawn_at.is_(None))
