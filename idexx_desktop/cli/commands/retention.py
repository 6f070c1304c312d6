"""Old months of the activity record, and legal holds: what the owner of the records does now and then."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment, table
from idexx_desktop.domain.exports import ExportedRecord
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.retention import OBSTACLE_WORDS, LegalHold, OldMonth, Retention, month_name


def retention(program: Program, options: Namespace) -> Answer:
    """Show the months that are old enough to go; with --export or --remove carry out that step of two."""
    if options.export:
        if options.out is None:
            title = "Say where the exported months go: --out FOLDER."
            raise Failure(FailureCode.INVALID_INPUT, "out", title=title)
        return _exported(program.retention.export(Path(options.out)))
    if options.remove:
        return _removed(program.retention.remove())
    return _shown(program.retention.overview(), program.zone)


def hold(program: Program, options: Namespace) -> Answer:
    """Place a legal hold."""
    hold_id = program.retention.place_hold(options.why, options.user)
    what = f"What concerns {options.user}" if options.user else "Every entry"
    return Answer([f"{what} is kept until the hold is released: {hold_id}"], {"hold_id": hold_id})


def release(program: Program, options: Namespace) -> Answer:
    """End a legal hold."""
    program.retention.release_hold(options.hold)
    return Answer(["The hold was released."], {"released": options.hold})


def _exported(months: list[tuple[date, ExportedRecord]]) -> Answer:
    lines = [f"Exported {month_name(month)}: {_entries(made.rows)}, {made.path}" for month, made in months]
    if months:
        lines.append(
            "Put these files and their manifests in a safe place. In seven days the months can be removed."
        )
        lines += [
            f"The key that signed them: {months[-1][1].fingerprint}. Keep it in another place than the files."
        ]
    document = [
        {
            "month": month_name(month),
            "rows": made.rows,
            "file": str(made.path),
            "manifest": str(made.manifest),
            "fingerprint": made.fingerprint,
        }
        for month, made in months
    ]
    return Answer(lines or ["No month is to be exported."], {"exported": document})


def _removed(months: list[tuple[date, int]]) -> Answer:
    lines = [f"Removed {month_name(month)}: {_entries(rows)}" for month, rows in months]
    document = [{"month": month_name(month), "rows": rows} for month, rows in months]
    return Answer(lines or ["No month can be removed now."], {"removed": document})


def _shown(found: Retention, zone: ZoneInfo) -> Answer:
    lines = table(("Month", "Entries", "State"), [_month_cells(old, zone) for old in found.months])
    if not found.months:
        until = f": they are kept until {moment(found.kept_until, zone)}" if found.kept_until else ""
        lines = [f"No entries are older than six years{until}."]
    lines += [f"Hold {held.id} on {_subject(held)}: {held.reason}" for held in found.holds]
    document = {
        "months": [_month(old, zone) for old in found.months],
        "holds": [_hold(held, zone) for held in found.holds],
        "kept_until": moment(found.kept_until, zone),
    }
    return Answer(lines, document)


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _month_cells(old: OldMonth, zone: ZoneInfo) -> tuple[str, str, str]:
    state = "can be removed" if old.obstacle is None else OBSTACLE_WORDS[old.obstacle]
    until = f" (until {moment(old.waits_until, zone)})" if old.waits_until else ""
    return month_name(old.month), str(old.rows), state + until


def _month(old: OldMonth, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "month": month_name(old.month),
        "rows": old.rows,
        "removable": old.obstacle is None,
        "obstacle": None if old.obstacle is None else str(old.obstacle),
        "exported_at": moment(old.exported_at, zone),
        "waits_until": moment(old.waits_until, zone),
    }


def _subject(held: LegalHold) -> str:
    return "everything" if held.user_id is None else held.email or held.user_id


def _hold(held: LegalHold, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": held.id,
        "reason": held.reason,
        "user_id": held.user_id,
        "placed_by": held.placed_by,
        "placed_at": moment(held.placed_at, zone),
    }
