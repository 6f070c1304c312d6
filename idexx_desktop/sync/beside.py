"""Blocking work of a run (the records, the vault) beside its event loop, which has to hear Neo, the lease and Stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from idexx_desktop.neo.finishing import to_the_end

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


class _Threads(Executor):
    """A thread for each work, for which nobody waits when the program quits, however slow the records are."""

    def submit(self, fn: Callable[..., _Result], /, *args: Any, **kwargs: Any) -> Future[_Result]:
        ended: Future[_Result] = Future()

        def run() -> None:
            try:
                result = fn(*args, **kwargs)
            except BaseException as problem:
                ended.set_exception(problem)
            else:
                ended.set_result(result)

        threading.Thread(target=run, name="sync-records", daemon=True).start()
        return ended


_THREADS = _Threads()


async def beside(work: Callable[_Given, _Result], *args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
    """What the work returns or raises. A cancel counts once the work has ended, so that what it writes is whole."""
    return await to_the_end(_in_a_thread(partial(work, *args, **kwargs)))


@asynccontextmanager
async def meanwhile(work: Callable[[], _Result]) -> AsyncIterator[asyncio.Future[_Result]]:
    """Such work goes on beside the block, and has ended when the block has, however either ends."""
    working = asyncio.ensure_future(beside(work))
    try:
        yield working
    finally:
        await to_the_end(_ended(working))


async def _ended(working: asyncio.Future[_Result]) -> None:
    await asyncio.wait([working])
    working.cancelled() or working.exception()  # what the block itself raised comes first


async def _in_a_thread(work: Callable[[], _Result]) -> _Result:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)


def tell(loop: asyncio.AbstractEventLoop, what: Callable[..., object], *args: object) -> None:
    """Have this called by another thread's event loop; nothing happens where that has just been closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(what, *args)
