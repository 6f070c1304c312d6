"""`calls`: the list, and what people say came of a call."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop.app import Program
from idexx_desktop.cli.arguments import instant
from idexx_desktop.cli.commands.concerns import wanted
from idexx_desktop.cli.commands.whose import shown
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.attempts import ClosedAs
from idexx_desktop.domain.careful_calls import is_made_with_care
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind
from idexx_desktop.domain.records import CallOutcome, CallRecord, Page

_EVERYTHING = Page(limit=1_000_000)
_LONGEST_NOTE = 2_000
WITH_CARE = ", with care"
KINDS = {
    "reached": CallOutcomeKind.REACHED_WELL,
    "concern": CallOutcomeKind.REACHED_CONCERN,
    "voicemail": CallOutcomeKind.VOICEMAIL,
    "no-answer": CallOutcomeKind.NO_ANSWER,
    "wrong-number": CallOutcomeKind.WRONG_NUMBER,
    "opted-out": CallOutcomeKind.OPTED_OUT,
    "died": CallOutcomeKind.DIED,
}
_WORDS = {str(kind): word for word, kind in KINDS.items()}
CLOSED_WORDS = {
    ClosedAs.REACHED: "reached",
    ClosedAs.COULDNT_REACH: "couldn't be reached",
    ClosedAs.NOT_TO_BE_CALLED: "not to be called",
}


def calls(program: Program, options: Namespace) -> Answer:
    """Calls of a range, the last one first."""
    zone = program.zone
    since, until = instant(options.since, zone), instant(options.until, zone)
    of = shown(program, options)
    rows = program.calls.rows(CallFilter("all", since=since, until=until, whose=of.whose), _EVERYTHING)
    lines = table(
        ("When", "Pets", "Owner", "Number", "State", "Tries", *of.titles),
        [(*_cells(row, zone), *of.cells(row)) for row in rows],
    )
    lines += [line for row in rows if is_made_with_care(row) for line in _care_lines(row, zone)]
    document = {"calls": [call_fields(row, zone) | of.fields(row) for row in rows]}
    return Answer(lines if rows else ["No calls yet."], document)


def outcome(program: Program, options: Namespace) -> Answer:
    """The call as it is then."""
    before = program.calls.get(options.call)
    if before.closed_as is not None:
        raise _over(before)
    note = _note(options.note)
    at, concern = instant(options.at, program.zone), wanted(options, note)
    program.calls.record_outcome(
        before.id, KINDS[options.outcome], note, by=options.by, at=at, pets=options.pet, concern=concern
    )
    return _answer(program, before.id, "Recorded.")


def take_back(program: Program, options: Namespace) -> Answer:
    """The call as it is then."""
    row = program.calls.get(options.call)
    if not row.outcomes:
        raise Failure(FailureCode.INVALID_INPUT, "call", title="Nothing was recorded of this call yet.")
    program.calls.undo_outcome(row.id)
    return _answer(program, row.id, "Taken back.")


def agree(program: Program, options: Namespace) -> Answer:
    """Which calls were agreed of now."""
    named = [program.calls.get(each).id for each in options.calls]
    if not named and not options.every:
        title = "Name the calls, or agree to all with --every."
        raise Failure(FailureCode.INVALID_INPUT, "call", title=title)
    agreed = program.calls.agree_unreached(program.calls.to_agree() if options.every else named).agreed
    said = (
        f"{len(agreed)} agreed: these owners couldn't be reached."
        if agreed
        else "There was nothing to agree to."
    )
    return Answer([said], {"agreed": list(agreed)})


def _answer(program: Program, call_id: str, said: str) -> Answer:
    row, zone = program.calls.get(call_id), program.zone
    lines = table(("When", "Pets", "Owner", "Number", "State", "Tries"), [_cells(row, zone)])
    return Answer([said, "", *lines], {"call": call_fields(row, zone)})


def _over(row: CallRecord) -> Failure:
    closed = CLOSED_WORDS[row.closed_as] if row.closed_as else row.status
    return Failure(
        FailureCode.INVALID_INPUT,
        "call",
        title=f"This call is over: {closed}.",
        advice="Its last result can be taken back (calls take-back ID); then another can be recorded.",
    )


def _note(given: str) -> str:
    """The note; - reads it from standard input."""
    note = sys.stdin.read(_LONGEST_NOTE + 1) if given == "-" else given
    if len(note) > _LONGEST_NOTE:
        raise Failure(
            FailureCode.INVALID_INPUT, "note", title=f"A note has up to {_LONGEST_NOTE:,} characters."
        )
    return note


def _cells(row: CallRecord, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        short(row.scheduled_for, zone),
        " & ".join(row.patient_names),
        row.owner_name,
        row.customer_phone,
        f"{CLOSED_WORDS[row.closed_as] if row.closed_as else row.status}{WITH_CARE if is_made_with_care(row) else ''}",
        f"{len(row.attempts)} of {row.max_attempts}" if row.attempts else "",
    )


def _care_lines(row: CallRecord, zone: ZoneInfo) -> list[str]:
    pets = " & ".join(row.patient_names) or "-"
    titled = f"With care: {pets}, {row.owner_name or '-'}, {short(row.scheduled_for, zone)}"
    return ["", titled, "  Look at the record before you call.", *(f"  {sentence}" for sentence in row.care)]


def call_fields(row: CallRecord, zone: ZoneInfo) -> dict[str, Any]:
    """A call in a document."""
    return {
        "id": row.id,
        "consultation_ids": list(row.consultation_ids),
        "patient_names": list(row.patient_names),
        "customer_phone": row.customer_phone,
        "all_numbers": row.all_numbers,
        "scheduled_for": moment(row.scheduled_for, zone),
        "status": row.status,
        "with_care": is_made_with_care(row),
        "care": list(row.care),
        "attempts": [_attempt(each, zone) for each in row.attempts],
        "next_attempt_at": moment(row.next_attempt_at, zone),
        "max_attempts": row.max_attempts,
        "closed_as": row.closed_as,
        "agreed": row.agreed,
        "claimed_by": row.claim.by if row.claim else None,
    }


def _attempt(made: CallOutcome, zone: ZoneInfo) -> dict[str, Any]:
    """`at` and `by` are what is claimed where anything is; when it was recorded, and by whom, stands beside it."""
    return {
        "at": moment(made.made_at or made.at, zone),
        "by": made.made_by or made.by,
        "number": made.number,
        "outcome": _WORDS.get(made.outcome, made.outcome),
        "note": made.note,
        "recorded_at": moment(made.at, zone),
        "recorded_by": made.by,
    }
