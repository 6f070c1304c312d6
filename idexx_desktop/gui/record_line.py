"""One line for Neo's record, because the program never writes there: when, who, whom, what came of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallOutcome, CallRecord
from idexx_desktop.gui import call_words, timewords
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import calls, saying, tr

_REACHED = frozenset(
    {CallOutcomeKind.REACHED_WELL, CallOutcomeKind.REACHED_CONCERN, CallOutcomeKind.OPTED_OUT}
)
_SHORT = {
    CallOutcomeKind.REACHED_WELL: calls.SHORT_WELL,
    CallOutcomeKind.REACHED_CONCERN: calls.SHORT_CONCERN,
}


def record_line(call: CallRecord, outcome: CallOutcome, zone: ZoneInfo) -> str:
    """`Sun 22 Nov 2026 10:12, by Ana: reached Tom Baker about Rex, +1 510 555 0104. Doing well. …`, on one line."""
    local = outcome.at.astimezone(zone)
    when = f"{timewords.of_date(local.date())} {timewords.of_day(local.time())}"
    by = tr(saying.RECORD_BY, name=outcome.by) if outcome.by else ""
    whom = saying.RECORD_REACHED if outcome.outcome in _REACHED else saying.RECORD_CALLED
    about = tr(whom, owner=call_words.owner(call), pets=call_words.pets(call))
    number = call_words.number(call.customer_phone)
    first = f"{', '.join(filter(None, (when, by)))}: {', '.join(filter(None, (about, number)))}"
    answers = "; ".join(each.words() for each in outcome.answers)
    parts = (first, _came_of_it(outcome.outcome), answers, outcome.note)
    return shown(" ".join(_sentence(part) for part in parts if part.strip()))


def _came_of_it(outcome: str) -> str:
    look = call_words.outcome_look(outcome)
    if look is None:
        return outcome
    kind = CallOutcomeKind(outcome)
    return tr(_SHORT[kind]) if kind in _SHORT else look.label


def _sentence(part: str) -> str:
    words = " ".join(part.split())
    return words if words[-1] in ".!?…" else f"{words}."
