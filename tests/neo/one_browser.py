"""One started browser for many sign-ins: each gets a context of its own, as if it were its own browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol, TypeVar

import pytest
from playwright.async_api import Browser

from idexx_desktop.neo import sign_in_browser
from idexx_desktop.neo.allowing_proxy import AllowingProxy
from idexx_desktop.neo.browser import running_browser, running_driver
from idexx_desktop.neo.sign_in_browser import SignInBrowser, Tab, new_tab

_Result = TypeVar("_Result")


class Run(Protocol):
    """Runs something to its end: `asyncio.run`, with which each sign-in starts its own browser, or the one here."""

    def __call__(self, main: Coroutine[Any, Any, _Result], /) -> _Result:
        """What came of it."""


class OneTab(SignInBrowser):
    """Stands in for a browser that starts for one sign-in; what it lets go is its context."""

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

    def __init__(self, browser: Browser, way_out: AllowingProxy) -> None:
        self._browser = browser
        self._way_out = way_out
        self._watching: list[Any] = []
        self._last: OneTab | None = None
        new_session = browser.new_browser_cdp_session

        async def noted() -> Any:
            self._watching.append(await new_session())
            return self._watching[-1]

        browser.new_browser_cdp_session = noted  # type: ignore[method-assign]  # a guard watches the whole browser

    def stand_in(
        self,
        configured: str | None = None,
        trusted: str = "",
        *,
        visible: bool = False,  # noqa: ARG002 - of the browser as a whole
    ) -> OneTab:
        """Made as a `SignInBrowser` is; a person's window is a tab like any other."""
        return OneTab(self, configured, trusted)

    async def opened(self, by: OneTab) -> Tab:
        """A tab that nothing was seen in, on a way out that has carried nothing."""
        if self._last is not None:
            assert not self._last.is_of_use, "somebody signs in already"
            await self._last.close()  # in a session that signs in once more
        self._last = by
        self._way_out.carried = self._way_out.refused = 0
        self._way_out.trouble = None
        return await new_tab(self._browser, self._way_out)

    async def closed(self, tab: Tab) -> None:
        """With all that it knew; its guard watches no more."""
        await tab.page.context.close()
        await self._watching.pop().detach()


@asynccontextmanager
async def _started() -> AsyncIterator[OneBrowser]:
    async with (
        running_driver() as driver,
        AllowingProxy() as way_out,
        running_browser(driver, None, way_out) as browser,
    ):
        yield OneBrowser(browser, way_out)


@contextmanager
def running_in_one_browser() -> Iterator[Run]:
    """Start it, once; what is run by what this gives signs in there."""
    with asyncio.Runner() as loop:
        held = _started()
        browser = loop.run(held.__aenter__())

        def run(main: Coroutine[Any, Any, _Result], /) -> _Result:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sign_in_browser, "SignInBrowser", browser.stand_in)
                return loop.run(main)

        try:
            yield run
        finally:
            loop.run(held.__aexit__(None, None, None))
