"""One started browser for many sign-ins: each gets a context of its own, as if it were its own browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser

from idexx_desktop.neo.allowing_proxy import AllowingProxy
from idexx_desktop.neo.browser import running_browser, running_driver
from idexx_desktop.neo.sign_in_browser import SignInBrowser, Tab, new_tab


class OneTab(SignInBrowser):
    """Stands in for a browser that starts ahead; what it lets go is its context."""

    def __init__(self, tab: Tab) -> None:
        self.configured = None
        self._only = tab

    async def tab(self) -> Tab:
        """See `SignInBrowser`."""
        return self._only

    @property
    def is_of_use(self) -> bool:
        """It is there."""
        return True

    def let_go(self) -> None:
        """Closed by whoever made it."""

    async def close(self) -> None:
        """Closed by whoever made it."""


class OneBrowser:
    """A browser that runs already, and its way out."""

    def __init__(self, browser: Browser, way_out: AllowingProxy) -> None:
        self._browser = browser
        self._way_out = way_out
        self._watching: list[Any] = []
        new_session = browser.new_browser_cdp_session

        async def noted() -> Any:
            self._watching.append(await new_session())
            return self._watching[-1]

        browser.new_browser_cdp_session = noted  # type: ignore[method-assign]  # a guard watches the whole browser

    @asynccontextmanager
    async def for_one_sign_in(self) -> AsyncIterator[OneTab]:
        """A tab that nothing was seen in; afterwards its guard watches no more."""
        tab = await new_tab(self._browser, self._way_out)
        try:
            yield OneTab(tab)
        finally:
            await tab.page.context.close()
            await self._watching.pop().detach()
            self._way_out.shut()


@asynccontextmanager
async def one_browser() -> AsyncIterator[OneBrowser]:
    """Start it, once."""
    async with (
        running_driver() as driver,
        AllowingProxy() as way_out,
        running_browser(driver, None, way_out) as browser,
    ):
        yield OneBrowser(browser, way_out)
