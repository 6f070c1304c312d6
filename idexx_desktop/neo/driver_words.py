"""What Playwright raises, as a `Failure`. Loaded with a browser only: nothing else needs its driver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.translate import network_failure

_Result = TypeVar("_Result")
_MOVES = ("Execution context was destroyed", "page is navigating")
_MOST_MOVES = 5


async def translated(call: Awaitable[_Result]) -> _Result:
    """The call's result; what Playwright raises becomes a `Failure` that doesn't carry the original."""
    try:
        return await call
    except PlaywrightError as error:
        failure = failure_of(error)
    raise failure


async def of_a_moving_page(ask: Callable[[], Awaitable[_Result]]) -> _Result:
    """As `translated`, asked once more where the page went on to another one just then."""
    for _ in range(_MOST_MOVES):
        try:
            return await ask()
        except PlaywrightError as error:
            if not any(words in error.message for words in _MOVES):
                failure = failure_of(error)
                break
    else:
        failure = Failure(FailureCode.TOO_SLOW, "a page that never comes to rest")
    raise failure


def failure_of(error: PlaywrightError) -> Failure:
    """The name of a problem of network, browser or driver; one that we don't know is a bug of ours."""
    if isinstance(error, PlaywrightTimeout):
        return Failure(FailureCode.TOO_SLOW, "no answer in time")
    return network_failure(error.message)
