"""Which listed visits are ones that we know already under another key: an appointment that was deleted and booked anew.

The visit goes on under the key that it was seen with first, so that its call, what people decided about it and its case
stay with it, also once the call was made. Nothing is guessed where two could be meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from idexx_desktop.domain.visits import Visit


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a stored visit is known again. `appointment_id` is the latest under which it was seen."""

    visit_key: str
    appointment_id: str | None
    consultation_id: str | None


def going_on(listed: Collection[Visit], known: Collection[Identity]) -> dict[str, str]:
    """The key under which a listed visit goes on, by the key that the lists give it; most go on under their own.

    By the appointment, else by the consultation, where what is known is listed no more.
    """
    # what had no consultation yet was neither called about nor decided on by itself
    settled = {each.visit_key for each in known if each.consultation_id is not None}
    new = [visit for visit in listed if visit.visit_key not in settled]
    gone = _gone(listed, known)
    found: dict[str, str] = {}
    for mark in (_appointment, _consultation):
        left = {each.visit_key: mark(each) for each in new if each.visit_key not in found}
        free = {each.visit_key: mark(each) for each in gone if each.visit_key not in found.values()}
        found |= _paired(left, free)
    return found


def replaced(listed: Collection[Visit], known: Collection[Identity]) -> frozenset[str]:
    """Visits that are listed no more, and whose consultation is that of another visit now: that one has taken over."""
    taken = {visit.consultation_id for visit in listed if visit.consultation_id}
    return frozenset(each.visit_key for each in _gone(listed, known) if each.consultation_id in taken)


def _gone(listed: Collection[Visit], known: Collection[Identity]) -> list[Identity]:
    """What the lists show no more; of a walk-in that has an appointment now, `follow_walk_ins` knows."""
    keys = {visit.visit_key for visit in listed}
    return [each for each in known if each.visit_key not in keys and not each.visit_key.startswith("c:")]


def _paired(new: Mapping[str, object], gone: Mapping[str, object]) -> dict[str, str]:
    """Those that bear a mark which no other of their side bears."""
    once = Counter(mark for mark in new.values() if mark is not None)
    of_mark = {mark: key for key, mark in gone.items() if mark is not None}
    alone = Counter(mark for mark in gone.values() if mark is not None)
    return {
        key: of_mark[mark] for key, mark in new.items() if mark in of_mark and once[mark] == alone[mark] == 1
    }


def _appointment(each: Visit | Identity) -> object:
    return each.appointment_id


def _consultation(each: Visit | Identity) -> object:
    return each.consultation_id
