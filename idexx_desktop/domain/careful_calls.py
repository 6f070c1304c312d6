"""Which visits ask for a call with care, and which calls are made with it (`domain.care`)."""

from __future__ import annotations

from idexx_desktop.domain.care import MAY_NOT_BE_WELL
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.others_calls import CANCELLED, FAILED, QUEUED
from idexx_desktop.domain.ranks import COMPLETED
from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.domain.rules import SWITCHED_OFF
from idexx_desktop.domain.visits import VisitState

_OVER = (COMPLETED, CANCELLED, FAILED)


def asks_for_care(visit: VisitRecord) -> bool:
    """Of the visit's pet, or of another pet of the owner because of which this one is held; or so decided before."""
    of_household = visit.reason_code == ReasonCode.HOUSEHOLD_HELD and MAY_NOT_BE_WELL in visit.reason
    return visit.reason_code == ReasonCode.MAY_NOT_BE_WELL or of_household or bool(visit.care)


def with_its_care(choice: PersonChoice, visit: VisitRecord) -> PersonChoice:
    """No call is decided on without care where the visit asks for it, whatever program or command asks."""
    return PersonChoice.CALL_WITH_CARE if choice is PersonChoice.CALL and asks_for_care(visit) else choice


def is_with_care(visit: VisitRecord) -> bool:
    """Whether its call is still to be made, or would be but for the clinic's switch, and is one with care."""
    ahead = (
        visit.state is VisitState.SCHEDULED
        or visit.reason_code in SWITCHED_OFF
        or visit.call_status == QUEUED
    )
    return bool(visit.care) and ahead and visit.call_status != COMPLETED


def is_made_with_care(call: CallRecord) -> bool:
    """Whether it is still to be made, by hand where it didn't get through, and with care."""
    return bool(call.care) and (call.status not in _OVER or call.trouble is not None)
