"""`visits died`: that a pet has died, as in the window; with its undo, the line for Neo's record and the card."""

from __future__ import annotations

from argparse import Namespace

from idexx_desktop.app import Program
from idexx_desktop.cli.commands.records import visit_fields, visit_lines
from idexx_desktop.cli.output import Answer, moment
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page, VisitRecord


def died(program: Program, options: Namespace) -> Answer:
    """The visit as it is then. Told twice it is one death."""
    row = _row(program, options.visit)
    if options.undo:
        is_changed = program.deaths.take_back(row.visit_key)
        said = "Taken back: the rules decide again." if is_changed else "Nobody noted that this pet has died."
    elif options.card_sent:
        said = _note_card(program, row.visit_key)
    else:
        is_new = bool(program.deaths.tell([row.visit_key]).deaths)
        said = "Noted. Nobody is called about this pet any more." if is_new else "That was noted already."
    return _answer(program, row.visit_key, said)


def _note_card(program: Program, visit_key: str) -> str:
    death = program.deaths.of_visit(visit_key)
    if death is None:
        raise Failure(FailureCode.INVALID_INPUT, "death", title="Nobody noted that this pet has died.")
    is_new = program.deaths.note_card(death.id)
    return "Noted: the card was sent." if is_new else "That was noted already."


def _answer(program: Program, visit_key: str, said: str) -> Answer:
    row, death = _row(program, visit_key), program.deaths.of_visit(visit_key)
    line = program.deaths.line_for_record(visit_key) if death else None
    unsent = {each.id for each in program.deaths.without_card()}
    document = {
        "died": death is not None,
        "told_by": death.told_by if death else None,
        "told_at": moment(death.told_at, program.zone) if death else None,
        "card_sent": death.id not in unsent if death else None,
        "line_for_record": line,
        "visit": visit_fields(row, program.zone),
    }
    for_record = ["", "For the record in Neo:", f"  {line}"] if line else []
    return Answer([said, "", *visit_lines([row], program.zone), *for_record], document)


def _row(program: Program, name: str) -> VisitRecord:
    """By its key, or by its consultation's id."""
    keys = [name, f"c:{name}"]
    for key in keys:
        if found := program.visits.rows(VisitFilter(visit_key=key), Page(limit=1)):
            return found[0]
    every = program.visits.rows(VisitFilter(), Page(limit=1_000_000))
    of_consultation = next((row for row in every if row.consultation_id == name), None)
    if of_consultation is None:
        raise Failure(FailureCode.INVALID_INPUT, "visit", title="There is no such visit.")
    return of_consultation
