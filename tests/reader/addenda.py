"""What life does to records: a line is added to an ordinary note later on, and it alone changes everything, or nothing.

Authors rarely write such records, though no other is as dangerous: all that stands there but for its last line is about
an animal that is well. So they are put together, for learning, from what the authors wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.reader.labelled import CALL, Labelled

_LONGEST = 16  # words of a line that is added
_LEAST = 12  # words of the note that it is added to
_TIMES = 2
_STEP = 7919  # a prime: neighbours in one list meet strangers of the other


def with_addenda(records: Sequence[Labelled]) -> list[Labelled]:
    """Each short statement of these records, added to ordinary notes of theirs in the same language."""
    return list(_added(records))


def _added(records: Sequence[Labelled]) -> Iterator[Labelled]:
    bases: dict[str, list[Labelled]] = {}
    for each in records:
        if each.label == CALL and len(each.record.notes.split()) >= _LEAST:
            bases.setdefault(each.language, []).append(each)
    for place, statement in enumerate(each for each in records if _is_bare(each)):
        some = bases.get(statement.language, ())
        for again in range(_TIMES if some else 0):
            yield _joined(some[(place * _STEP + again * len(some) // _TIMES) % len(some)], statement)


def _is_bare(each: Labelled) -> bool:
    record = each.record
    return record.notes == _text(each) and 0 < len(record.notes.split()) <= _LONGEST


def _text(each: Labelled) -> str:
    record = each.record
    return "".join((record.notes, record.discharge, *record.bill, *record.declined))


def _joined(base: Labelled, statement: Labelled) -> Labelled:
    page = base.visit.consultation
    if page is None:
        raise AssertionError("labelled records have a consultation")
    notes = f"{page.notes}\n{statement.record.notes}"
    seen = replace(base.visit, consultation=replace(page, notes=notes))
    return statement._replace(visit=seen, tag=f"{statement.tag}/added")
