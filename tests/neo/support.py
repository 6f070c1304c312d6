"""A clock that is moved by whoever sleeps, a site of canned answers, and what runs in the background."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psutil

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_PASSWORD, PRACTICE_USERNAME
from tests.support.serving import Served

ZONE = ZoneInfo("America/Los_Angeles")
LOGIN = NeoLogin(PRACTICE_COMPANY_ID, PRACTICE_USERNAME, PRACTICE_PASSWORD)


class SteppedClock:
    """Time passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.start = datetime(2026, 3, 2, 12, tzinfo=UTC)
        self.seconds = 0.0
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        self.sleeps.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


class HurriedClock(SystemClock):
    """Seconds pass `times` as quickly."""

    def __init__(self, times: float = 20.0) -> None:
        self.times = times

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return super().monotonic() * self.times

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await super().sleep(seconds / self.times)


@dataclass(frozen=True)
class Canned:
    """One answer; text that is no JSON is a page."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class OddSite(Served):
    """Answers `METHOD /path` from a table, 404 otherwise, and remembers every request with its body.

    `headers`: of the last request of each kind.

    `url` is the site; `elsewhere` is the same server under another name, which makes it another site.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Canned | Callable[[], Canned]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.headers: dict[str, dict[str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                path = urlsplit(self.path).path
                site.asked.append((f"{self.command} {path}", self.headers["Host"], self.path + body))
                site.headers[f"{self.command} {path}"] = {
                    name.lower(): text for name, text in self.headers.items()
                }
                answer = site.answers.get(f"{self.command} {path}", Canned(status=404))
                site.write(self, answer if isinstance(answer, Canned) else answer())

            do_GET = do_POST = _answer  # noqa: N815 - the names that http.server calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        super().__init__(server)
        self.port = server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.elsewhere = f"http://localhost:{self.port}"

    @staticmethod
    def write(handler: BaseHTTPRequestHandler, answer: Canned) -> None:
        """Send one answer."""
        body = answer.text.encode()
        kind = "application/json" if answer.text[:1] in ("{", "[") else "text/html; charset=utf-8"
        handler.send_response(answer.status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        with suppress(ConnectionError):  # whoever asked has gone meanwhile
            handler.wfile.write(body)

    def asked_elsewhere(self) -> list[str]:
        """What was asked under the other name."""
        return [what for what, host, _ in self.asked if host.startswith("localhost")]

    def cookies(self) -> str:
        """Cookies that a session may be started with."""
        cookie = {
            "name": "neo", "value": "v", "domain": "127.0.0.1", "path": "/", "expires": -1,
            "httpOnly": True, "secure": False, "sameSite": "Lax",
        }  # fmt: skip
        return Cookies(self.url, {"User-Agent": "Test"}).with_state({"cookies": [cookie]}).text()

    def answer_json(self, what: str, value: object) -> None:
        """Answer this request with JSON."""
        self.answers[what] = Canned(json.dumps(value))


def form(action: str = "/login", extra: str = "", alert: str = "", script: str = "") -> Canned:
    """A sign-in page."""
    return Canned(
        f'<html><body>{alert}<form method="post" action="{action}"><input name="username">'
        f'<input name="password" type="password">{extra}<button type="submit">Go</button></form>'
        + (f"<script>{script}</script>" if script else "")
        + "</body></html>"
    )


def children() -> set[int]:
    """Process ids of everything that this test process has started and that still runs.

    Without those of PostgreSQL, where the tests' server belongs to this process, too: they come and go by themselves,
    one for each connection and for each table that is tidied up.
    """
    found: set[int] = set()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # ended while we looked
            if child.status() != psutil.STATUS_ZOMBIE and child.name() != "postgres":
                found.add(child.pid)
    return found
