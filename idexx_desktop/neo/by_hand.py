"""Neo in a window, for what only a person can answer: once, and what says that they have is kept.

The program types the sign-in as ever, behind the same walls, and then leaves the page to them until Neo lets it in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.signin import SignInPage

PATIENCE_SECONDS = 15 * 60.0
_LOOK_SECONDS = 0.5
# whether Neo lets us in is asked where something has changed; now and then also where nothing has: a person may have
# confirmed this computer somewhere else
_ASK_SECONDS, _ASK_ANYWAY_SECONDS = 2.0, 10.0
# what is asked after an accepted password, or before it was typed
ANSWERABLE = frozenset({FailureCode.NEO_ASKS, FailureCode.BRANCH_ASKED, FailureCode.CODE_ASKED})
# what a page that is closed while it loads seems to be
_BREAKS_OFF = frozenset({FailureCode.UNREACHABLE, FailureCode.TOO_SLOW})
_CLOSED = "IDEXX Neo's window was closed before Neo had let us in."


class Answered(NamedTuple):
    """What the window left. `still`: what Neo asks all the same, None where it lets us in."""

    left: Cookies
    still: Failure | None


async def answered_by_hand(
    page: SignInPage, login: NeoLogin, lets_in: Callable[[Cookies], Awaitable[bool]], clock: Clock
) -> Answered:
    """Sign in, and wait until a person has answered what is asked, closes the window, or `PATIENCE_SECONDS` are over.

    Raises what no answer there can help: a rejected password above all, which is never tried twice.
    """
    asked, left = await _asked(page, login)
    began = clock.monotonic()
    asked_at, judged = began - _ASK_ANYWAY_SECONDS, left
    while page.is_open and clock.monotonic() - began < PATIENCE_SECONDS:
        left = await _left(page) or left
        if clock.monotonic() - asked_at >= (_ASK_SECONDS if left != judged else _ASK_ANYWAY_SECONDS):
            asked_at, judged = clock.monotonic(), left
            if await lets_in(left):
                page.check_misuse()
                return Answered(left, None)
        await clock.sleep(_LOOK_SECONDS)
    page.check_misuse()
    return Answered(left, asked)


async def _asked(page: SignInPage, login: NeoLogin) -> tuple[Failure, Cookies]:
    """What Neo asks, or would if it doesn't let us in; and what the page has left by then."""
    try:
        attempt = await page.sign_in(login)
    except Failure as failure:
        if failure.code is FailureCode.BROWSER_CLOSED or (
            failure.code in _BREAKS_OFF and await page.is_gone()
        ):
            raise Failure(FailureCode.NEO_ASKS, "the window was closed", title=_CLOSED) from None
        if failure.code not in ANSWERABLE:
            raise
        return failure, page.before
    return attempt.otherwise, attempt.cookies


async def _left(page: SignInPage) -> Cookies | None:
    """What the sign-in would leave if it ended now; None where a page that goes on can't be asked just now."""
    try:
        return await page.left()
    except Failure:
        return None
