"""Puts one page between a program and the practice site, and takes the answer of a person to it."""

from __future__ import annotations

from aiohttp import web

from idexx_desktop.simulator import pages
from idexx_desktop.simulator.between import ANSWERED, BEFORE, DEVICE, PAGES, PASSED, Between, Where

# until when a browser keeps what was answered
_KEPT_SECONDS = 30 * 24 * 3600


class Player:
    """May be told from any thread which page stands in the way. `chosen`: what was answered last to one that asks.

    `devices`: browsers that were given a mark; `confirmed` those that a person confirmed elsewhere.
    """

    def __init__(self) -> None:
        self._page: Between | None = None
        self._told = False
        self.chosen: str | None = None
        self.devices: list[str] = []
        self.confirmed: set[str] = set()

    def play(self, name: str) -> None:
        """This page from here on; "" for none."""
        self._page = PAGES[name] if name else None
        self._told = False
        self.chosen = None

    async def instead(self, request: web.Request, *, is_json: bool) -> web.Response | None:
        """What answers this request in place of the site; None for the site itself."""
        page = self._page
        if page is None:
            return None
        if is_json:
            stands = page.where is Where.ANSWER
            return _answer(page) if stands else self._before(request, page)
        if request.path == "/login":
            wanted = Where.FORM if request.method == "GET" else Where.SUBMIT
            return _answer(page) if page.where is wanted and PASSED not in request.cookies else None
        if request.path == BEFORE and request.method == "POST":
            return await self._answered(request)
        return _answer(page) if request.path == BEFORE else self._before(request, page)

    def rewritten(self, answer: web.StreamResponse) -> web.StreamResponse:
        """The sign-in page as this page has it."""
        page = self._page
        if (
            page is None
            or page.where is not Where.OVER
            or not isinstance(answer, web.Response)
            or not answer.text
        ):
            return answer
        text = answer.text
        for old, new in page.changes:
            text = text.replace(old, new)
        answer.text = text.replace("</body>", f"{page.html}</body>")
        return answer

    @property
    def alert(self) -> str:
        """What the sign-in page says to a login that is right; "" for nothing."""
        return self._page.html if self._page and self._page.where is Where.SAID else ""

    def _before(self, request: web.Request, page: Between) -> web.Response | None:
        """Everything leads to what is to be answered first."""
        if page.where is Where.NEWS and not self._told:
            self._told = True
            return _to(BEFORE)
        if page.by_device:
            return self._known_device(request)
        asks = page.where is Where.AFTER and ANSWERED not in request.cookies
        return _to(BEFORE) if asks and request.path != "/favicon.ico" else None

    def _known_device(self, request: web.Request) -> web.Response | None:
        device = request.cookies.get(DEVICE)
        if device in self.confirmed:
            return None
        answer = _to(BEFORE)
        if device is None:
            self.devices.append(f"device-{len(self.devices) + 1}")
            answer.set_cookie(DEVICE, self.devices[-1], max_age=_KEPT_SECONDS, path="/", samesite="Lax")
        return answer

    async def _answered(self, request: web.Request) -> web.Response:
        self.chosen = str((await request.post()).get("branch", ""))
        answer = _to("/dashboard")
        answer.set_cookie(ANSWERED, "1", max_age=_KEPT_SECONDS, path="/", samesite="Lax")
        return answer


def _to(path: str) -> web.Response:
    return web.Response(status=302, headers={"Location": path})


def _answer(page: Between) -> web.Response:
    text = page.html if page.html.startswith("<") else pages.message("Neo", page.html)
    return web.Response(
        text=text if page.html else "",
        content_type="text/html",
        status=page.status,
        headers=dict(page.headers),
    )
