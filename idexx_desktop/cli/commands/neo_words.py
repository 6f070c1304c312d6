"""`neo-words`: values of Neo's that nobody here knows, and what people say that they mean."""

from __future__ import annotations

from argparse import Namespace

from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_fields import NeoValue
from idexx_desktop.domain.visits import About

_ANSWERS = {"alive": True, "not-alive": False, "open": None}


def neo_words(program: Program, options: Namespace) -> Answer:
    """The values and fields as they are, after an answer if one is given."""
    words = program.neo_words
    if options.value is not None:
        asked = [row.id for row in words.values() if row.id.startswith(options.value)]
        if len(asked) != 1:
            raise Failure(FailureCode.INVALID_INPUT, "value", title=f"No value has the id {options.value}.")
        words.answer(asked, _ANSWERS[options.means])
    zone = program.zone
    rows, changes = words.values(), words.changes()
    lines = table(
        ("Id", "Field", "Value", "Means", "Since"),
        [(row.id[:8], row.name, row.value, _means(row), short(row.first_seen_at, zone)) for row in rows],
    )
    document = {
        "values": [
            {
                "id": row.id,
                "about": str(row.about),
                "field": row.name,
                "value": row.value,
                "is_alive": row.is_alive,
                "answered_by": row.answered_by or None,
                "answered_at": moment(row.answered_at, zone),
            }
            for row in rows
        ],
        "changes": changes,
    }
    return Answer([*(lines if rows else ["Neo sends no value that isn't known."]), *changes], document)


def _means(row: NeoValue) -> str:
    if row.about is not About.ANIMAL:
        return "(a visit's status, holds nothing)"
    return {True: "alive", False: "may have died", None: "not answered: holds"}[row.is_alive]
