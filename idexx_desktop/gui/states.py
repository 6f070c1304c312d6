"""How each state looks: icon, word and tone, in one table each and in one order everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.domain.decisions import ReasonCode, StepOutcome
from idexx_desktop.domain.ranks import Ending, ending
from idexx_desktop.domain.records import MissedRun, SessionRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.strings import states, tr
from idexx_desktop.gui.tokens import Tone


@dataclass(frozen=True, slots=True)
class StateLook:
    """An icon of resources/icons, a phrase of the catalogue, and a tone."""

    icon: str
    words: str
    tone: Tone

    @property
    def label(self) -> str:
        """The words in the language in use."""
        return tr(self.words)


@dataclass(frozen=True, slots=True)
class PillLook:
    """What a pill shows: like a StateLook, with the words already made."""

    icon: str
    text: str
    tone: Tone


# of a call that is made with care
CARE_ICON = "circle-alert"

VISIT_LOOKS: dict[VisitState, StateLook] = {
    VisitState.SCHEDULED: StateLook("phone-outgoing", states.SCHEDULED, Tone.GOOD),
    VisitState.HELD: StateLook("hand", states.HELD, Tone.HELD),
    VisitState.EXCLUDED: StateLook("minus", states.EXCLUDED, Tone.OFF),
    VisitState.WAITING: StateLook("clock", states.WAITING, Tone.ATTENTION),
    VisitState.FAILED: StateLook("cloud-off", states.FAILED, Tone.ACT),
}

STEP_LOOKS: dict[StepOutcome, StateLook] = {
    StepOutcome.PASSED: StateLook("check", states.RULE_PASSED, Tone.GOOD),
    StepOutcome.EXCLUDED: StateLook("ban", states.RULE_EXCLUDED, Tone.OFF),
    StepOutcome.HELD: StateLook("hand", states.RULE_HELD, Tone.HELD),
    StepOutcome.WAITING: StateLook("clock", states.RULE_WAITING, Tone.ATTENTION),
    StepOutcome.FAILED: StateLook("cloud-off", states.RULE_FAILED, Tone.ACT),
    StepOutcome.NOT_CHECKED: StateLook("minus", states.RULE_NOT_CHECKED, Tone.OFF),
}

_REASON_ICONS: dict[str, str] = {
    ReasonCode.NO_PHONE: "phone-off",
    ReasonCode.UNDIALABLE: "phone-off",
    ReasonCode.MAY_HAVE_DIED: "heart-crack",
    ReasonCode.END_OF_LIFE: "heart-crack",
    ReasonCode.DECEASED: "heart-crack",
    ReasonCode.CALL_FAILED: "phone-missed",
    ReasonCode.CALL_MISSING: "phone-off",
    ReasonCode.NOT_LOOKED_AT: "cloud-off",
    ReasonCode.TOO_LATE: "calendar-x",
    ReasonCode.UNREACHED: "phone-missed",
    ReasonCode.NO_SLOT: "calendar-x",
    ReasonCode.NO_TIME: "calendar-x",
    ReasonCode.HOUSEHOLD_HELD: "paw-print",
    ReasonCode.CALLS_PAUSED: "circle-pause",
    ReasonCode.OPTED_OUT: "ban",
    ReasonCode.DO_NOT_CALL: "phone-off",
    ReasonCode.NO_CONSENT: "phone-off",
    ReasonCode.TYPE_UNCLEAR: "heart-crack",
    ReasonCode.MAY_NOT_BE_WELL: CARE_ICON,
    ReasonCode.UNKNOWN_LANGUAGE: "globe",
    ReasonCode.BACK_IN_CLINIC: "paw-print",
    ReasonCode.NEO_CALL_BACK: "phone-call",
}


def visit_look(state: VisitState, reason_code: str) -> StateLook:
    """The look of a visit's state, with an icon of its own where the reason has one."""
    look = VISIT_LOOKS[state]
    icon = _REASON_ICONS.get(reason_code)
    return StateLook(icon, look.words, look.tone) if icon else look


_ENDING_LOOKS: dict[Ending, StateLook] = {
    Ending.ALL_IN: StateLook("check", states.ALL_IN, Tone.GOOD),
    Ending.SYNCING: StateLook("loader", states.SYNCING, Tone.OFF),
    Ending.STOPPED_BY_YOU: StateLook("square", states.STOPPED_BY_YOU, Tone.OFF),
    Ending.MISSED: StateLook("moon", states.MISSED, Tone.OFF),
    Ending.LEFT_OVER: StateLook("triangle-alert", states.LEFT_OVER, Tone.ATTENTION),
    Ending.INTERRUPTED: StateLook("unplug", states.INTERRUPTED, Tone.ATTENTION),
    Ending.STOPPED: StateLook("circle-x", states.STOPPED, Tone.ACT),
}


def session_pill(record: SessionRecord | MissedRun) -> PillLook:
    """How one sync of the history ended."""
    look = _ENDING_LOOKS[ending(record)]
    count = 0 if isinstance(record, MissedRun) else record.consultations_failed
    return PillLook(look.icon, tr(look.words, count=count), look.tone)
