"""One started browser for many sign-ins: each gets a context of its own, as if it were its own browser, or one tab of
which everything is forgotten each time.

A browser takes a second and more to start, a context half a second, and a tab that is used again a tenth.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Protocol, TypeVar

import pytest
from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from idexx_desktop.neo import sign_in_browser
from idexx_desktop.neo.allowing_proxy import AllowingProxy
from idexx_desktop.neo.browser import running_browser, running_driver
from idexx_desktop.neo.guard import Guard
from idexx_desktop.neo.sign_in_browser import SignInBrowser, Tab, new_tab

_Result = TypeVar("_Result")
_TRIES = 5


class Run(Protocol):
    """Runs something to its end: `asyncio.run`, with which each sign-in starts its own browser, or as in here."""

    def __call__(self, main: Coroutine[Any, Any, _Result], /) -> _Result:
        """What came of it."""


class OneTab(SignInBrowser):
    """Stands in for a browser that starts for one sign-in; what it lets go is its context, or what its tab knew."""

    def __init__(self, one: OneBrowser, configured: str | None, trusted: str) -> None:
        assert not trusted, "a key is told to a browser when it starts"
        self.configured = configured
        self._one = one
        self._mine: Tab | None = None
        self._is_over = False

    async def tab(self) -> Tab:
        """See `SignInBrowser`."""
        if self._mine is None:
            self._mine = await self._one.opened(self)
        return self._mine

    @property
    def is_of_use(self) -> bool:
        """Until it was let go."""
        return not self._is_over

    def let_go(self) -> None:
        """See `SignInBrowser`."""
        if not self._is_over and self._mine is not None:
            self._mine.way_out.shut()
        self._is_over = True

    async def close(self) -> None:
        """See `SignInBrowser`."""
        self.let_go()
        tab, self._mine = self._mine, None
        if tab is not None:
            await self._one.closed(tab)


class OneBrowser:
    """A browser that runs already, and its way out: both are one sign-in's at a time."""

    def __init__(self, loop: asyncio.Runner, browser: Browser, way_out: AllowingProxy) -> None:
        self._loop = loop
        self._browser = browser
        self._way_out = way_out
        self._watching: list[Any] = []
        self._last: OneTab | None = None
        self._again: Tab | None = None
        self._is_kept = False
        new_session = browser.new_browser_cdp_session

        async def noted() -> Any:
            self._watching.append(await new_session())
            return self._watching[-1]

        browser.new_browser_cdp_session = noted  # type: ignore[method-assign]  # a guard watches the whole browser

    def in_contexts(self, main: Coroutine[Any, Any, _Result], /) -> _Result:
        """Run this, where each sign-in has a context of its own."""
        self._is_kept = False
        return self._run(main)

    def in_a_tab(self, main: Coroutine[Any, Any, _Result], /) -> _Result:
        """Run this, where each sign-in has the same tab. For pages that do it no harm, and sign-ins that know nothing
        of another: what one tells the page to remember is a script that stays.
        """
        self._is_kept = True
        return self._run(main)

    def _run(self, main: Coroutine[Any, Any, _Result]) -> _Result:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sign_in_browser, "SignInBrowser", self._stand_in)
            return self._loop.run(main)

    def _stand_in(
        self,
        configured: str | None = None,
        trusted: str = "",
        *,
        visible: bool = False,  # noqa: ARG002 - a person's window is a tab like any other
    ) -> OneTab:
        return OneTab(self, configured, trusted)

    async def opened(self, by: OneTab) -> Tab:
        """A tab that knows nothing, on a way out that has carried nothing."""
        if self._last is not None:
            assert not self._last.is_of_use, "somebody signs in already"
            await self._last.close()  # in a session that signs in once more
        self._last = by
        self._way_out.carried = self._way_out.refused = 0
        self._way_out.trouble = None
        if not self._is_kept:
            return await new_tab(self._browser, self._way_out)
        if self._again is None:
            self._again = await new_tab(self._browser, self._way_out)
            # each sign-in adds its own scripts, and nothing takes one back
            self._again.page.context.add_init_script = _once_is_enough  # type: ignore[assignment,method-assign]  # for the test
            return self._again
        guard = Guard()
        await guard.watch(self._again.page)
        return self._again._replace(guard=guard)

    async def closed(self, tab: Tab) -> None:
        """It has forgotten everything, or is no more; its guard watches no more."""
        is_kept = self._again is not None and tab.page is self._again.page
        await (_forget(tab) if is_kept else tab.page.context.close())
        await self._watching.pop().detach()


async def _once_is_enough(*_: object, **__: object) -> None:
    """What a guard tells each context is known to this one."""


async def _forget(tab: Tab) -> None:
    page, context = tab.page, tab.page.context
    for other in context.pages:
        if other is not page:
            await other.close()
    with suppress(PlaywrightError):  # a page of the browser's own has none
        await page.evaluate("sessionStorage.clear()")
    for _ in range(_TRIES):
        with suppress(PlaywrightError):  # the page itself goes somewhere at that moment
            await page.goto("about:blank")
        if page.url == "about:blank":
            break
    assert page.url == "about:blank"
    await context.clear_cookies()
    session = await context.new_cdp_session(page)
    for origin in filter(None, [tab.guard._origin]):
        await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    await session.send("Network.clearBrowserCache")
    await session.detach()


def _threads(number: int = 4) -> ThreadPoolExecutor:
    """All are there at once: none is begun by a test, which would leave it behind."""
    threads, all_are_there = ThreadPoolExecutor(number), threading.Barrier(number)
    for _ in range(number):
        threads.submit(all_are_there.wait)
    return threads


@asynccontextmanager
async def _started(loop: asyncio.Runner) -> AsyncIterator[OneBrowser]:
    async with (
        running_driver() as driver,
        AllowingProxy() as way_out,
        running_browser(driver, None, way_out) as browser,
    ):
        yield OneBrowser(loop, browser, way_out)


@contextmanager
def one_browser() -> Iterator[OneBrowser]:
    """Start it, once."""
    with asyncio.Runner() as loop:
        loop.get_loop().set_default_executor(_threads())
        held = _started(loop)
        browser = loop.run(held.__aenter__())
        try:
            yield browser
        finally:
            loop.run(held.__aexit__(None, None, None))
