"""Whether calling an owner goes against signs that the pet has died: then a person has to say why."""

from __future__ import annotations

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.signs import shown_in
from idexx_desktop.domain.told_deaths import HAS_DIED

MAY_HAVE_DIED = "may have died"
_OF_ITS_OWN = frozenset({ReasonCode.END_OF_LIFE, ReasonCode.DECEASED, ReasonCode.MAY_HAVE_DIED})


def overrides_death(visit: VisitRecord) -> bool:
    """Of the visit's pet, or of another pet of the owner because of which this one is held."""
    of_household = visit.reason_code == ReasonCode.HOUSEHOLD_HELD and any(
        said in visit.reason for said in (MAY_HAVE_DIED, HAS_DIED)
    )
    return visit.reason_code in _OF_ITS_OWN or shown_in(visit.trace) or of_household
