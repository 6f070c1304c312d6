"""The activity record: listed, checked, written as a file."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop.app import Program
from idexx_desktop.cli.arguments import instant
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.exports import ExportFormat
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditRecord, Page


def audit_list(program: Program, options: Namespace) -> Answer:
    """The newest rows that fit the options."""
    zone = program.zone
    since, until = _range(options, zone)
    which = AuditFilter(
        action=options.only_action,
        status=options.only_status,
        actor=options.person,
        since=since,
        until=until,
        visit_key=options.visit,
    )
    rows = program.audit.rows(which, Page(limit=max(options.limit, 1)))
    lines = table(
        ("When", "Who", "What", "Result"),
        [(short(row.timestamp, zone), row.actor, row.action, row.status or "") for row in rows],
    )
    return Answer(lines, {"rows": [_row(row, zone) for row in rows]})


def audit_verify(program: Program, options: Namespace) -> Answer:
    """Whether the activity record is whole."""
    zone = program.zone
    found = program.audit.verify(renew_copies=options.renew_copies)
    lines = [f"The activity record is whole: {found.rows} rows."]
    if not found.ok:
        lines = [f"The activity record was changed: {found.problem}."]
    if found.signed_since is not None:
        lines.append(
            f"Signed copies since {short(found.signed_since, zone)}, the last one {short(found.signed_at, zone)}."
        )
    document = {
        "ok": found.ok,
        "rows": found.rows,
        "problem": found.problem,
        "signed_since": moment(found.signed_since, zone),
        "signed_at": moment(found.signed_at, zone),
    }
    return Answer(lines, document, 0 if found.ok else 1)


def audit_export(program: Program, options: Namespace) -> Answer:
    """The record as a file: signed, or as a table for people."""
    since, until = _range(options, program.zone)
    path = Path(options.out).expanduser().absolute()
    made = program.audit.export(path, since, until, ExportFormat(options.format))
    lines = [f"Saved {made.rows} rows in {made.path}."]
    if made.manifest is not None:
        lines += [
            f"The signed manifest is {made.manifest}.",
            f"The key that signed it: {made.fingerprint}",
            "Give this fingerprint to whoever checks the file by another way: without it nothing shows whose it is.",
        ]
    document = {
        "file": str(made.path),
        "rows": made.rows,
        "format": options.format,
        "manifest": str(made.manifest) if made.manifest else None,
        "fingerprint": made.fingerprint,
    }
    return Answer(lines, document)


def _range(options: Namespace, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    since, until = instant(options.since, zone), instant(options.until, zone)
    if since is not None and until is not None and since >= until:
        raise Failure(FailureCode.INVALID_INPUT, "range", title="The range ends before it begins.")
    return since, until


def _row(row: AuditRecord, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": row.id,
        "timestamp": moment(row.timestamp, zone),
        "user_id": row.user_id,
        "action": row.action,
        "status": row.status,
        "ip_address": row.ip_address,
        "session_id": row.session_id,
        "metadata": row.metadata,
    }
