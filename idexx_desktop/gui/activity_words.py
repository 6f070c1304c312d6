"""Rows of the activity record in words: what was done, with which result. Unknown ones are shown as they are."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop.domain.audit import ACTION_WORDS, Action
from idexx_desktop.domain.records import AuditRecord, Identity
from idexx_desktop.gui.states import VISIT_LOOKS, PillLook
from idexx_desktop.gui.strings import activity, tr
from idexx_desktop.gui.tokens import Tone

_RESULTS = {
    "ok": activity.DONE,
    "completed": activity.FINISHED,
    "accepted": activity.ACCEPTED,
    "rejected": activity.REJECTED,
    "suspended": activity.SUSPENDED,
    "failed": activity.NOT_DONE,
    "timeout": activity.INTERRUPTED,
}
_VISIT_RESULTS = {str(state): look for state, look in VISIT_LOOKS.items()}
# what went well is plain text: a column of pills would hide the one that matters
_ICONS = {
    "rejected": "circle-x",
    "suspended": "circle-pause",
    "failed": "triangle-alert",
    "timeout": "unplug",
}
# offered as a filter; results of one action only are found by its own filter
RESULTS_OFFERED = ("ok", "completed", "accepted", "rejected", "suspended", "failed", "timeout")


def what(action: str) -> str:
    """`Decided about a visit`."""
    return ACTION_WORDS[Action(action)] if action in ACTION_WORDS else action


def who(actor: str, me: Identity) -> str:
    """A person: the e-mail address for one's own login, else the login; the program itself where there was nobody."""
    if actor == me.login:
        return me.email or actor
    return actor or tr(activity.NOBODY)


def result(row: AuditRecord) -> str:
    """The result in a word or two."""
    return result_word(row.status)


def result_word(status: str | None) -> str:
    """`Done`, `Held for you`; for results that say something else, their code as words (`No call`)."""
    if not status:
        return ""
    if status in _RESULTS:
        return tr(_RESULTS[status])
    if status in _VISIT_RESULTS:
        return _VISIT_RESULTS[status].label
    words = status.replace("_", " ")
    return words[0].upper() + words[1:]


def result_pill(row: AuditRecord) -> PillLook | None:
    """The result as a pill, where something did not go well."""
    icon = _ICONS.get(row.status or "")
    return PillLook(icon, result(row), Tone.ATTENTION) if icon else None


def details(row: AuditRecord) -> list[tuple[str, str]]:
    """Every entry of the row's metadata, and the problem where there was one."""
    entries = [(key.replace("_", " "), plain(value)) for key, value in row.metadata.items()]
    if row.error_details:
        entries += [(tr(activity.PROBLEM), plain(value)) for value in row.error_details.values()]
    return entries


def plain(value: Any) -> str:
    """A value of the metadata on one line, or one line for each of several."""
    if isinstance(value, list | tuple):
        return "\n".join(plain(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def since(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The start of the local day so many days back; 0 is today."""
    day = now.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=zone)
