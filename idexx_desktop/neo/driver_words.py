"""What Playwright raises, as a `Failure`. Loaded with a browser only: nothing else needs its driver."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.translate import network_failure

_Result = TypeVar("_Result")


async def translated(call: Awaitable[_Result]) -> _Result:
    """The call's result; what Playwright raises becomes a `Failure` that doesn't carry the original."""
    try:
        return await call
    except PlaywrightError as error:
        failure = failure_of(error)
    raise failure


def failure_of(error: PlaywrightError) -> Failure:
    """The name of a problem of network, browser or driver; one that we don't know is a bug of ours."""
    if isinstance(error, PlaywrightTimeout):
        return Failure(FailureCode.TOO_SLOW, "no answer in time")
    return network_failure(error.message)
