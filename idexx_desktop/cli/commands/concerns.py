"""`concerns`: what owners were concerned about, and what was done about it."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop import streams
from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.concerns import Concern, NewConcern, Urgency
from idexx_desktop.domain.failures import Failure, FailureCode

URGENCY_WORDS = {Urgency.NOW: "now", Urgency.TODAY: "today", Urgency.NEXT_DAY: "next open day"}


def concerns_list(program: Program, options: Namespace) -> Answer:
    """The open ones, what is due first, first; with --all those of the last 30 days that were answered, too."""
    program.concerns.gather()
    found = program.concerns.recent() if options.all else program.concerns.open()
    return _answer(program, found, "No concern is open.")


def concerns_close(program: Program, options: Namespace) -> Answer:
    """Somebody answered: the concern as it is then."""
    what = read_text(options.what)
    return _answer(program, [program.concerns.close(options.concern, what)])


def concerns_reopen(program: Program, options: Namespace) -> Answer:
    """It wants an answer again: the concern as it is then."""
    return _answer(program, [program.concerns.reopen(options.concern)])


def wanted(options: Namespace, note: str) -> NewConcern | None:
    """What `calls outcome` says of a concern; INVALID_INPUT where the result is none."""
    if options.outcome == "concern":
        urgency = Urgency((options.urgency or "today").replace("-", "_"))
        return NewConcern(urgency, note, options.for_whom)
    if options.urgency or options.for_whom:
        title = "Only a concern has an urgency, and somebody whom it is for."
        raise Failure(
            FailureCode.INVALID_INPUT, "urgency", title=title, advice="It goes with: --outcome concern."
        )
    return None


def read_text(typed: str) -> str:
    """What was typed; `-` is standard input, where nobody else of the computer sees it."""
    return streams.read_document("text", 100_000) if typed == "-" else typed


def _answer(program: Program, found: list[Concern], nothing: str = "") -> Answer:
    zone, now = program.zone, program.clock.now()
    rows = [_cells(each, zone, now) for each in found]
    titles = ("Id", "Due", "State", "Pets", "Owner", "Number", "For", "Concern")
    document = {"concerns": [_fields(each, zone) for each in found]}
    return Answer(table(titles, rows) if rows else [nothing], document)


def _cells(each: Concern, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    return (
        each.id,
        short(each.due_at, zone),
        _state(each, now),
        " & ".join(each.patient_names) or "-",
        each.owner_name or "-",
        each.phone or "-",
        each.for_whom or "-",
        each.words,
    )


def _state(each: Concern, now: datetime) -> str:
    minutes = f"{int(each.waits(now).total_seconds()) // 60} min"
    if each.is_open:
        late = "late, " if each.is_late(now) else ""
        return f"{late}{URGENCY_WORDS[each.urgency]}, open for {minutes}"
    return "taken back" if each.undone else f"closed after {minutes} by {each.closed_by}: {each.what}"


def _fields(each: Concern, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": each.id,
        "call_id": each.call_id,
        "patient_names": list(each.patient_names),
        "urgency": str(each.urgency),
        "due_at": moment(each.due_at, zone),
        "for": each.for_whom,
        "opened_at": moment(each.opened_at, zone),
        "closed_at": moment(each.closed_at, zone),
        "closed_by": each.closed_by or None,
        "owner_name": each.owner_name,
        "phone": each.phone,
        "words": each.words,
        "source": str(each.source),
        "what": each.what,
    }
