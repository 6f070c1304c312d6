"""When to notify of concerns: once when one is opened, and once when its answer is late. Never with a name.

Pure: what is open and what was told before in, a notice (or none) and what to remember out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idexx_desktop.domain.concerns import Concern
from idexx_desktop.gui import concern_words
from idexx_desktop.gui.notifying import Notice
from idexx_desktop.gui.strings import concerns, tr

_LATE = "!"
# what is remembered of them, at most: the preferences aren't made for more
_MOST = 200


def consider_concerns(
    waiting: Sequence[Concern], now: datetime, told: frozenset[str]
) -> tuple[Notice | None, frozenset[str]]:
    """What to say now, and what was told by then. Call it again with what it returned."""
    waiting = waiting[:_MOST]
    opened_before = {mark.removesuffix(_LATE) for mark in told}
    late_before = {mark.removesuffix(_LATE) for mark in told if mark.endswith(_LATE)}
    late = {each.id for each in waiting if each.is_late(now)}
    # one that was late stays told, whatever a clock says since
    marks = frozenset(f"{each.id}{_LATE if each.id in late | late_before else ''}" for each in waiting)
    found = concern_words.summary(waiting, now)
    if found is None or not (late - late_before or {each.id for each in waiting} - opened_before):
        return None, marks
    title = tr(concerns.NOTICE_LATE) if late - late_before else found[0]
    return Notice(title, tr(concerns.NOTICE_MORE), "attention"), marks
