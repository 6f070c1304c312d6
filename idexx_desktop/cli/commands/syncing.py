"""Starting syncs from the command line."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from idexx_desktop import garbage, streams
from idexx_desktop.cli.output import Answer
from idexx_desktop.domain.events import Step, SyncEvent, SyncProgress, SyncResult, Trigger, VisitFailure
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.ending import Ended

if TYPE_CHECKING:
    from idexx_desktop.app import Program

SOME_FAILED = 3


def sync(program: Program, options: Namespace) -> Answer:
    """Sync now and wait for the end; Ctrl+C stops it and keeps what is saved."""
    if not 0 < options.hours <= 14 * 24:
        raise Failure(FailureCode.INVALID_INPUT, "hours", title="Between 0 and 336 hours, that is 14 days.")
    return _run(program, Trigger.COMMAND, options.hours, None, take_back=options.take_back)


def retry(program: Program, options: Namespace) -> Answer:
    """Try the named failed consultations again, or all of them."""
    from idexx_desktop.domain.filters import VisitFilter  # a sync needs none of these before its records open
    from idexx_desktop.domain.records import Page
    from idexx_desktop.domain.visits import VisitState

    failed = program.visits.rows(VisitFilter(states=frozenset({VisitState.FAILED})), Page(limit=1_000_000))
    wanted = set(options.visits)
    if not wanted and not options.everything:
        raise Failure(FailureCode.INVALID_INPUT, "retry", title="Name the visits to try again, or say --all.")
    chosen = [row for row in failed if options.everything or {row.visit_key, row.consultation_id} & wanted]
    unknown = wanted - {row.visit_key for row in chosen} - {row.consultation_id for row in chosen}
    if unknown:
        title = f"These are not among the failed ones: {', '.join(sorted(unknown))}."
        raise Failure(FailureCode.INVALID_INPUT, "retry", title=title)
    if not chosen:
        return Answer(["Every consultation could be read: nothing to try again."], {"failures": []})
    return _run(program, Trigger.RETRY, 48.0, frozenset(row.visit_key for row in chosen))


def _run(
    program: Program, trigger: Trigger, hours: float, only: frozenset[str] | None, *, take_back: bool = False
) -> Answer:
    unsubscribe = program.syncer.subscribe(_progress)
    try:
        program.syncer.start(
            trigger,
            hours=hours,
            only_visits=only,
            asked_at=program.asked_at,
            early=program.early_browser,
            take_back=take_back,
        )
        told = _wait(program)
    finally:
        unsubscribe()
    result = program.syncer.last_result
    if result is None:
        raise Failure(FailureCode.OURS, "the sync ended without a result")
    code = told.exit_code if told is not None and result.failure is not None else exit_code(result)
    return Answer(result_lines(result), document(result), code)


def exit_code(result: SyncResult) -> int:
    """DESIGN's exit codes: 0, 3 where some consultations failed, else the failure's own."""
    if result.failure is not None:
        return result.failure.words.exit_code
    return SOME_FAILED if result.consultations_failed else 0


def document(result: SyncResult) -> dict[str, Any]:
    """The shape that scripts rely on; `error` is there only where the run did not finish."""
    shape: dict[str, Any] = {
        "session_id": result.session_id,
        "status": result.status,
        "consultations_seen": result.consultations_seen,
        "consultations_synced": result.consultations_synced,
        "consultations_failed": result.consultations_failed,
        "discharge_calls_scheduled": result.discharge_calls_scheduled,
        "visits_written": result.visits_written,
        "requests": result.requests,
        "signed_in": result.signed_in,
        "seconds": result.seconds,
        "failures": [_failure(failure) for failure in result.failures],
    }
    if result.failure is not None:
        shape["error"] = result.failure.as_dict()
    return shape


def _failure(visit: VisitFailure) -> dict[str, Any]:
    return {"consultation_id": visit.consultation_id, "visit_key": visit.visit_key, **visit.failure.as_dict()}


def result_lines(result: SyncResult) -> list[str]:
    """How a run ended, for people."""
    lines = []
    if result.failure is not None:
        lines += [result.failure.title, result.failure.advice]
        if result.failure.detail:
            lines.append(f"Details: {result.failure.code}: {result.failure.detail}")
    if result.session_id is not None:
        lines.append(
            f"{result.consultations_synced} of {result.consultations_seen} visits are in,"
            f" {result.discharge_calls_scheduled} calls scheduled, {result.seconds:.1f} s"
        )
    lines += [f"  {failure.visit_key}: {failure.failure.title}" for failure in result.failures]
    return lines


def _wait(program: Program) -> Ended | None:
    """Until the run has ended; how this program was told to end meanwhile, if it was."""
    told: Ended | None = None
    while True:
        try:
            # a wait without an end can't be interrupted on Windows; short ones can
            while not program.syncer.wait(0.2):
                pass
            return told
        except Ended as ended:
            told = ended
            streams.say("Stopping. What was already saved is kept.")
            program.syncer.cancel()


def _progress(event: SyncEvent) -> None:
    if isinstance(event, SyncProgress) and event.step is Step.READING_LISTS:
        garbage.go_on()  # all is loaded
    if isinstance(event, SyncProgress) and event.total and streams.is_terminal(sys.stderr):
        end = "\n" if event.done == event.total else ""
        streams.say(f"\r{event.done} of {event.total} consultations", end=end)
