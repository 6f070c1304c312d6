"""The practice Neo with other answers: a site in front of it that passes everything on and changes the JSON."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from idexx_desktop.sync.signin import SealedSignIn
from tests.neo.support import LOGIN
from tests.support.practice import Practice, cookies_of
from tests.support.serving import Served

# the path without its query, and the value; whatever it returns is answered: a value as JSON, bytes as they are
Change = Callable[[str, object], object]
_PASSED_ON = ("cookie", "accept", "x-requested-with", "content-type")


@contextmanager
def altered(practice: Practice, change: Change) -> Iterator[str]:
    """Let the practice's program sync with a site whose answers are changed; its address."""
    origin = urlsplit(practice.site.url)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with closing(
                http.client.HTTPConnection(origin.hostname or "", origin.port, timeout=10)
            ) as connection:
                passed = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
                connection.request("GET", self.path, headers=passed)
                answer = connection.getresponse()
                body = answer.read()
            if answer.status == 200 and "json" in answer.headers.get("content-type", ""):
                changed = change(urlsplit(self.path).path, json.loads(body))
                body = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
            with suppress(ConnectionError):  # a sync that was stopped doesn't wait for its answers
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers.get("content-type", "text/html"))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with Served(server):
        url = f"http://127.0.0.1:{server.server_port}"
        lead_to(practice, url)
        yield url


def lead_to(practice: Practice, url: str) -> None:
    """Choose another address, and keep a sign-in that is good there."""
    program = practice.program
    program.neo_address.use(url)
    cookies = cookies_of(practice.site).replace(practice.site.url, url)
    sealed = SealedSignIn(program.records, practice.sharing(), practice.clock)
    sealed.save(LOGIN, url, cookies=cookies, validated=True, start_over=True)
