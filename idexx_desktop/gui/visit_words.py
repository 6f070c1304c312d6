"""A visit in the words of tables, pills and rows; the same on every page and in exports."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from idexx_desktop.domain.careful_calls import is_with_care
from idexx_desktop.domain.checks import WINDOW
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import timewords
from idexx_desktop.gui.states import CARE_ICON, PillLook, visit_look
from idexx_desktop.gui.strings import attention, states, tr, tr_count
from idexx_desktop.gui.tokens import Tone

_SHORT: dict[str, str] = {
    ReasonCode.MAY_HAVE_DIED: states.MAY_HAVE_DIED,
    ReasonCode.MAY_NOT_BE_WELL: states.MAY_NOT_BE_WELL,
    ReasonCode.UNKNOWN_LANGUAGE: states.UNKNOWN_LANGUAGE,
    ReasonCode.NO_PHONE: states.NO_PHONE,
    ReasonCode.UNDIALABLE: states.UNDIALABLE,
    ReasonCode.WRONG_NUMBER: states.WRONG_NUMBER,
    ReasonCode.CALLED_ENOUGH: states.CALLED_ENOUGH,
    ReasonCode.TOO_LATE: states.TOO_LATE,
    ReasonCode.UNREACHED: states.UNREACHED,
    ReasonCode.NO_SLOT: states.NO_SLOT,
    ReasonCode.NO_TIME: states.NO_TIME,
    ReasonCode.HOUSEHOLD_HELD: states.HOUSEHOLD_HELD,
    ReasonCode.UNKNOWN_STATUS: states.UNKNOWN_STATUS,
    ReasonCode.CALL_CANCELLED: states.CALL_CANCELLED,
    ReasonCode.CALL_FAILED: states.CALL_FAILED,
    ReasonCode.CALL_MISSING: states.CALL_MISSING,
    ReasonCode.NOT_LOOKED_AT: states.NOT_LOOKED_AT,
    ReasonCode.ACCOUNT_LEFT: states.ACCOUNT_LEFT,
    ReasonCode.DO_NOT_CALL: states.DO_NOT_CALL,
    ReasonCode.NO_CONSENT: states.NO_CONSENT,
    ReasonCode.ODD_NAME: states.ODD_NAME,
    ReasonCode.NEO_CALL_BACK: states.NEO_CALL_BACK,
    ReasonCode.BACK_IN_CLINIC: states.BACK_IN_CLINIC,
    ReasonCode.ALREADY_CALLED: states.ALREADY_CALLED,
    ReasonCode.TYPE_UNCLEAR: states.TYPE_UNCLEAR,
    ReasonCode.TYPE_OFF: states.TYPE_OFF,
    ReasonCode.REVIEW: states.REVIEW,
    ReasonCode.CALLS_PAUSED: states.CALLS_PAUSED,
    ReasonCode.END_OF_LIFE: states.END_OF_LIFE,
    ReasonCode.DECEASED: states.DECEASED,
    ReasonCode.TOLD_DEAD: states.TOLD_DEAD,
    ReasonCode.CANCELLED: states.CANCELLED,
    ReasonCode.NO_SHOW: states.NO_SHOW,
    ReasonCode.NOBODY_CAME: states.NOBODY_CAME,
    ReasonCode.VOIDED: states.VOIDED,
    ReasonCode.COUNTER_SALE: states.COUNTER_SALE,
    ReasonCode.PREPAYMENT: states.PREPAYMENT,
    ReasonCode.KIND_OFF: states.KIND_OFF,
    ReasonCode.OPTED_OUT: states.OPTED_OUT,
    ReasonCode.CALL_DISABLED: states.CALL_DISABLED,
    ReasonCode.VANISHED: states.VANISHED,
    ReasonCode.NO_CALL_BY_PERSON: states.NO_CALL_BY_PERSON,
}
_WAITING: dict[str, str] = {
    ReasonCode.DRAFT: states.WAITING_DRAFT,
    ReasonCode.NOT_YET: states.WAITING_VISIT,
    ReasonCode.NO_CONSULTATION: states.WAITING_CONSULTATION,
}


class Remedy(Enum):
    """What helps with a visit that needs attention, first of all."""

    TRY_AGAIN = "try_again"
    OPEN_IN_NEO = "open_in_neo"
    DECIDE = "decide"


_IN_NEO = frozenset(
    {
        ReasonCode.NO_PHONE,
        ReasonCode.UNDIALABLE,
        ReasonCode.WRONG_NUMBER,
        ReasonCode.UNKNOWN_STATUS,
        ReasonCode.NO_TIME,
    }
)


def remedy(row: VisitRecord) -> Remedy:
    """What the row's own button does."""
    if row.state is VisitState.FAILED or row.reason_code == ReasonCode.NOT_LOOKED_AT:
        return Remedy.TRY_AGAIN
    if row.state is VisitState.WAITING or row.reason_code in _IN_NEO:
        return Remedy.OPEN_IN_NEO
    # our own call is over, and another one for the same visit isn't made
    if row.reason_code == ReasonCode.CALL_FAILED and row.call_status is not None:
        return Remedy.OPEN_IN_NEO
    return Remedy.DECIDE


def key(row: VisitRecord) -> str:
    """What names a row of a table: one's own visit by its key; of others only the row's id does."""
    return row.id if row.others else row.visit_key


def pet(row: VisitRecord) -> str:
    """The pet's name, or words where Neo has none."""
    return row.patient_name or tr(attention.NO_PET)


def owner(row: VisitRecord) -> str:
    """The owner's name, or a dash."""
    return row.owner_name or tr(attention.NO_VALUE)


def heading(row: VisitRecord, now: datetime, zone: ZoneInfo) -> str:
    """`Bella · 21 Nov, Dr. Kim`."""
    when = timewords.short_day(row.visit_at, now, zone)
    rest = ", ".join(part for part in (when, row.provider) if part)
    return f"{pet(row)} · {rest}" if rest else pet(row)


def happens_next(row: VisitRecord, now: datetime, zone: ZoneInfo) -> PillLook:
    """What happens next, as a pill: `Call 22 Nov, 16:00 · with Nala`, `Held: may have died`, …"""
    look = visit_look(row.state, row.reason_code)
    words = _next_words(row, look.label, now, zone)
    if row.state is VisitState.SCHEDULED and is_with_care(row):
        return PillLook(CARE_ICON, words, Tone.ATTENTION)
    return PillLook(look.icon, words, look.tone)


def _next_words(row: VisitRecord, label: str, now: datetime, zone: ZoneInfo) -> str:
    if row.state is VisitState.SCHEDULED:
        return _call_words(row, label, now, zone)
    if row.state is VisitState.FAILED:
        # a sync asks more than once, and says so in the reason: what is counted here are syncs
        return tr(states.IN_SYNCS, state=label, count=row.attempts) if row.attempts > 1 else label
    if row.state is VisitState.WAITING:
        return _waiting_words(row, label, now)
    if row.reason_code == ReasonCode.REVIEW and (foreseen := _foreseen(row)):
        if is_with_care(row):
            return tr(states.WOULD_CALL_WITH_CARE, when=foreseen)
        return tr(states.WOULD_CALL_DECIDED if row.agreed else states.WOULD_CALL, when=foreseen)
    reason = _SHORT.get(row.reason_code)
    state = tr(states.HELD_SHORT) if row.state is VisitState.HELD and reason else label
    return tr(states.STATE_BECAUSE, state=state, reason=tr(reason)) if reason else state


def _foreseen(row: VisitRecord) -> str:
    """When the call would be, in the words of the rule that found the time."""
    return next((step.detail for step in row.trace if step.rule == WINDOW), "")


def _call_words(row: VisitRecord, label: str, now: datetime, zone: ZoneInfo) -> str:
    if row.call_scheduled_for is None:
        return tr(states.COLLEAGUE) if row.reason_code == ReasonCode.COLLEAGUE else label
    words = states.CARE_AT if is_with_care(row) else states.CALL_AT
    call = tr(words, when=timewords.dated(row.call_scheduled_for, now, zone, between=", "))
    return tr(states.CALL_WITH, call=call, pets=", ".join(row.call_with)) if row.call_with else call


def _waiting_words(row: VisitRecord, label: str, now: datetime) -> str:
    words = _WAITING.get(row.reason_code)
    if words:
        return tr(words)
    days = (now - (row.visit_at or row.first_seen_at)).days
    return tr_count(states.WAITING_ONE, states.WAITING_MANY, days, state=label) if days > 0 else label
