"""Values of Neo's that nobody here knows: of the animal itself they are asked about, others are listed."""

from __future__ import annotations

from collections.abc import Iterator

from idexx_desktop.domain.kinds import NeoStatus, neo_status
from idexx_desktop.domain.life import Meaning, meaning, question_of
from idexx_desktop.domain.signs import branch_is_asked_about
from idexx_desktop.domain.visits import About, Consultation, Told, Visit, VisitList


def questions_about(read: VisitList | Consultation) -> Iterator[Told]:
    """Each such value in what was read, in the one spelling in which it is asked about."""
    if isinstance(read, Consultation):
        visits: tuple[Visit, ...] = (Visit("", consultation=read),)
    else:
        visits = read.visits
    for visit in visits:
        for told in (*visit.told, *_statuses(visit)):
            if _is_unknown(told):
                name, value = question_of(told)
                yield Told(told.about, name, value)
        if visit.branch and branch_is_asked_about(visit.branch):
            name, value = question_of(Told(About.ANIMAL, "branch", visit.branch))
            yield Told(About.ANIMAL, name, value)


def _is_unknown(told: Told) -> bool:
    if told.about is About.ANIMAL:
        return meaning(told) is Meaning.UNKNOWN
    return told.about is About.VISIT and neo_status(told.value) is NeoStatus.UNKNOWN


def _statuses(visit: Visit) -> Iterator[Told]:
    """The statuses that have a place of their own."""
    sources = (
        ("consultation", visit.consultation),
        ("search", visit.summary),
        ("appointment", visit.appointment),
    )
    for place, source in sources:
        if source and source.status:
            yield Told(About.VISIT, f"{place}.status", source.status)
