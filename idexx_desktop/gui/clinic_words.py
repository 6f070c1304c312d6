"""How a clinic stands, in the words of one line: the owner of several clinics looks at all of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.failures import Failure, FailureCode, Route
from idexx_desktop.domain.needs import still_stands
from idexx_desktop.domain.overview import ClinicState, SignInState
from idexx_desktop.gui import timewords
from idexx_desktop.gui.headline import Headline, not_synced
from idexx_desktop.gui.strings import clinics, today, tr
from idexx_desktop.gui.tokens import Tone

_STATES = {
    "valid": clinics.SIGN_IN_VALID,
    "invalid": clinics.SIGN_IN_INVALID,
    "unknown": clinics.SIGN_IN_UNKNOWN,
}
_WORST_FIRST = (Tone.ACT, Tone.ATTENTION, Tone.OFF, Tone.GOOD)


def headline(state: ClinicState, now: datetime, zone: ZoneInfo) -> Headline:
    """`Up to date as of 10:42.`, or since when not and why."""
    as_of, failure = state.up_to_date_as_of, _failure(state)
    if failure and (failure.route is not Route.RETRY or state.stale or as_of is None):
        tone = Tone.ATTENTION if failure.route is Route.RETRY else Tone.ACT
        icon = "circle-alert" if failure.route is Route.RETRY else "circle-x"
        return Headline(tone, icon, not_synced(as_of, failure, now, zone), failure)
    if as_of is None:
        return Headline(Tone.OFF, "info", tr(today.NEVER_SYNCED))
    when = timewords.spoken(as_of, now, zone)
    if state.stale:
        return Headline(Tone.ATTENTION, "circle-alert", tr(today.LATE_SINCE, when=when))
    if state.attention_count:
        return Headline(Tone.ATTENTION, "circle-alert", tr(today.UP_TO_DATE, when=when))
    return Headline(Tone.GOOD, "circle-check", tr(today.UP_TO_DATE, when=when))


def urgency(said: Headline) -> int:
    """What has to be acted on comes first."""
    return _WORST_FIRST.index(said.tone)


def sign_ins(state: ClinicState) -> str:
    """The state of the clinic's sign-ins in a few words."""
    if not state.sign_ins:
        return tr(clinics.NO_SIGN_IN)
    if len(state.sign_ins) == 1:
        return _sign_in(state.sign_ins[0])
    good = sum(_is_good(each) for each in state.sign_ins)
    return tr(clinics.SIGN_INS, good=good, count=len(state.sign_ins))


def each_sign_in(state: ClinicState, now: datetime, zone: ZoneInfo) -> str:
    """One line for each person's sign-in."""
    lines = []
    for each in state.sign_ins:
        words = _sign_in(each)
        if each.last_validated_at:
            when = timewords.spoken(each.last_validated_at, now, zone)
            lines.append(tr(clinics.SIGN_IN_SINCE, person=each.email, words=words, when=when))
        else:
            lines.append(tr(clinics.SIGN_IN_OF, person=each.email, words=words))
    return "\n".join(lines)


def _failure(state: ClinicState) -> Failure | None:
    if state.suspended:
        return state.suspended
    if not state.sign_ins:
        # a clinic that never synced is simply not set up yet
        return Failure(FailureCode.NO_CREDENTIALS) if state.up_to_date_as_of else None
    return still_stands(state.last_failure)


def _sign_in(state: SignInState) -> str:
    if state.suspended_code and state.state != "invalid":
        return tr(clinics.SIGN_IN_PAUSED)
    return tr(_STATES.get(state.state, clinics.SIGN_IN_UNKNOWN))


def _is_good(state: SignInState) -> bool:
    return state.state == "valid" and not state.suspended_code
