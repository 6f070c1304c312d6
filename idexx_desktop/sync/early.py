"""A browser that starts before anything else is there: while the program loads and its records open.

It costs a second, most of it in other processes. What it may do is decided when the records are open, as ever: until
then it reaches nothing, and knows nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from idexx_desktop.ending import unbroken
from idexx_desktop.neo.sign_in_browser import SignInBrowser
from idexx_desktop.sync.beside import tell

_Result = TypeVar("_Result")


class EarlyBrowser:
    """A context manager: a thread whose event loop has the browser, and then the one sync that may use it.

    However the block ends, nothing is left of the browser.
    """

    def __init__(self, configured: str | None) -> None:
        self._configured = configured
        self._known = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._browser: SignInBrowser | None = None
        self._thread = threading.Thread(target=self._work, name="early-browser", daemon=True)

    def __enter__(self) -> Self:
        try:
            with unbroken():
                self._thread.start()
                self._known.wait()
        except BaseException:  # told to end just now
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        with unbroken():
            if self._loop is not None and self._over is not None:
                tell(self._loop, self._over.set)
            self._thread.join()

    @property
    def browser(self) -> SignInBrowser | None:
        """For what `run` runs."""
        return self._browser

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run this in the browser's event loop, and return what it returns; for another thread than the loop's."""
        if self._loop is None:
            return asyncio.run(work)
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _work(self) -> None:
        try:
            asyncio.run(self._hold())
        finally:
            self._known.set()

    async def _hold(self) -> None:
        self._over = asyncio.Event()
        self._browser = SignInBrowser(self._configured)
        self._loop = asyncio.get_running_loop()
        self._known.set()
        await self._over.wait()
        await self._browser.close()
