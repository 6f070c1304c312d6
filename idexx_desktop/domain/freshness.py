"""How old the last look at a visit may be when its call is due. Each visit's own reading decides, nothing else.

What is due soon is read once again; what was not read by the last chance is held, so that whoever ran a program
within that time before a call has seen to it, whatever became of the program since.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from idexx_desktop.domain.schedule import CLOCKS_DIFFER

# at the instant a call is due, its visits were read completely within this time
LIMIT = timedelta(minutes=45)
# so long before a call its visits are read
AHEAD = timedelta(minutes=30)
# what was not read so long before its call is held
LAST_CHANCE = timedelta(minutes=10)
# a visit that could not be read is tried again after this
AGAIN_AFTER = timedelta(minutes=10)
# dated later than this from now, a reading was dated by a clock that has been set back since
SEEMS_TO_COME = timedelta(minutes=1)


def is_fresh(read_at: datetime | None, due: datetime, now: datetime) -> bool:
    """Whether a visit read at this instant (None: never) is as it has to be for a call that is due then.

    A reading that seems yet to come was dated by a clock that has been set back since: it says nothing.
    """
    return read_at is not None and due - LIMIT <= read_at <= now + CLOCKS_DIFFER


def is_last_chance(due: datetime, now: datetime) -> bool:
    """Whether a call that is due then has to be right from now on, even if no program runs any more."""
    return due - now <= LAST_CHANCE
