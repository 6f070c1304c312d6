"""When the clinic syncs; shared by its members."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.records import ScheduleRecord

_SCHEDULES = table_of(clinic.SyncSchedule)
_SETTINGS = table_of(clinic.ClinicSettings)


class ScheduleRepository(ClinicRepository):
    """The clinic's one schedule."""

    def get(self) -> ScheduleRecord:
        """The schedule; the defaults where the clinic has none yet."""
        row = self._first(select(_SCHEDULES).where(_SCHEDULES.c.clinic_id == self._clinic))
        closed = self._first(select(_SETTINGS.c.closed_days).where(_SETTINGS.c.clinic_id == self._clinic))
        days = frozenset(closed.closed_days) if closed else frozenset()
        return ScheduleRecord(closed_days=days) if row is None else _schedule(row, days)

    def by_clinic(self) -> dict[str, ScheduleRecord]:
        """The schedules that this login reads, by the clinic's id."""
        settings = self._rows(select(_SETTINGS.c.clinic_id, _SETTINGS.c.closed_days))
        closed = {row.clinic_id: frozenset(row.closed_days) for row in settings}
        return {
            str(row.clinic_id): _schedule(row, closed.get(row.clinic_id, frozenset()))
            for row in self._rows(select(_SCHEDULES))
        }

    def save(self, schedule: ScheduleRecord, *, now: datetime) -> None:
        """Keep what a person chose; when it last ran, when it is due, and closed dates are left alone."""
        self._put({
            "enabled": schedule.enabled,
            "every_hours": schedule.every_hours,
            "open_time": schedule.open_time,
            "close_time": schedule.close_time,
            "open_weekdays": sorted(schedule.open_weekdays),
            "paused_until": schedule.paused_until,
            "updated_at": now,
        })  # fmt: skip

    def changed_at(self) -> datetime | None:
        """When a person last changed it, or paused or resumed it; None where nobody has."""
        row = self._first(select(_SCHEDULES.c.updated_at).where(_SCHEDULES.c.clinic_id == self._clinic))
        return row.updated_at if row else None

    def set_next_due(self, at: datetime | None) -> None:
        """When the next run is due; None for never."""
        self._put({"next_due_at": at})

    def mark_completed(self, at: datetime, next_due: datetime | None) -> None:
        """A run was completed at this instant."""
        self._put({"last_completed_at": at, "next_due_at": next_due})

    def _put(self, values: dict[str, Any]) -> None:
        self._session.execute(
            insert(_SCHEDULES)
            .values(clinic_id=self._clinic, **values)
            .on_conflict_do_update(index_elements=["clinic_id"], set_=values)
        )


def _schedule(row: Any, closed_days: frozenset[date]) -> ScheduleRecord:
    return ScheduleRecord(
        enabled=row.enabled,
        every_hours=row.every_hours,
        open_time=row.open_time,
        close_time=row.close_time,
        open_weekdays=frozenset(row.open_weekdays),
        paused_until=row.paused_until,
        next_due_at=row.next_due_at,
        last_completed_at=row.last_completed_at,
        closed_days=closed_days,
    )
