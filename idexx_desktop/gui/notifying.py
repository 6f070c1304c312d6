"""When to notify, and of what: once when a person is needed, then daily; after a day without success; on recovery.

Pure: a status and the time in, a notice (or none) and what to remember out. Never for routine success, never a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from idexx_desktop.domain.failures import Failure, FailureCode, Route
from idexx_desktop.domain.needs import Needs, ProblemKind
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.gui import needs_words
from idexx_desktop.gui.strings import tr, tray

_DAY = timedelta(days=1)
_STALE, _WAITING = "not_synced", "waiting"
_STOPS = (ProblemKind.SIGN_IN, ProblemKind.SYNC)
# these two are seen on the screen; a person paused on purpose, and what wasn't synced has its own day of patience
_QUIET = (ProblemKind.PAUSED, ProblemKind.NOT_SYNCED)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification, and the page that a click opens, with what is sent along."""

    title: str
    text: str
    page_id: str
    argument: object = None


@dataclass(frozen=True, slots=True)
class Told:
    """What was notified last, and when; "" when all was well then."""

    problem: str = ""
    at: datetime | None = None

    def as_text(self) -> str:
        """For the preferences."""
        return f"{self.problem} {self.at.isoformat()}" if self.problem and self.at else ""


def told_from(text: str) -> Told:
    """What `as_text` made; nothing told where it can't be read."""
    problem, _, moment = text.partition(" ")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return Told()
    return Told(problem, at if at.tzinfo else at.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class _Problem:
    name: str
    notice: Notice


def consider(status: TodayStatus, now: datetime, told: Told) -> tuple[Notice | None, Told]:
    """What to say now, and what to remember of it. Call it again with what it returned."""
    problem = _problem(status, now)
    serious = told.problem not in ("", _WAITING)
    if serious and (problem is None or problem.name == _WAITING):
        if not _succeeded_since(status, told):
            return None, told  # it may be over, but nothing shows it yet
        # that syncing works again is the news; pets that wait are told of a day later
        return _recovered(), Told(_WAITING, now) if problem else Told()
    if problem is None:
        return None, Told()
    fresh = problem.name != told.problem or told.at is None or now - told.at >= _DAY
    return (problem.notice, Told(problem.name, now)) if fresh else (None, told)


def _succeeded_since(status: TodayStatus, told: Told) -> bool:
    as_of = status.up_to_date_as_of
    return as_of is not None and (told.at is None or as_of >= told.at)


def _recovered() -> Notice:
    return Notice(tr(tray.RECOVERED), tr(tray.RECOVERED_MORE), "history")


def _problem(status: TodayStatus, now: datetime) -> _Problem | None:
    needs = status.needs(now)
    stopped = next((each.failure for each in needs.problems if each.kind in _STOPS), None)
    if stopped is not None:
        return _Problem(str(stopped.code), _failure_notice(stopped))
    as_of = status.up_to_date_as_of
    if as_of is not None and now - as_of >= _DAY and status.stale:
        return _Problem(_STALE, Notice(tr(tray.NOT_SYNCED), tr(tray.NOT_SYNCED_MORE), "today"))
    if needs.visits or any(each.kind not in _QUIET for each in needs.problems):
        return _Problem(_WAITING, Notice(_waiting(needs), tr(tray.WAITING_MORE), "attention"))
    return None


def _waiting(needs: Needs) -> str:
    return tr(tray.WAITING, things=needs_words.things(needs))


def _failure_notice(failure: Failure) -> Notice:
    # the title of a failure may be made for one visit; the words of its code never name anybody
    text = failure.words.title
    if failure.route is Route.SUSPEND or failure.code is FailureCode.ADDRESS_CHANGED:
        return Notice(tr(tray.ACTION_NEEDED), text, "settings", failure.code)
    return Notice(tr(tray.ACTION_NEEDED), text, "today")
