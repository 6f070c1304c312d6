"""One JSON request to Neo: paced, timed, never following a redirect, its every problem named."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import aiohttp
from yarl import URL

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.between import in_place_of
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.envelopes import check_refusal
from idexx_desktop.neo.pace import Pace
from idexx_desktop.neo.payloads import read_json
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.neo.translate import check_json, check_status, is_page
from idexx_desktop.neo.trust import not_trusted, system_context
from idexx_desktop.neo.upstream import Upstream, refused_by, upstream_for

_HEADERS = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
_TOO_MANY = (
    FailureCode.TOO_MANY_REQUESTS,
    FailureCode.MAINTENANCE,
    FailureCode.TOO_SLOW,
)  # 429, 503, no answer
_SLOW_SECONDS = 5.0  # an answer that takes longer is a sign that the site has too much to do
# so many in a row that nobody answered, more than one dead page has tries, and the site itself is silent
_SILENT = 6
_READ_OF_PAGE = 200_000
_LARGEST_BODY = 50_000_000  # bytes; the list of a busy fortnight has about one million


class Client:
    """Asks with the cookies and headers of one sign-in, as its page's own script would; needs no browser.

    Only GET exists here: the sync never writes into Neo. Made inside of an event loop, closed in it.
    """

    def __init__(self, options: NeoOptions, clock: Clock, pace: Pace, cookies: Cookies) -> None:
        self._options = options
        self._clock = clock
        self._pace = pace
        self.cookies = cookies
        self.requests = 0
        self._unanswered = 0
        # when something was asked for last that got a good answer (monotonic seconds): then the sign-in lived
        self.lived_at: float | None = None
        self._upstream: Upstream | None = None
        self._knows_way = False
        self._http = aiohttp.ClientSession(
            headers={**_HEADERS, **cookies.headers},
            # cookies are ours to keep: they outlive the run, sealed
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=0, ssl=system_context()),
            timeout=aiohttp.ClientTimeout(total=options.timeout_seconds),
        )

    async def get(
        self,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        missing: FailureCode = FailureCode.PAYLOAD_CHANGED,
    ) -> object:
        """The JSON value of one answer. Raises the `Failure` that `translate` names; 404 is `missing`."""
        try:
            async with self._pace:
                self._check_silence()
                self.requests += 1
                started = self._clock.monotonic()
                status, headers, body = await self._ask(path, parameters or {})
                seconds = self._clock.monotonic() - started
            url = f"{self._options.base_url}{path}"
            _check_between(status, headers, body)
            check_status(status, url, headers, self._clock.now(), missing=missing)
        except Failure as failure:
            if failure.code in _TOO_MANY:
                self._pace.too_many()
            if failure.retry_after:
                self._pace.pause(min(failure.retry_after, 60.0))
            raise
        if seconds > _SLOW_SECONDS:
            self._pace.too_many()
        else:
            self._pace.went_well()
        check_json(headers, body)
        try:
            payload = read_json(body)
        except ValueError:
            raise Failure(FailureCode.PAYLOAD_CHANGED, "no JSON") from None
        check_refusal(payload)
        self.lived_at = max(started, self.lived_at or started)
        return payload

    async def close(self) -> None:
        """End the connections."""
        await self._http.close()

    def _check_silence(self) -> None:
        """Hundreds of requests that wait for their turn must not each wait for a site that has fallen silent."""
        if self._unanswered >= _SILENT:
            raise Failure(FailureCode.TOO_SLOW, f"no answer to {self._unanswered} requests in a row")

    async def _ask(self, path: str, parameters: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        url = URL(f"{self._options.base_url}{path}", encoded=True).with_query(parameters)
        cookie = self.cookies.header(path)
        try:
            proxy, proxy_headers = await self._way()
            # a redirect is an answer, too, and cookies must not travel to wherever it leads
            async with self._http.get(
                url,
                headers={"Cookie": cookie} if cookie else {},
                allow_redirects=False,
                proxy=proxy,
                proxy_headers=proxy_headers,
            ) as answer:
                body = await _whole(answer)
        except TimeoutError:
            self._unanswered += 1
            raise Failure(FailureCode.TOO_SLOW, "no answer in time") from None
        except aiohttp.ClientHttpProxyError as error:
            raise await asyncio.to_thread(refused_by, error.status, self._upstream) from None
        except aiohttp.ClientError as error:
            raise _failure_of(error) from None
        self._unanswered = 0
        renewed = answer.headers.getall("Set-Cookie", [])
        self.cookies = self.cookies.after(renewed, path, self._clock.now())
        return answer.status, answer.headers, body

    async def _way(self) -> tuple[str | None, Mapping[str, str] | None]:
        """The proxy that this computer's settings name, and what it is told; the same for all requests of one stay."""
        if not self._knows_way:
            self._upstream = await asyncio.to_thread(
                upstream_for, self._options.base_url, self._options.proxy
            )
            self._knows_way = True
        if self._upstream is None:
            return None, None
        authorization = self._upstream.authorization
        return self._upstream.url, {"Proxy-Authorization": authorization} if authorization else None


def _check_between(status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise for what isn't Neo's answer; a text of the records that speaks of such a thing is none."""
    page = body[:_READ_OF_PAGE].decode("utf-8", "replace") if is_page(headers, body) else ""
    if failure := in_place_of(status, headers, page):
        raise failure


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_any():
        body += part
        if len(body) > _LARGEST_BODY:
            raise Failure(FailureCode.PAYLOAD_CHANGED, "an answer beyond all size")
    return bytes(body)


def _failure_of(error: aiohttp.ClientError) -> Failure:
    """By its kind alone: messages may quote what was asked."""
    if isinstance(error, aiohttp.ClientResponseError):
        return Failure(FailureCode.SERVER_PROBLEM, "no HTTP")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return not_trusted(
            getattr(error.certificate_error, "verify_message", "") or "a certificate was refused"
        )
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError):
        return Failure(FailureCode.UNREACHABLE, type(error).__name__)
    return Failure(FailureCode.OURS, type(error).__name__)
