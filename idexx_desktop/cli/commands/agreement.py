"""`agreement`: what people decided beside what the program says of the same records by itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, Document, moment, short, table
from idexx_desktop.domain.agreement import ENOUGH, Agreement, Differing


def agreement(program: Program, _options: Namespace) -> Answer:
    """How far they agree, whether that tells anything yet, and the visits in which they don't."""
    found, zone = program.visits.agreement(), program.zone
    document = {
        "decided": found.decided,
        "alike": found.alike,
        "would_call": found.would_call,
        "needed": ENOUGH,
        "is_enough": found.is_enough,
        "called_by_both": found.called,
        "careful_by_both": found.careful,
        "not_counted": found.left_out,
        "would_have_called": [_shown(each, zone) for each in found.wrongly_called],
        "held_back": [_shown(each, zone) for each in found.asked],
    }
    return Answer([*_sentences(found), *_visits(found, zone)], document)


def _sentences(found: Agreement) -> list[str]:
    if not found.decided:
        lines = [f"Nothing to compare yet: about {ENOUGH} decisions about visits are needed."]
    else:
        lines = [
            f"Of the last {found.decided} visits that people decided, the program would have done the same in"
            f" {found.alike}.",
            f"It would have called about {len(found.wrongly_called)} that they said no to.",
            f"It held back {len(found.asked)} that they let be called.",
        ]
        if not found.is_enough:
            lines.append(
                f"It would call about {found.would_call} of them by itself: too few to tell, about {ENOUGH} are needed."
            )
    if found.left_out:
        lines.append(f"Not counted, because they say nothing of how it reads: {found.left_out}.")
    return lines


def _visits(found: Agreement, zone: ZoneInfo) -> list[str]:
    differing = [
        *_rows(found.wrongly_called, "would have called", zone),
        *_rows(found.asked, "held back", zone),
    ]
    titles = ("Visit key", "Pet", "Owner", "Visit", "Decided by", "The program")
    return ["", *table(titles, differing)] if differing else []


def _rows(visits: Sequence[Differing], did: str, zone: ZoneInfo) -> list[tuple[str, ...]]:
    return [
        (
            each.visit_key,
            each.patient_name or "-",
            each.owner_name or "-",
            short(each.visit_at, zone),
            each.decided_by or "-",
            did,
        )
        for each in visits
    ]


def _shown(each: Differing, zone: ZoneInfo) -> Document:
    return {
        "visit_key": each.visit_key,
        "patient_name": each.patient_name,
        "owner_name": each.owner_name,
        "visit_at": moment(each.visit_at, zone),
        "decided_by": each.decided_by,
    }
