"""Whether a sign-in still lives, by more than one page: any of them may be closed to a plain user.

A refusal (401, 403) of one page says nothing by itself: it is the end of a session, or a page that this user may not
open. A redirect to the sign-in page, or that page itself, is the end wherever it comes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.fields import local_text
from idexx_desktop.neo.translate import is_refusal

Ask = Callable[[str, dict[str, str] | None], Awaitable[object]]

# about one page, and not about who is signed in
_SAYS_NOTHING = (FailureCode.PAYLOAD_CHANGED, FailureCode.NEO_REFUSED)
_WHO = "/users"
_HOURS = "/schedule/getScheduleConfigs"
_CALENDAR = "/appointments/getCalendarEventData"
_TIME = "%Y-%m-%d %H:%M:%S"


async def prove(ask: Ask, clock: Clock, zone: ZoneInfo) -> object:
    """What Neo says of the user who is signed in, None where this user may not see it, and is signed in all the same.

    Raises SESSION_EXPIRED where no page answers; the site's own failure where it is not about the sign-in.
    """
    problem: Failure | None = None
    for path, parameters in _proofs(clock.now(), zone):
        try:
            found = await ask(path, parameters)
        except Failure as failure:
            if not (is_refusal(failure) or failure.code in _SAYS_NOTHING):
                raise
            if problem is None or is_refusal(failure):
                problem = failure
        else:
            return found if path == _WHO else None
    raise problem or Failure(FailureCode.SESSION_EXPIRED)


def _proofs(now: datetime, zone: ZoneInfo) -> list[tuple[str, dict[str, str] | None]]:
    """Pages that say whether somebody is signed in, the cheapest first, last the one that a sync needs itself."""
    span = {
        "start": local_text(now, zone, _TIME),
        "end": local_text(now + timedelta(hours=1), zone, _TIME),
    }
    return [(_WHO, None), (_HOURS, None), (_CALENDAR, span)]
