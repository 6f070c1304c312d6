"""Another pet of the owner that might not be well: a call about this one is made with care, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from idexx_desktop.domain.care import MAY_NOT_BE_WELL, OR_NOT_AT_ALL, care_in, with_care
from idexx_desktop.domain.cases import Case
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.overriding import MAY_HAVE_DIED


def matters_of(source: Case) -> str:
    """What is the matter with a pet because of which its owner's others are held."""
    if source.has_died:
        return MAY_HAVE_DIED
    return MAY_NOT_BE_WELL if _is_ill(source) else "is held"


def gravest_first(source: Case) -> tuple[bool, bool]:
    """For sorting."""
    return not source.has_died, not _is_ill(source)


def with_owners_care(case: Case, sources: Iterable[Case]) -> Case:
    """A visit that a person decided to call about, whatever another pet is held for."""
    if case.called_at is None or case.decision is None:
        return case
    ill = [_why(other) for other in sources if _is_ill(other) and other.key != case.key]
    return replace(case, decision=replace(case.decision, trace=with_care(case.decision.trace, ill)))


def care_on_call(cases: Iterable[Case]) -> Iterator[str]:
    """Why one call about all of these is made with care."""
    for case in cases:
        if case.decision is not None:
            yield from care_in(case.decision.trace)
        elif case.known is not None:
            yield from care_in(case.known.trace)


def _why(other: Case) -> str:
    """As it is said where the call is about that pet, too."""
    reason = other.decision.reason if other.decision else other.known.reason if other.known else ""
    return reason.replace(OR_NOT_AT_ALL, "")


def _is_ill(case: Case) -> bool:
    return case.reason_code is ReasonCode.MAY_NOT_BE_WELL
