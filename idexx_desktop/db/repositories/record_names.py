"""The pets, owners and computers that rows of the activity record are about; the record itself holds ids only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.rows import as_rows
from idexx_desktop.domain.records import AuditRecord

# each step is one look by key, into what row security lets this login read of visits, calls and syncs
_NAMES = text("""
    WITH asked AS (
      SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS given(place int, user_id uuid, clinic_id uuid, visit_key text, call_id uuid)
    ), found AS (
      SELECT asked.place, v.visit_at, v.visit_key, v.patient_name, v.owner_name
      FROM asked
      JOIN public.clinic_members m ON m.user_id = asked.user_id
        AND (asked.clinic_id IS NULL OR asked.clinic_id = m.clinic_id)
      JOIN public.visits v ON v.clinic_id = m.clinic_id AND v.visit_key = asked.visit_key
        AND v.user_id = asked.user_id
      UNION ALL
      SELECT asked.place, v.visit_at, v.visit_key, v.patient_name, v.owner_name
      FROM asked
      JOIN public.call_visits c ON c.call_id = asked.call_id AND c.user_id = asked.user_id
      JOIN public.visits v ON v.clinic_id = c.clinic_id AND v.visit_key = c.visit_key AND v.user_id = c.user_id
      WHERE asked.visit_key IS NULL
    )
    SELECT place, array_agg(patient_name ORDER BY visit_at, visit_key) AS pets,
      array_agg(owner_name ORDER BY visit_at, visit_key) AS owners
    FROM found GROUP BY place
""")
_DEVICES = text(
    "SELECT id::text, device FROM public.idexx_sync_sessions"
    " WHERE id = ANY (CAST(:ids AS uuid[])) AND device <> ''"
)


class RecordNames(ClinicRepository):
    """What nobody may read in visits and syncs isn't named here either."""

    def named(self, rows: Sequence[AuditRecord]) -> list[AuditRecord]:
        """The same rows, with `pets`, `owner` and `device` where they are known."""
        asked = [about for place, row in enumerate(rows) for about in _about(place, row)]
        found = {name.place: name for name in self._names(asked)}
        devices = self._devices({row.session_id for row in rows if _is_id(row.session_id)})
        return [
            replace(
                row,
                pets=_each_once(found[place].pets) if place in found else (),
                owner=", ".join(_each_once(found[place].owners)) if place in found else "",
                device=devices.get(row.session_id or "", ""),
            )
            for place, row in enumerate(rows)
        ]

    def _names(self, asked: list[dict[str, Any]]) -> list[Any]:
        return self._rows(_NAMES, {"rows": as_rows(asked)}) if asked else []

    def _devices(self, ids: set[str | None]) -> dict[str, str]:
        if not ids:
            return {}
        return {row[0]: row[1] for row in self._rows(_DEVICES, {"ids": sorted(filter(None, ids))})}


def _about(place: int, row: AuditRecord) -> list[dict[str, Any]]:
    """Which visits or call a row names, as ids. Who looked at somebody else's visit says whose it was."""
    said = row.metadata
    user, clinic = said.get("user_id") or row.user_id, said.get("clinic_id")
    keys = said.get("visit_keys") or [said.get("visit_key")]
    call = said.get("call_id")
    if not _is_id(user) or not (clinic is None or _is_id(clinic)):
        return []
    whose = {"place": place, "user_id": user, "clinic_id": clinic}
    named = [{**whose, "visit_key": key, "call_id": None} for key in keys if isinstance(key, str)]
    if not named and _is_id(call):
        return [{**whose, "visit_key": None, "call_id": call}]
    return named


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _each_once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
