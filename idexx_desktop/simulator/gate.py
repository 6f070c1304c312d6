"""What every request passes first: counting, refusing writes, waiting, failing, and the session."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import web

from idexx_desktop.simulator import pages
from idexx_desktop.simulator.endpoints import COOKIE, SignIn
from idexx_desktop.simulator.faults import Fault, FaultKind, FlakyPlan
from idexx_desktop.simulator.player import Player
from idexx_desktop.simulator.scenarios import Scenario
from idexx_desktop.simulator.sessions import Sessions, SignedOut

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OPEN_PATHS = ("/login", "/identity")
_NAMES = ("127.0.0.1", "localhost")


class Gate:
    """The site's one middleware. `counts` and `refused_writes` may be read from any thread."""

    def __init__(
        self,
        scenario: Scenario,
        sessions: Sessions,
        sign_in: SignIn,
        json_paths: frozenset[str],
        latency_ms: int,
        flaky: FlakyPlan | None,
        player: Player,
    ) -> None:
        self._scenario = scenario
        self._sessions = sessions
        self._sign_in = sign_in
        self._json_paths = json_paths
        self.latency = latency_ms / 1000
        self._flaky = flaky
        self._player = player
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._refused = 0

    @property
    def counts(self) -> dict[str, int]:
        """Requests so far by method and path template, e.g. `GET /consultations/{id}/page-data`."""
        with self._lock:
            return dict(self._counts)

    @property
    def refused_writes(self) -> int:
        """Requests other than GET, HEAD and the sign-in's POST; all were refused."""
        with self._lock:
            return self._refused

    @web.middleware
    async def handle(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Let a request through to its handler, or answer in its place."""
        path = self._count(request)
        is_json = path in self._json_paths
        stopped: web.StreamResponse | None = await self._player.instead(request, is_json=is_json)
        stopped = stopped or self._stop(request, path)
        if stopped is None:
            await asyncio.sleep(self.latency)
            stopped = await self._fail(request, is_json) or self._not_signed_in(request, path, is_json)
        if stopped is not None:
            return stopped
        if is_json and not _asks_for_json(request):
            return _page("Not acceptable", "This address answers Neo's own pages only.", 406)
        try:
            answer = await handler(request)
            return self._player.rewritten(answer) if path == "/login" else answer
        except web.HTTPException as problem:
            text = problem.text or problem.reason
            if is_json:
                return web.json_response({"error": {"message": text}}, status=problem.status)
            return _page(problem.reason, text, problem.status)

    def _count(self, request: web.Request) -> str:
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else "other"
        with self._lock:
            self._counts[f"{request.method} {path}"] += 1
        return path

    def _stop(self, request: web.Request, path: str) -> web.Response | None:
        """Refuse a write, and a request that was lured here under another host's name."""
        if request.method not in ("GET", "HEAD") and (request.method, path) != ("POST", "/login"):
            with self._lock:
                self._refused += 1
            return _page("Read only", "The practice site is read only.", 405)
        if request.url.host not in _NAMES:
            return _page("Misdirected", "The practice site answers on this computer only.", 421)
        return None

    async def _fail(self, request: web.Request, is_json: bool) -> web.StreamResponse | None:
        if self._scenario.is_down:
            return _page(
                "Scheduled maintenance", "Neo is down for maintenance. We will be back shortly.", 503
            )
        fault = self._flaky.next_fault(request.path_qs) if self._flaky and is_json else None
        return await _answer_fault(request, fault) if fault else None

    def _not_signed_in(self, request: web.Request, path: str, is_json: bool) -> web.Response | None:
        if path == "other" or path.startswith(_OPEN_PATHS):
            return None
        shape = self._sessions.ended(request.cookies.get(COOKIE), counts=is_json)
        if shape is None:
            return None
        if is_json and shape is SignedOut.REFUSED:
            return web.json_response({"error": {"message": "Unauthenticated."}}, status=401)
        if is_json and shape is SignedOut.SIGN_IN_PAGE:
            return self._sign_in.form(request)
        return web.Response(status=302, headers={"Location": "/login"})


def _asks_for_json(request: web.Request) -> bool:
    accepts = "application/json" in request.headers.get("Accept", "")
    return accepts and request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _page(title: str, text: str, status: int) -> web.Response:
    return web.Response(text=pages.message(title, text), content_type="text/html", status=status)


async def _answer_fault(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind is FaultKind.STATUS:
        answer = _page("Problem", "The request could not be completed.", fault.status)
        if fault.retry_after is not None:
            answer.headers["Retry-After"] = str(fault.retry_after)
        return answer
    cut = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "4096"})
    if fault.kind is FaultKind.CUT:
        await cut.prepare(request)
        await cut.write(b'{"data": [{"id": 80')
    if request.transport is not None:
        request.transport.close()
    return cut
