"""Work in several tasks: clean-up that a cancelled run must not leave half done, and waiting for several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from idexx_desktop.domain.failures import Failure

_One = TypeVar("_One")
_Other = TypeVar("_Other")
_Result = TypeVar("_Result")


async def to_the_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run this to its end even if the caller is cancelled meanwhile; that is raised afterwards."""
    task = asyncio.ensure_future(work)
    interruption: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            interruption = error
    if interruption is not None:
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio doesn't report it as lost
        raise interruption
    return task.result()


async def side_by_side(works: Iterable[Coroutine[Any, Any, _Result]]) -> list[_Result]:
    """The results in the order of the works. The first `Failure` ends the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as problems:
        failure = next((each for each in problems.exceptions if isinstance(each, Failure)), None)
        if failure is None:
            raise
        raise failure from None
    return [task.result() for task in tasks]


async def both(one: Coroutine[Any, Any, _One], other: Coroutine[Any, Any, _Other]) -> tuple[_One, _Other]:
    """As `side_by_side`, for two works with results of different kinds."""
    results: list[Any] = await side_by_side([one, other])
    return results[0], results[1]
