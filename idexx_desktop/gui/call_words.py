"""A discharge call in the words of tables, pills and panels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idexx_desktop.domain.careful_calls import is_made_with_care
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import CallTrouble
from idexx_desktop.domain.kinds import kind_words
from idexx_desktop.domain.ranks import PAUSED, call_reads
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.gui.states import CARE_ICON, PillLook, StateLook
from idexx_desktop.gui.strings import attention, calls, deaths, tr
from idexx_desktop.gui.tokens import Tone

OUTCOME_LOOKS: dict[CallOutcomeKind, StateLook] = {
    CallOutcomeKind.REACHED_WELL: StateLook("circle-check", calls.REACHED_WELL, Tone.GOOD),
    CallOutcomeKind.REACHED_CONCERN: StateLook("triangle-alert", calls.REACHED_CONCERN, Tone.ATTENTION),
    CallOutcomeKind.VOICEMAIL: StateLook("voicemail", calls.VOICEMAIL, Tone.OFF),
    CallOutcomeKind.NO_ANSWER: StateLook("phone-missed", calls.NO_ANSWER, Tone.OFF),
    CallOutcomeKind.WRONG_NUMBER: StateLook("phone-off", calls.WRONG_NUMBER, Tone.HELD),
    CallOutcomeKind.OPTED_OUT: StateLook("ban", calls.OPTED_OUT, Tone.OFF),
    CallOutcomeKind.DIED: StateLook("heart-crack", calls.DIED, Tone.OFF),
}

_STATUS_LOOKS: dict[str, StateLook] = {
    "ringing": StateLook("phone-call", calls.CALLING, Tone.ACCENT),
    "in_progress": StateLook("phone-call", calls.CALLING, Tone.ACCENT),
    "completed": StateLook("circle-check", calls.CALLED, Tone.GOOD),
    "failed": StateLook("phone-off", calls.NOT_CALLED, Tone.ACT),
    PAUSED: StateLook("circle-pause", calls.PAUSED_CALL, Tone.ATTENTION),
    "cancelled": StateLook("minus", calls.CANCELLED, Tone.OFF),
}
_TROUBLE_LOOKS = {
    CallTrouble.STUCK: StateLook("triangle-alert", calls.STUCK, Tone.ACT),
    CallTrouble.NOT_TAKEN: StateLook("clock", calls.OVERDUE, Tone.ATTENTION),
}
_SCHEDULED = StateLook("phone-outgoing", calls.SCHEDULED, Tone.GOOD)
_DUE = StateLook("phone-outgoing", calls.DUE_NOW, Tone.ACCENT)


def is_open(call: CallRecord) -> bool:
    """Whether the call can still be made or changed here."""
    return call.status == "queued"


def can_be_called(call: CallRecord) -> bool:
    """Whether a person can call here and now: nobody has it, or whoever had it didn't get through."""
    return is_open(call) or call.trouble is not None


def report(call: CallRecord) -> list[tuple[str, str]]:
    """What the calling system says of a call, name by name."""
    said = call.report
    length = ""
    if said.seconds is not None:
        length = tr(calls.REPORT_SECONDS, minutes=said.seconds // 60, seconds=said.seconds % 60)
    named = [
        (tr(calls.REPORT_ENDED), said.ended_reason),
        (tr(calls.REPORT_ATTENTION), ", ".join(said.attention)),
        (tr(calls.REPORT_SEVERITY), said.severity),
        (tr(calls.REPORT_SUMMARY), said.summary),
        (tr(calls.REPORT_LENGTH), length),
        *said.details,
    ]
    return [(name, value) for name, value in named if value]


def pets(call: CallRecord) -> str:
    """`Rex`, `Rex & Nala`, `Rex, Nala & Otto`; words where Neo has no name."""
    names = [name or tr(attention.NO_PET) for name in call.patient_names] or [tr(attention.NO_PET)]
    return _joined(names)


def owner(call: CallRecord) -> str:
    """The owner's name, or words where Neo has none."""
    return call.owner_name or tr(calls.NO_OWNER)


def whose(call: CallRecord) -> str:
    """The owner, in a list: there it says, too, that the call is made with care, however narrow the list is."""
    return tr(calls.CARE_OWNER, owner=owner(call)) if is_made_with_care(call) else owner(call)


def kind(call: CallRecord) -> str:
    """The kind of visit, as the clinic says it; a word of another program as it is."""
    return kind_words(call.kind)


def tries(call: CallRecord) -> str:
    """`Try 2 of 3` once there was one; "" before, and where none follows."""
    if call.next_attempt_at is None or not call.attempts:
        return ""
    return tr(calls.TRY, number=min(len(call.attempts) + 1, call.max_attempts), total=call.max_attempts)


def number(phone: str) -> str:
    """A North American number in groups, `+1 510 555 0123`; any other as it is."""
    digits = phone[2:]
    if phone.startswith("+1") and len(digits) == 10 and digits.isascii() and digits.isdigit():
        return f"+1 {digits[:3]} {digits[3:6]} {digits[6:]}"
    return phone


def state_pill(call: CallRecord, now: datetime) -> PillLook:
    """Where the call is: due, scheduled, under way, or what came of it."""
    if call.claim is not None and can_be_called(call):
        return PillLook("phone-call", tr(deaths.STATE_CALLING, who=call.claim.by), Tone.ATTENTION)
    look = _look(call, now)
    if not is_made_with_care(call):
        return PillLook(look.icon, look.label, look.tone)
    tone = look.tone if look.tone is Tone.ACT else Tone.ATTENTION
    return PillLook(CARE_ICON, tr(calls.CARE_STATE, state=look.label), tone)


def outcome_look(outcome: str) -> StateLook | None:
    """The look of an outcome that a person recorded; None for a word of another program."""
    return OUTCOME_LOOKS[CallOutcomeKind(outcome)] if outcome in set(CallOutcomeKind) else None


def _look(call: CallRecord, now: datetime) -> StateLook:
    if call.trouble in _TROUBLE_LOOKS:
        return _TROUBLE_LOOKS[call.trouble]
    if is_open(call):
        return _DUE if call.scheduled_for <= now else _SCHEDULED
    reads = call_reads(call)
    return outcome_look(reads) or _STATUS_LOOKS[reads]


def _joined(names: Sequence[str]) -> str:
    *first, last = names
    return tr(calls.TWO_PETS, first=", ".join(first), last=last) if first else last
