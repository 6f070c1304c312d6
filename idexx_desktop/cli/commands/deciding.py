"""`decide`: what a person says about one visit, as under Needs attention of the window."""

from __future__ import annotations

from argparse import Namespace

from idexx_desktop.app import Program
from idexx_desktop.cli.arguments import instant
from idexx_desktop.cli.commands.records import visit_fields, visit_lines
from idexx_desktop.cli.output import Answer
from idexx_desktop.domain.careful_calls import with_its_care
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page, VisitRecord

_CHOICES = {
    "call": PersonChoice.CALL,
    "call-with-care": PersonChoice.CALL_WITH_CARE,
    "no-call": PersonChoice.NO_CALL,
    "ignore": PersonChoice.IGNORE,
}
_SAID = {
    PersonChoice.CALL: "Decided: call.",
    PersonChoice.CALL_WITH_CARE: "Decided: call with care. Whoever calls is asked to look at the record first.",
    PersonChoice.NO_CALL: "Decided: no call.",
    PersonChoice.IGNORE: "Decided: nobody needs to look at it.",
}


def decide(program: Program, options: Namespace) -> Answer:
    """The visit as it is then. A call that is asked for otherwise is with care, too, where the record asks for it."""
    when = instant(options.at, program.zone)
    if options.choice not in _CHOICES:
        program.visits.undo_decision(options.visit)
        return _answer(program, options.visit, "Taken back: what was decided before holds again.", None)
    before = _row(program, options.visit)
    choice = _CHOICES[options.choice]
    choice = with_its_care(choice, before) if before else choice
    if when is not None and not choice.calls:
        raise Failure(FailureCode.INVALID_INPUT, "time", title="Only a call has a time.")
    program.visits.decide(options.visit, choice, options.why, when)
    return _answer(program, options.visit, _SAID[choice], choice)


def _answer(program: Program, key: str, said: str, choice: PersonChoice | None) -> Answer:
    row = _row(program, key)
    if row is None:
        raise AssertionError("decided about a visit that isn't there")
    document = {"decided": choice, "visit": visit_fields(row, program.zone)}
    return Answer([said, "", *visit_lines([row], program.zone)], document)


def _row(program: Program, key: str) -> VisitRecord | None:
    """Without its notes: nobody reads them here."""
    return next(iter(program.visits.rows(VisitFilter(visit_key=key), Page(limit=1))), None)
