"""Blocking work of a run (the records, the vault) beside its event loop, which has to hear Neo, the lease and Stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

from idexx_desktop.neo.finishing import to_the_end

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


async def beside(work: Callable[_Given, _Result], *args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
    """What the work returns or raises. A cancel counts once the work has ended, so that what it writes is whole."""
    return await to_the_end(_in_a_thread(lambda: work(*args, **kwargs)))


async def _in_a_thread(work: Callable[[], _Result]) -> _Result:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[_Result] = loop.create_future()

    def run() -> None:
        try:
            result = work()
        except BaseException as problem:
            tell(loop, ended.set_exception, problem)
        else:
            tell(loop, ended.set_result, result)

    # a thread of its own: those of asyncio's pool are waited for when the program quits, however slow the records are
    threading.Thread(target=run, name="sync-records", daemon=True).start()
    return await ended


def tell(loop: asyncio.AbstractEventLoop, what: Callable[..., object], *args: object) -> None:
    """Have this called by another thread's event loop; nothing happens where that has just been closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(what, *args)
