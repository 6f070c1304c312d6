"""The browser of one sign-in: it starts when it is made, reaches nothing before it is told the site, and is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import structlog

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.allowing_proxy import AllowingProxy
from idexx_desktop.neo.browser import check_screen, running_browser, running_driver
from idexx_desktop.neo.driver_words import translated
from idexx_desktop.neo.finishing import to_the_end
from idexx_desktop.neo.guard import Guard
from idexx_desktop.neo.site import ProxyLogin

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

log = structlog.get_logger()


class Tab(NamedTuple):
    """An empty page with both walls around it, which let nothing through until `open_to`."""

    page: Page
    guard: Guard
    way_out: AllowingProxy

    @property
    def is_there(self) -> bool:
        """Whether its browser still runs."""
        browser = self.page.context.browser
        return browser is not None and browser.is_connected()

    def open_to(self, origin: str, hosts: Iterable[str], proxy: ProxyLogin | None = None) -> None:
        """From here on this site may be asked, and static files of the hosts; `proxy` is what a proxy is told."""
        allowed = tuple(hosts)
        self.way_out.open_to(origin, allowed, proxy)
        self.guard.open_to(origin, allowed)


class SignInBrowser:
    """For the event loop in which it is made, and for one sign-in at most. Whoever made it closes it.

    It starts at once, so that it is there when it is needed: made early only where it probably will be.
    `configured`: a browser that a person chose, tried first. `trusted`: a key as of `NeoOptions.key_of`. `visible`:
    with a window, for a person.
    """

    def __init__(self, configured: str | None = None, trusted: str = "", *, visible: bool = False) -> None:
        self.configured = configured
        self._trusted = trusted
        self._visible = visible
        self._over = asyncio.Event()
        self._tab: asyncio.Future[Tab] = asyncio.get_running_loop().create_future()
        self._holding = asyncio.ensure_future(self._hold())
        self._holding.add_done_callback(self._ended)

    async def tab(self) -> Tab:
        """Once it is there. NO_BROWSER where none starts."""
        return await asyncio.shield(self._tab)

    @property
    def is_of_use(self) -> bool:
        """Whether it starts still, or waits for a sign-in."""
        if self._over.is_set() or self._holding.done():
            return False
        tab = self._made()
        return tab.is_there if tab else not self._tab.done()

    def let_go(self) -> None:
        """It is needed no more: from here on it reaches nothing, and is closed beside what comes next."""
        self._over.set()
        if tab := self._made():
            tab.way_out.shut()
        else:
            self._holding.cancel()

    async def close(self) -> None:
        """Let it go, and wait until nothing of it is left, whatever happens meanwhile."""
        self.let_go()
        await to_the_end(self._end())

    async def _end(self) -> None:
        await asyncio.wait([self._holding])

    def _made(self) -> Tab | None:
        return self._tab.result() if self._tab.done() and self._tab.exception() is None else None

    async def _hold(self) -> None:
        if self._visible:
            check_screen()
        async with (
            running_driver() as driver,
            AllowingProxy() as way_out,
            running_browser(
                driver, self.configured, way_out, self._trusted, visible=self._visible
            ) as browser,
        ):
            self._tab.set_result(await new_tab(browser, way_out, visible=self._visible))
            await self._over.wait()

    def _ended(self, holding: asyncio.Task[None]) -> None:
        """Whoever needs the tab is told why there is none, also where it was let go before it began to start."""
        problem = Failure(FailureCode.CANCELLED) if holding.cancelled() else holding.exception()
        if problem is not None and not self._tab.done():
            self._tab.set_exception(problem)
            self._tab.exception()  # where nobody needs it, nothing was lost
        elif problem is not None and not holding.cancelled():
            log.warning("browser.end", kind=type(problem).__name__)


async def new_tab(browser: Browser, way_out: AllowingProxy, *, visible: bool = False) -> Tab:
    """A tab that remembers nothing, keeps nothing and loads no more than it needs; as large as its window, if any."""
    made = browser.new_context(accept_downloads=False, service_workers="block", no_viewport=visible)
    context = await translated(made)
    page, guard = await translated(context.new_page()), Guard()
    await translated(guard.watch(page))
    return Tab(page, guard, way_out)
