"""What a person may do about a visit, by its state; the last of a row of buttons is the one to press first."""

from __future__ import annotations

from enum import Enum

from idexx_desktop.domain.careful_calls import asks_for_care
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.visit_words import Remedy, remedy


class Choice(Enum):
    """One button of the panel."""

    IGNORE = "ignore"
    TAKE_BACK = "take_back"
    NO_CALL = "no_call"
    KEEP_NO_CALL = "keep_no_call"
    SCHEDULE = "schedule"
    CALL_WITH_CARE = "call_with_care"
    AGREE = "agree"
    ANOTHER_TIME = "another_time"
    TRY_AGAIN = "try_again"
    OPEN_IN_NEO = "open_in_neo"


# a rule of the clinic's excludes these, and a person may know better
_MAY_BE_CALLED = frozenset(
    {
        ReasonCode.KIND_OFF,
        ReasonCode.TYPE_OFF,
        ReasonCode.NOBODY_CAME,
        ReasonCode.END_OF_LIFE,
        ReasonCode.DECEASED,
    }
)


def choices(row: VisitRecord) -> tuple[Choice, ...]:
    """Left to right. What is somebody else's is only looked at."""
    if row.others:
        return ()
    if row.ignored:
        return (Choice.TAKE_BACK, _first_aid(row))
    match row.state:
        case VisitState.SCHEDULED:
            return (Choice.NO_CALL, Choice.ANOTHER_TIME) if row.call_status == "queued" else ()
        case VisitState.HELD:
            return _for_held(row)
        case VisitState.EXCLUDED:
            return _for_excluded(row)
        case VisitState.WAITING:
            return (*_ignore(row), Choice.TRY_AGAIN, Choice.OPEN_IN_NEO)
        case VisitState.FAILED:
            return (*_ignore(row), Choice.TRY_AGAIN)


def _for_held(row: VisitRecord) -> tuple[Choice, ...]:
    if remedy(row) is Remedy.OPEN_IN_NEO:
        return (*_ignore(row), Choice.TRY_AGAIN, Choice.OPEN_IN_NEO)
    if remedy(row) is Remedy.TRY_AGAIN:
        return (Choice.KEEP_NO_CALL, Choice.TRY_AGAIN)
    if row.reason_code == ReasonCode.REVIEW:
        return (Choice.TAKE_BACK, Choice.NO_CALL) if row.agreed else (Choice.NO_CALL, Choice.AGREE)
    if row.reason_code == ReasonCode.CALLS_PAUSED:
        return (Choice.NO_CALL,)
    return (Choice.CALL_WITH_CARE if asks_for_care(row) else Choice.SCHEDULE, Choice.KEEP_NO_CALL)


def _for_excluded(row: VisitRecord) -> tuple[Choice, ...]:
    if row.reason_code == ReasonCode.NO_CALL_BY_PERSON:
        return (Choice.TAKE_BACK,)
    return (Choice.SCHEDULE,) if row.reason_code in _MAY_BE_CALLED else ()


def _ignore(row: VisitRecord) -> tuple[Choice, ...]:
    return (Choice.IGNORE,) if row.needs_attention else ()


def _first_aid(row: VisitRecord) -> Choice:
    return Choice.TRY_AGAIN if row.state is VisitState.FAILED else Choice.OPEN_IN_NEO
