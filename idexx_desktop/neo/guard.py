"""What the browser may ask for while it signs in; the rest is refused before it leaves the page.

The second of two walls: behind it stands `allowing_proxy`, which knows one site whatever the browser does.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Error as PlaywrightError

from idexx_desktop.neo.exposure import TypedSecret
from idexx_desktop.neo.headers import as_with_a_window, says_windowless
from idexx_desktop.neo.page_policy import WITHOUT_SWITCH, guarded_headers
from idexx_desktop.neo.site import origin_of

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

_NEEDED = frozenset({"Document", "Stylesheet", "Script", "XHR", "Fetch"})
_STATIC = frozenset({"Stylesheet", "Script", "Font", "Image"})
_WITHOUT_BODY = frozenset({"GET", "HEAD"})
_PLAIN_HOST = re.compile(r"[a-z0-9.-]{1,80}(:\d{1,5})?|\[[0-9a-f:.]{2,45}\](:\d{1,5})?")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_HOSTS = 20
_MOST_SEEN = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the browser's debugging interface describes it. `body` None: it has one that isn't shown."""

    url: str
    kind: str
    method: str = "GET"
    headers: str = ""
    body: str | None = ""
    is_main: bool = False
    is_redirect: bool = False

    @classmethod
    def of(cls, event: Mapping[str, Any], main_frame: str) -> Self:
        """What `Fetch.requestPaused` says."""
        request = event["request"]
        shown = request.get("postData", None if request.get("hasPostData") else "")
        return cls(
            request["url"],
            event["resourceType"],
            request["method"],
            "\n".join(f"{name}: {value}" for name, value in request["headers"].items()),
            shown,
            event["frameId"] == main_frame,
            bool(event.get("redirectedRequestId")),
        )


class Guard:
    """Watches every request of the browser.

    Until `open_to` nothing may leave. Then only the site itself gets pages and data; `hosts`, which a person allowed,
    may at most serve static files. From the moment that the password is typed (`seal`) not even those are asked, no
    address may hold it, and it is sent to the form's own address only. Playwright's own routes would miss the steps of
    a redirect and what workers ask; the browser's debugging interface shows each of them.

    `pages`: pages of the site that were asked for. `strayed`: the page led to another site, `strayed_to`. `exposed`:
    something would have given the password away. `submitted`: the form was sent. `turned_away`: a body for another
    address.
    """

    def __init__(self, origin: str | None = None, hosts: Iterable[str] = ()) -> None:
        # not "": that is the origin of what is no address
        self._origin: str | None = None
        self._others: frozenset[str] = frozenset()
        if origin is not None:
            self.open_to(origin, hosts)
        self._main_frame = ""
        # with which the browser asked last, as they left
        self.headers: dict[str, str] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._secret = TypedSecret("")
        self._form: frozenset[str] = frozenset()
        self._seen: list[str] = []
        self.sealed = False
        self.strayed_to = ""
        self.strayed = self.exposed = self.submitted = self.turned_away = False
        self.pages = 0
        # hosts that were refused before typing, in their order: those of static files, and all others
        self.static_refused: dict[str, None] = {}
        self.other_refused: dict[str, None] = {}

    def open_to(self, origin: str, hosts: Iterable[str] = ()) -> None:
        """From here on this site may be asked, and static files of the hosts."""
        self._origin = origin_of(origin)
        scheme = urlsplit(origin).scheme
        self._others = frozenset(origin_of(f"{scheme}://{host}") for host in hosts)

    async def watch(self, page: Page) -> None:
        """Start watching; before the first page is opened."""
        browser = page.context.browser
        if browser is None:
            raise PlaywrightError("browser closed")
        await page.context.add_init_script(WITHOUT_SWITCH)
        session = await page.context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        self._main_frame = tree["frameTree"]["frame"]["id"]
        session = await browser.new_browser_cdp_session()
        session.on("Fetch.requestPaused", lambda event: self._answer(session, event))
        patterns = [
            {"urlPattern": "*", "requestStage": "Request"},
            {"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"},
        ]
        await session.send("Fetch.enable", {"patterns": patterns})

    def seal(self, password: str, form_targets: Iterable[str]) -> None:
        """From here on nothing goes to any other site, and the password nowhere but to the form's own addresses.

        A bad password may be a word of the site's own addresses: then it can't be told from them, and only the
        rules by which nothing else leaves hold.
        """
        secret = TypedSecret(password)
        if not any(secret.is_in(text) for text in self._seen):
            self._secret = secret
        self._form = frozenset(urldefrag(target).url for target in form_targets)
        self.sealed = True

    def allows(self, asked: Asked) -> bool:
        """Whether a request may leave; notes what the outcome of the sign-in depends on."""
        if self.sealed and self.gives_away(f"{asked.url}\n{asked.headers}"):
            self.exposed = True
            return False
        if not self.sealed and len(self._seen) < _MOST_SEEN:
            self._seen.append(f"{asked.url}\n{asked.headers}")
        if _origin(asked.url) != self._origin:
            return self._allows_elsewhere(asked)
        self.pages += asked.kind == "Document"
        return asked.kind in _NEEDED and self._may_send(asked)

    def gives_away(self, text: str) -> bool:
        """Whether a text (an address, a cookie) holds the typed password."""
        return self._secret.is_in(text)

    def _may_send(self, asked: Asked) -> bool:
        """Whether this body may go to this address of the site."""
        if not self.sealed or asked.body == "":
            return True
        to_form = asked.url in self._form and asked.method not in _WITHOUT_BODY
        if to_form or asked.is_redirect:
            self.submitted = True
            return True
        allowed = self.submitted and asked.body is not None and not self._secret.is_in(asked.body)
        self.turned_away |= not allowed
        return allowed

    def _allows_elsewhere(self, asked: Asked) -> bool:
        if asked.kind == "Document" and asked.is_main:
            self.strayed, self.strayed_to = True, asked.url
            return False
        static = asked.kind in _STATIC and asked.method == "GET" and asked.body == ""
        if self.sealed:
            return False
        if static and _origin(asked.url) in self._others:
            return True
        self._note(asked.url, self.static_refused if static else self.other_refused)
        return False

    def _note(self, url: str, hosts: dict[str, None]) -> None:
        host = _origin(url).partition("://")[2]
        if _PLAIN_HOST.fullmatch(host) and len(hosts) < _MOST_HOSTS:
            hosts[host] = None

    def _answer(self, session: CDPSession, event: Mapping[str, Any]) -> None:
        task = asyncio.ensure_future(_sent(self._decide(session, event)))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _decide(self, session: CDPSession, event: Mapping[str, Any]) -> None:
        request_id = {"requestId": event["requestId"]}
        if "responseErrorReason" in event or event.get("responseStatusCode", 0) in _REDIRECTS:
            await session.send("Fetch.continueRequest", request_id)
        elif "responseStatusCode" in event:
            await session.send("Fetch.fulfillRequest", request_id | await self._guarded_page(session, event))
        elif self.allows(Asked.of(event, self._main_frame)):
            self.headers = as_with_a_window(event["request"]["headers"])
            await session.send("Fetch.continueRequest", request_id | self._renamed(event))
        else:
            await session.send("Fetch.failRequest", request_id | {"errorReason": "BlockedByClient"})

    def _renamed(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The request's headers, where they would say that the browser has no window."""
        if not says_windowless(event["request"]["headers"]):
            return {}
        return {"headers": [{"name": name, "value": value} for name, value in self.headers.items()]}

    async def _guarded_page(self, session: CDPSession, event: Mapping[str, Any]) -> dict[str, Any]:
        """A page as it came, with our headers: the browser reads some of them only where the answer is given anew."""
        answer = await session.send("Fetch.getResponseBody", {"requestId": event["requestId"]})
        body = answer["body"]
        return {
            "responseCode": event["responseStatusCode"],
            # the browser knows no words for a number that is not of the standard, and gives none without
            "responsePhrase": event.get("responseStatusText") or "Unknown",
            "responseHeaders": guarded_headers(event.get("responseHeaders", [])),
            "body": body if answer["base64Encoded"] else base64.b64encode(body.encode()).decode(),
        }


async def _sent(decision: Awaitable[None]) -> None:
    try:
        await decision
    except PlaywrightError:
        return  # the page went away, and the request with it; what wasn't answered doesn't go on


def _origin(url: str) -> str:
    try:
        return origin_of(url)
    except ValueError:
        return ""
