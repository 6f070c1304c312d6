"""One JSON request to Neo: paced, timed, never following a redirect, its every problem named."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.pace import Pace
from idexx_desktop.neo.payloads import read_json
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.neo.translate import check_json, check_status, translated

if TYPE_CHECKING:
    from playwright.async_api import APIRequestContext, APIResponse, Playwright

_HEADERS = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
_LARGEST_BODY = 50_000_000  # bytes; the list of a busy fortnight has about one million
_GRACE_SECONDS = 3.0  # for the driver to report its own time-out before we give up on it


class Client:
    """Asks with the cookies of one sign-in. Only GET exists here: the sync never writes into Neo."""

    def __init__(self, context: APIRequestContext, options: NeoOptions, clock: Clock, pace: Pace) -> None:
        self._context = context
        self._options = options
        self._clock = clock
        self._pace = pace
        self.requests = 0

    @classmethod
    async def open(
        cls, playwright: Playwright, options: NeoOptions, clock: Clock, pace: Pace, cookies: Cookies
    ) -> Client:
        """A client that carries these cookies, and calls itself by the name of the browser that got them."""
        context = await translated(
            playwright.request.new_context(
                base_url=options.base_url,
                extra_http_headers=_HEADERS,
                user_agent=cookies.user_agent or None,
                storage_state=cookies.storage_state(),
                timeout=options.timeout_seconds * 1000,
            )
        )
        return cls(context, options, clock, pace)

    async def get(
        self,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        missing: FailureCode = FailureCode.PAYLOAD_CHANGED,
    ) -> object:
        """The JSON value of one answer. Raises the `Failure` that `translate` names; 404 is `missing`."""
        async with self._pace:
            self.requests += 1
            response, body = await self._ask(path, parameters or {})
        try:
            check_status(response.status, response.url, response.headers, self._clock.now(), missing=missing)
        except Failure as failure:
            if failure.retry_after:
                self._pace.pause(min(failure.retry_after, 60.0))
            raise
        check_json(response.headers.get("content-type", ""), body)
        try:
            return read_json(body)
        except ValueError:
            raise Failure(FailureCode.PAYLOAD_CHANGED, "no JSON") from None

    async def refreshed(self, cookies: Cookies) -> Cookies:
        """The cookies as they are now: a site may replace them with any answer."""
        state = await translated(self._context.storage_state())
        return cookies.with_state(dict(state))

    async def close(self) -> None:
        """Forget the cookies and the answers."""
        await translated(self._context.dispose())

    async def _ask(self, path: str, parameters: Mapping[str, str]) -> tuple[APIResponse, bytes]:
        try:
            async with asyncio.timeout(self._options.timeout_seconds + _GRACE_SECONDS):
                # a redirect is an answer, too, and cookies must not travel to wherever it leads
                response = await translated(self._context.get(path, params=dict(parameters), max_redirects=0))
                body = await translated(response.body())
                await translated(response.dispose())
        except TimeoutError:
            raise Failure(FailureCode.TOO_SLOW, "no answer in time") from None
        if len(body) > _LARGEST_BODY:
            raise Failure(FailureCode.PAYLOAD_CHANGED, "an answer beyond all size")
        return response, body
