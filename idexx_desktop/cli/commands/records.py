"""What was read and scheduled: visits, calls, failures, sessions, status."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop.app import Program
from idexx_desktop.cli.arguments import instant
from idexx_desktop.cli.commands.whose import Shown, shown
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.careful_calls import is_with_care
from idexx_desktop.domain.decisions import StepOutcome
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import HistoryFilter, VisitFilter, Whose
from idexx_desktop.domain.overview import ClinicState
from idexx_desktop.domain.records import MissedRun, Page, SessionRecord, VisitRecord
from idexx_desktop.domain.visits import VisitState

_EVERYTHING = Page(limit=1_000_000)
# the same five, in the same words, as on the screen
STATE_WORDS = {
    VisitState.SCHEDULED: "call scheduled",
    VisitState.HELD: "held for you",
    VisitState.EXCLUDED: "no call needed",
    VisitState.WAITING: "waiting for notes",
    VisitState.FAILED: "couldn't read",
}

WITH_CARE = ", with care"


def visits(program: Program, options: Namespace) -> Answer:
    """Visits of a range, newest first."""
    zone = program.zone
    since, until = _range(program, options)
    of = shown(program, options)
    rows = program.visits.rows(VisitFilter(since=since, until=until, whose=of.whose), _EVERYTHING)
    lines, found = visit_lines(rows, zone, of), [visit_fields(row, zone) | of.fields(row) for row in rows]
    if options.why:
        lines += [line for row in rows for line in _why_lines(row, zone)]
        found = [{**shown, "why": _why(row)} for shown, row in zip(found, rows, strict=True)]
    return Answer(lines, {"visits": found})


def _why(row: VisitRecord) -> list[dict[str, str]]:
    """The trace: each rule in its order."""
    return [{"rule": step.rule, "outcome": step.outcome, "detail": step.detail} for step in row.trace]


def _why_lines(row: VisitRecord, zone: ZoneInfo) -> list[str]:
    titled = f"{row.patient_name or '-'}, {row.owner_name or '-'}, {short(row.visit_at, zone)}"
    asked = [step for step in row.trace if step.outcome is not StepOutcome.NOT_CHECKED]
    steps = [f"  {step.rule}: {step.outcome}{f'. {step.detail}' if step.detail else ''}" for step in asked]
    return ["", titled, *steps]


def visit_lines(rows: list[VisitRecord], zone: ZoneInfo, of: Shown = Shown()) -> list[str]:  # noqa: B008 - frozen
    """A table of visits for people."""
    if not rows:
        return ["No visits yet in this range."]
    cells = [
        (
            row.patient_name or "-",
            row.owner_name or "-",
            short(row.visit_at, zone),
            row.provider or "-",
            f"{STATE_WORDS[row.state]}{WITH_CARE if is_with_care(row) else ''}",
            " ".join((row.reason, *(row.care if is_with_care(row) else ()))),
            *of.cells(row),
        )
        for row in rows
    ]
    return table(("Pet", "Owner", "Visit", "Provider", "State", "Why", *of.titles), cells)


def failures(program: Program, options: Namespace) -> Answer:
    """Every consultation that couldn't be read or saved."""
    zone = program.zone
    of = shown(program, options)
    which = VisitFilter(states=frozenset({VisitState.FAILED}), whose=of.whose)
    rows = program.visits.rows(which, _EVERYTHING)
    lines = table(
        ("Pet", "Visit", "Problem", "Tries", *of.titles),
        [
            (
                row.patient_name or row.visit_key,
                short(row.visit_at, zone),
                row.failure_title or row.reason,
                str(row.attempts),
                *of.cells(row),
            )
            for row in rows
        ],
    )
    document = {
        "failures": [
            {
                "consultation_id": row.consultation_id,
                "visit_key": row.visit_key,
                "code": row.failure_code,
                "title": row.failure_title,
                "advice": row.failure_advice,
                "attempts": row.attempts,
                "last_attempt": moment(row.last_attempt_at, zone),
                **of.fields(row),
            }
            for row in rows
        ]
    }
    return Answer(lines if rows else ["Every consultation could be read."], document)


def sessions(program: Program, options: Namespace) -> Answer:
    """The newest syncs."""
    zone = program.zone
    of = shown(program, options)
    found = program.history.rows(HistoryFilter(whose=of.whose), Page(limit=max(options.limit, 1)))
    runs = [row for row in found if isinstance(row, SessionRecord)]
    lines = table(
        ("When", "Computer", "Started by", "Result", "Visits", *of.titles),
        [(*_history(row, zone), *of.cells(row)) for row in found],
    )
    document = {"sessions": [_session(row, zone) | of.fields(row) for row in runs]}
    return Answer(lines if found else ["No syncs yet."], document)


def status(program: Program, options: Namespace) -> Answer:
    """Up to date as of when, and what comes next; or how each clinic stands."""
    of = shown(program, options)
    if of.whose:
        return _clinics(program, of.whose)
    zone, now = program.zone, program.clock.now()
    program.concerns.gather()
    today = program.status.today()
    needs = today.needs(now)
    late = sum(each.is_late(now) for each in today.concerns)
    last = today.last_session
    lines = [_sentence(today.up_to_date_as_of, today.waits_for or today.last_failure, zone)]
    lines.append(f"Next sync: {short(today.next_due_at, zone)}")
    lines += [f"{count:5} {STATE_WORDS[state]}" for state, count in today.counts.items()]
    document = {
        "up_to_date_as_of": moment(today.up_to_date_as_of, zone),
        "credential_status": today.credential_status,
        "next_scheduled_sync": moment(today.next_due_at, zone),
        "last_sync": _session(last, zone) if last else None,
        "running": today.running is not None,
        "suspended": today.suspended.as_dict() if today.suspended else None,
        "asked": today.asked.as_dict() if today.asked else None,
        "backup": None,
        "needs_attention": needs.count,
        "concerns_open": needs.concerns,
        "concerns_late": late,
        "needs": [
            {"kind": str(each.kind), "title": each.title, "advice": each.advice} for each in needs.problems
        ],
    }
    lines.append(f"Needs attention: {needs.count or 'nothing'}")
    if needs.concerns:
        lines.append(f"  {needs.concerns} {'concern' if needs.concerns == 1 else 'concerns'}, {late} late")
    lines += [f"  {each.title} {each.advice}" for each in needs.problems]
    if needs.visits:
        lines.append(f"  {needs.visits} {'visit' if needs.visits == 1 else 'visits'}")
    standing = today.backup.standing(now) if today.backup else None
    if standing is not None:
        document["backup"] = standing.as_dict()
    return Answer(lines, document)


def _clinics(program: Program, whose: Whose) -> Answer:
    """One line a clinic; of sign-ins their state only."""
    zone = program.zone
    asked = [state for state in program.status.clinics() if whose.clinic_id in (None, state.clinic.clinic_id)]
    lines = table(
        ("Clinic", "State", "Attention", "Sign-ins"),
        [
            (
                state.clinic.name,
                _sentence(state.up_to_date_as_of, state.suspended or state.last_failure, zone),
                str(state.attention_count),
                ", ".join(f"{each.email}: {each.suspended_code or each.state}" for each in state.sign_ins)
                or "-",
            )
            for state in asked
        ],
    )
    return Answer(lines, {"clinics": [_clinic(state, zone) for state in asked]})


def _clinic(state: ClinicState, zone: ZoneInfo) -> dict[str, Any]:
    problem = state.suspended or state.last_failure
    return {
        "clinic": state.clinic.name,
        "up_to_date_as_of": moment(state.up_to_date_as_of, zone),
        "needs_attention": state.attention_count,
        "problem": problem.as_dict() if problem else None,
        "sign_ins": [
            {"user": each.email, "state": each.state, "suspended": each.suspended_code}
            for each in state.sign_ins
        ],
    }


def _sentence(as_of: datetime | None, failure: Failure | None, zone: ZoneInfo) -> str:
    since = f"Up to date as of {short(as_of, zone)}." if as_of else "Not synced yet."
    return f"{since} {failure.title}" if failure else since


def _range(program: Program, options: Namespace) -> tuple[datetime | None, datetime | None]:
    """What was asked for; without `--from` the window of a run: from the midnight 48 hours back."""
    zone = program.zone
    since, until = instant(options.since, zone), instant(options.until, zone)
    if since is None and until is None:
        start = (program.clock.now() - timedelta(hours=48)).astimezone(zone)
        since = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if since is not None and until is not None and since >= until:
        raise Failure(FailureCode.INVALID_INPUT, "range", title="The range ends before it begins.")
    return since, until


def visit_fields(row: VisitRecord, zone: ZoneInfo) -> dict[str, Any]:
    """A visit for scripts."""
    return {
        "consultation_id": row.consultation_id,
        "appointment_id": row.appointment_id,
        "visit_key": row.visit_key,
        "patient_name": row.patient_name,
        "owner_name": row.owner_name,
        "visit_at": moment(row.visit_at, zone),
        "state": str(row.state),
        "reason_code": row.reason_code,
        "reason": row.reason,
        "has_clinical_notes": row.has_clinical_notes,
        "call_scheduled_for": moment(row.call_scheduled_for, zone),
        "with_care": is_with_care(row),
        "care": list(row.care),
    }


def _session(row: SessionRecord, zone: ZoneInfo) -> dict[str, Any]:
    error = None
    if row.failure_code:
        error = {"code": row.failure_code, "title": row.failure_title, "advice": row.failure_advice}
    return {
        "id": row.id,
        "status": row.status,
        "trigger": row.trigger,
        "device": row.device,
        "started_at": moment(row.started_at, zone),
        "completed_at": moment(row.completed_at, zone),
        "consultations_synced": row.consultations_synced,
        "consultations_failed": row.consultations_failed,
        "discharge_calls_scheduled": row.discharge_calls_scheduled,
        "error": error,
    }


def _history(row: SessionRecord | MissedRun, zone: ZoneInfo) -> tuple[str, ...]:
    if isinstance(row, MissedRun):
        return (short(row.due_at, zone), row.device, "schedule", "missed", row.reason)
    counts = f"{row.consultations_synced} in, {row.discharge_calls_scheduled} calls"
    if row.consultations_failed:
        counts += f", {row.consultations_failed} couldn't be read"
    return (short(row.started_at, zone), row.device, row.trigger, row.status, counts)
