"""What the browser may ask for while it signs in; the rest is refused before it leaves the computer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from idexx_desktop.neo.site import origin_of

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page, Route, WebSocketRoute

_NEVER_NEEDED = frozenset({"Image", "Font", "Media", "TextTrack", "Ping", "Manifest", "Prefetch"})
_PASSIVE = frozenset({"Stylesheet", "Script"})
_SOCKET = re.compile(r"^ws(?=s?:)", re.IGNORECASE)


class Guard:
    """Watches every request of one page.

    Only the site itself gets pages and data; other sites may at most serve scripts and styles, and from the
    moment that the password is typed (`seal`) not even those are asked, so that nothing can carry it away.
    Playwright's own routes would miss the steps of a redirect; the browser's debugging interface shows each
    of them. `pages` counts the site's pages that were asked for.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self.sealed = False
        self._main_frame = ""
        self._answers: set[asyncio.Task[None]] = set()
        self.strayed = False
        self.pages = 0

    async def watch(self, page: Page) -> None:
        """Start watching; before the first page is opened.

        Windows that it opens and web sockets are beyond that interface: they get no other site at all.
        """
        context = page.context
        await context.route_web_socket(lambda url: not self._is_home(url), _hang_up)
        await context.route(lambda url: not self._is_home(url), partial(_only_from, page))
        session = await context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        self._main_frame = tree["frameTree"]["frame"]["id"]
        session.on("Fetch.requestPaused", lambda event: self._answer(session, event))
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]})

    def seal(self) -> None:
        """From here on nothing goes to any other site."""
        self.sealed = True

    def allows(self, url: str, kind: str, *, is_main: bool) -> bool:
        """Whether a request of this resource type may leave the computer.

        `is_main` says that it is for the page itself: one of another site is remembered as `strayed`.
        """
        if self._is_home(url):
            self.pages += kind == "Document"
            return kind not in _NEVER_NEEDED
        if kind == "Document" and is_main:
            self.strayed = True
        return kind in _PASSIVE and not self.sealed

    def _is_home(self, url: str) -> bool:
        try:
            return origin_of(_SOCKET.sub("http", url)) == self._origin
        except ValueError:
            return False

    def _answer(self, session: CDPSession, event: Mapping[str, Any]) -> None:
        is_main = event["frameId"] == self._main_frame
        if self.allows(event["request"]["url"], event["resourceType"], is_main=is_main):
            reply = session.send("Fetch.continueRequest", {"requestId": event["requestId"]})
        else:
            refusal = {"requestId": event["requestId"], "errorReason": "BlockedByClient"}
            reply = session.send("Fetch.failRequest", refusal)
        task = asyncio.ensure_future(_sent(reply))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


async def _only_from(page: Page, route: Route) -> None:
    """Leave a request of the watched page to the guard; refuse one of any other window."""
    try:
        is_watched = route.request.frame.page == page
    except PlaywrightError:  # the first request of a window that isn't there yet
        is_watched = False
    try:
        await (route.continue_() if is_watched else route.abort())
    except PlaywrightError:
        return  # the window went away, and the request with it


async def _hang_up(socket: WebSocketRoute) -> None:
    await socket.close()


async def _sent(reply: Any) -> None:
    try:
        await reply
    except PlaywrightError:
        return  # the page went away, and the request with it
