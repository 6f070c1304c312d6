"""Calls that a calling system had, or should have taken: which of them need a person, and what it said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from idexx_desktop.domain.call_times import LATEST_DELAY
from idexx_desktop.domain.harmless import harmless
from idexx_desktop.domain.others_calls import FAILED, QUEUED

UNDER_WAY = ("ringing", "in_progress")
# no call takes this long, and none that is to be made waits this long
LONGEST_CALL = timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=1)
# a call that the rules would not make any more needs nobody
LOOKED_BACK = LATEST_DELAY
LONGEST_REASON = 80


class CallTrouble(StrEnum):
    """Why a call needs a person, the gravest first."""

    FAILED = "failed"
    STUCK = "stuck"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class CallReport:
    """What the calling system wrote about a call, where its table has room for it: bounded, and never relied on.

    `ended_reason`, `severity`, `summary` and `details` are texts of others; `attention` names what it flagged.
    """

    ended_reason: str = ""
    attention: tuple[str, ...] = ()
    severity: str = ""
    summary: str = ""
    details: tuple[tuple[str, str], ...] = ()
    seconds: int | None = None


NOTHING_REPORTED = CallReport()


@dataclass(frozen=True, slots=True)
class TroubledCalls:
    """Calls that need a person for the same reason: how many, of which local days, and what most of them ended with.

    `reasons`: how many different endings there are.
    """

    trouble: CallTrouble
    count: int
    first_day: date
    last_day: date
    reason: str = ""
    reasons: int = 0

    def title(self, today: date) -> str:
        """`70 calls of today didn't get through: no number to call from.`"""
        one = self.count == 1
        calls = f"{'1 call' if one else f'{self.count:,} calls'} {self._days(today)}"
        match self.trouble:
            case CallTrouble.FAILED:
                why = f"{'most of them: ' if self.reasons > 1 else ''}{self.reason}"
                return f"{calls} didn't get through: {why}" if self.reason else f"{calls} didn't get through."
            case CallTrouble.STUCK:
                return f"{calls} {'has' if one else 'have'} been under way for more than an hour."
            case CallTrouble.NOT_TAKEN:
                return f"{calls} {'is' if one else 'are'} more than an hour past {'its' if one else 'their'} time."

    @property
    def advice(self) -> str:
        """What to do about it."""
        return _ADVICE[self.trouble]

    def _days(self, today: date) -> str:
        if self.first_day == self.last_day == today:
            return "of today"
        if self.first_day == self.last_day == today - timedelta(days=1):
            return "of yesterday"
        return f"of the last {LOOKED_BACK.days + 1} days"


_ADVICE = {
    CallTrouble.FAILED: "Call these owners by hand, and tell whoever looks after the calling system.",
    CallTrouble.STUCK: "The calling system hasn't said how this ended. Call by hand where nobody was reached.",
    CallTrouble.NOT_TAKEN: "Nobody has made them. Call by hand; where a calling system makes the calls, see whether it"
    " runs.",
}


def trouble_of(
    status: str, scheduled_for: datetime | None, begun_at: datetime | None, now: datetime
) -> CallTrouble | None:
    """Why a call that nobody has made by hand needs a person. `begun_at`: since when it rings or is under way."""
    if scheduled_for is None or not now - LOOKED_BACK <= scheduled_for <= now:
        return None
    if status == FAILED:
        return CallTrouble.FAILED
    if status in UNDER_WAY and now - (begun_at or scheduled_for) > LONGEST_CALL:
        return CallTrouble.STUCK
    if status == QUEUED and now - scheduled_for > LONGEST_WAIT:
        return CallTrouble.NOT_TAKEN
    return None


def grouped(calls: Sequence[tuple[CallTrouble, datetime, str]], zone: ZoneInfo) -> tuple[TroubledCalls, ...]:
    """The calls (why, when, what it ended with) in groups of one reason, the gravest first."""
    groups = []
    for trouble in CallTrouble:
        found = [(when, reason) for why, when, reason in calls if why is trouble]
        if not found:
            continue
        days = sorted(when.astimezone(zone).date() for when, _ in found)
        endings: dict[str, int] = {}
        for _, reason in found:
            said = one_line(reason, LONGEST_REASON)
            endings[said] = endings.get(said, 0) + 1
        most = max(endings, key=lambda said: (bool(said), endings[said], said))
        groups.append(TroubledCalls(trouble, len(found), days[0], days[-1], most, len(endings)))
    return tuple(groups)


def report_of(found: Mapping[str, object]) -> CallReport:
    """What a row says, by the names of its columns; whatever they hold, text comes out."""
    seconds = found.get("duration_seconds")
    return CallReport(
        ended_reason=one_line(_text(found.get("ended_reason")), 300),
        attention=_names(found.get("attention_types")),
        severity=one_line(_text(found.get("attention_severity")), 40),
        summary=_first(found, ("attention_summary", "call_summary", "summary")),
        details=_pairs(found.get("structured_data")),
        seconds=seconds if isinstance(seconds, int) and 0 <= seconds < 10**6 else None,
    )


def one_line(text: str, longest: int) -> str:
    """A text of others on one line, without signs that can't be seen, cut where it is long."""
    said = " ".join(harmless(text[: longest * 4]).split())
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"


def _first(found: Mapping[str, object], names: Sequence[str]) -> str:
    texts = (one_line(_text(found.get(name)), 1_000) for name in names)
    return next((text for text in texts if text), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)[:4_000]


def _names(value: object) -> tuple[str, ...]:
    """A list of codes, or what of it is there: `missed_dose` is read as `missed dose`."""
    listed = value if isinstance(value, list) else [value]
    names = (one_line(_text(each).replace("_", " "), 60) for each in listed[:10])
    return tuple(name for name in names if name)


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    """The top of structured data: names with what is a word, a number or a yes; what is deeper is left out."""
    if not isinstance(value, dict):
        return ()
    plain = [
        (key, each) for key, each in list(value.items())[:30] if isinstance(each, str | int | float | bool)
    ]
    pairs = ((one_line(str(key).replace("_", " "), 60), one_line(_said(each), 200)) for key, each in plain)
    return tuple((name, said) for name, said in pairs if name and said)[:12]


def _said(value: str | float) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
