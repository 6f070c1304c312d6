"""One stay at Neo: reading the lists and the consultations with the cookies of one sign-in."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote

from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode, Route
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.signin import NeoLogin, SignedIn
from idexx_desktop.domain.visits import Consultation, VisitList
from idexx_desktop.neo import payloads
from idexx_desktop.neo.appointment_types import PATH as TYPES_PATH
from idexx_desktop.neo.appointment_types import types_in
from idexx_desktop.neo.asking import ASKS_MORE
from idexx_desktop.neo.cookies import Cookies
from idexx_desktop.neo.diary import SentDiary
from idexx_desktop.neo.envelopes import page_of
from idexx_desktop.neo.finishing import to_the_end
from idexx_desktop.neo.lists import read_lists
from idexx_desktop.neo.living import prove
from idexx_desktop.neo.pace import Pace
from idexx_desktop.neo.reach import check_reachable
from idexx_desktop.neo.retry import with_retries
from idexx_desktop.neo.sentinel import ENOUGH, PageWatch, changed
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.neo.tasks import read_call_backs
from idexx_desktop.neo.translate import is_led_away, is_refusal
from idexx_desktop.redaction import keep_out

if TYPE_CHECKING:
    from idexx_desktop.neo.by_hand import Answered
    from idexx_desktop.neo.client import Client
    from idexx_desktop.neo.sign_in_browser import SignInBrowser
    from idexx_desktop.neo.signin import Attempt, SignInPage

_Result = TypeVar("_Result")
_CLIENT = "idexx_desktop.neo.client"  # loaded while a browser signs in, or when it is needed
_LIST_TRIES = 5
_TRIES = 3
_FIRST_ANSWER_SECONDS = 12.0
_CALL_BACKS_SECONDS = 5.0
_SIGN_IN_STEPS = 4  # each of which may take as long as one request


class NeoSession:
    """An async context manager; leaving it ends its connections and any browser.

    `requests` counts JSON requests and pages. Any number of `read_consultation` may run at once: `Pace` holds
    them to what the options allow. Playwright and its driver are loaded for a sign-in only.
    """

    def __init__(
        self,
        options: NeoOptions,
        clock: Clock,
        chance: random.Random,
        cookies: str | None = None,
        early: SignInBrowser | None = None,
    ) -> None:
        """`early`: a browser that starts already, for the first sign-in."""
        self._options = options
        self._clock = clock
        self._chance = chance
        self._pace = Pace(clock, options.concurrency, options.requests_per_second)
        self._kept = Cookies.from_text(options.base_url, cookies)
        self._clients: list[Client] = []
        self._early = early
        self._browsers: list[SignInBrowser] = []
        self._pages = 0
        self._understood = 0
        self._odd: dict[str, set[str]] = {}
        self._watch = PageWatch()
        # what Neo sent, by name and kind
        self.sent = SentDiary()
        self._proving = asyncio.Lock()
        self._dead: list[Client] = []
        # whether a sign-in got so far that Neo may know of it
        self.typed = False

    async def __aenter__(self) -> Self:
        if self._kept.values:
            self._use(self._kept)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await to_the_end(self._stop())

    @property
    def requests(self) -> int:
        """JSON requests and pages asked so far."""
        return self._pages + sum(client.requests for client in self._clients)

    def cookies(self) -> str:
        """The sign-in as it is now, as opaque text to be sealed; "" where there is none."""
        return self._cookies.text()

    @property
    def _cookies(self) -> Cookies:
        return self._clients[-1].cookies if self._clients else self._kept

    async def is_alive(self) -> bool:
        """Whether the cookies still open Neo. Raises `Failure`: UNREACHABLE, MAINTENANCE, ..."""
        if not self._cookies.values:
            return False
        await check_reachable(self._options)
        try:
            # tries included: whoever waits for a sync is told soon that nothing answers
            async with asyncio.timeout(min(_FIRST_ANSWER_SECONDS, self._options.timeout_seconds)):
                await self._who()
        except TimeoutError:
            raise Failure(FailureCode.TOO_SLOW, "no first answer") from None
        except Failure as failure:
            if failure.code is FailureCode.SESSION_EXPIRED or is_led_away(failure):
                return False  # the sign-in's page will say what is wanted
            raise
        if self._early is not None:
            self._early.let_go()  # needed no more
        return True

    async def sign_in(self, login: NeoLogin) -> SignedIn:
        """Sign in once with a browser, take its cookies, close it. Raises as a `Failure` what Neo says."""
        threading.Thread(target=import_module, args=(_CLIENT,), name="loading", daemon=True).start()
        attempt = await self._trusting(login, partial(self._attempt, login))
        self._use(attempt.cookies)
        try:
            user = await self._who()
        except Failure as failure:
            # a computer that Neo knows by now is no new one next time
            self._use(attempt.cookies.of_the_computer(self._clock.now()))
            asks_more = attempt.otherwise.code in ASKS_MORE  # then everything else may lead there, too
            if failure.code is FailureCode.SESSION_EXPIRED or (failure.route is Route.STOP and asks_more):
                raise attempt.otherwise from None
            raise
        return SignedIn(payloads.read_user_name(user) or login.username)

    async def answer_by_hand(self, login: NeoLogin) -> SignedIn:
        """As `sign_in`, in a window where a person answers what Neo asks. It is over once Neo lets us in.

        Raises what is still asked when they close it. What the window left is in `cookies` in both cases.
        """
        from idexx_desktop.neo.by_hand import PATIENCE_SECONDS, answered_by_hand
        from idexx_desktop.neo.sign_in_browser import SignInBrowser

        user: list[object] = []

        async def lets_in(left: Cookies) -> bool:
            self._use(left)
            try:
                user.append(await self._who())
            except Failure as failure:
                if failure.code is FailureCode.SESSION_EXPIRED or failure.route is Route.STOP:
                    return False
                raise
            return True

        async def attempt(trusted: str) -> Answered:
            browser = SignInBrowser(self._options.browser_path, trusted, visible=True)

            async def work(page: SignInPage) -> Answered:
                return await answered_by_hand(page, login, lets_in, self._clock)

            return await self._in_page(browser, work, PATIENCE_SECONDS)

        answered = await self._trusting(login, attempt)
        if answered.still is not None:
            self._use(answered.left.of_the_computer(self._clock.now()))
            raise answered.still
        return SignedIn(payloads.read_user_name(user[-1]) or login.username)

    async def _trusting(self, login: NeoLogin, attempt: Callable[[str], Awaitable[_Result]]) -> _Result:
        """Attempt it; once more where the browser doesn't know the site's key, and this computer vouches for it."""
        from idexx_desktop.neo.trust import UNKNOWN_ROOT, trusted_certificate

        keep_out(login.password, login.username, login.company_id)
        await check_reachable(self._options)
        try:
            return await attempt("")
        except Failure as failure:
            if failure.detail != UNKNOWN_ROOT or self._options.key_of is None:
                raise
        return await attempt(self._options.key_of(await trusted_certificate(self._options)))

    async def _attempt(self, login: NeoLogin, trusted: str) -> Attempt:
        """With a browser that is let go as soon as Neo has answered, and before anything is asked with its cookies.

        `trusted`: a key of the site's that this computer vouches for, and the browser doesn't know.
        """
        from idexx_desktop.neo.sign_in_browser import SignInBrowser

        options = self._options
        early, self._early = self._early, None
        fits = early is not None and early.is_of_use and early.configured == options.browser_path
        browser = early if early is not None and fits else SignInBrowser(options.browser_path, trusted)

        async def work(page: SignInPage) -> Attempt:
            try:
                async with asyncio.timeout(options.timeout_seconds * _SIGN_IN_STEPS):
                    return await page.sign_in(login)
            except TimeoutError:  # a page whose scripts never come to rest
                raise Failure(FailureCode.TOO_SLOW, "sign-in page") from None

        return await self._in_page(browser, work)

    async def _in_page(
        self,
        browser: SignInBrowser,
        work: Callable[[SignInPage], Awaitable[_Result]],
        patience: float = 0.0,
    ) -> _Result:
        """Work in this browser's page, and let it go afterwards; of one that failed nothing is left."""
        from idexx_desktop.neo.signin import SignInPage

        self._browsers.append(browser)
        try:
            tab = await browser.tab()
            page = SignInPage(tab, self._options, self._clock, self._pace, self._cookies, patience)
            try:
                done = await work(page)
            finally:
                self._pages += page.pages
                self.typed |= page.typed
        except BaseException:
            await browser.close()
            raise
        browser.let_go()
        return done

    async def read_lists(self, start: datetime, end: datetime) -> VisitList:
        """Calendar and consultation search from `start` to `end` (aware), to their ends, joined.

        Each request is tried up to five times. Raises `Failure`; SESSION_EXPIRED at once, LISTS_CLOSED where this user
        may not open them.
        """

        async def ask(path: str, parameters: dict[str, str]) -> object:
            client = self._clients[-1]
            try:
                payload = await self._try(path, _LIST_TRIES, parameters)
            except Failure as failure:
                if is_refusal(failure) and await self._lives(client):
                    raise Failure(FailureCode.LISTS_CLOSED, failure.detail) from None
                if is_led_away(failure) and not await self._lives(client):
                    raise Failure(FailureCode.SESSION_EXPIRED, failure.detail) from None
                raise
            self.sent.note_list("search" if "page" in parameters else "calendar", payload)
            return payload

        listed = await read_lists(ask, self._options.zone, start, end)
        self.sent.note_questions(listed)
        rows = (row for visit in listed.visits for row in (visit.summary, visit.appointment))
        self._watch.status_is_listed |= any(row.status for row in rows if row)
        return listed

    async def read_call_backs(self) -> CallBacks | None:
        """Neo's own open call-backs; None where it doesn't say.

        Nothing depends on them: whatever is answered, or not within some seconds, is no failure of the run.
        """

        async def ask(path: str, parameters: dict[str, str]) -> object:
            return await self._clients[-1].get(path, parameters)

        try:
            async with asyncio.timeout(_CALL_BACKS_SECONDS):
                return await read_call_backs(ask, self._options.zone)
        except (Failure, TimeoutError):
            return None

    async def read_appointment_types(self) -> tuple[str, ...]:
        """The practice's own types of appointment, none where Neo doesn't say: nothing depends on them, either."""
        try:
            return types_in(await self._clients[-1].get(TYPES_PATH))
        except Failure:
            return ()

    def expect(self, pages: int) -> None:
        """So many consultations will be read: what only some of them lack is not taken for gone before they came."""
        self._watch.to_come += pages

    async def read_consultation(self, consultation_id: str) -> Consultation:
        """One consultation's page, tried up to three times.

        Raises `Failure` for this visit only: CONSULTATION_UNREADABLE, CONSULTATION_MISSING, CONSULTATION_CLOSED where
        this user may not open it, and CONSULTATION_UNAVAILABLE where the rest of the site still answers.
        SESSION_EXPIRED comes at once; PAYLOAD_CHANGED where no consultation looks like one, or all lack what is needed;
        the site's own failure where nothing answers.
        """
        is_to_come = False
        try:
            return await self._read_consultation(consultation_id)
        except Failure as failure:
            is_to_come = failure.code is FailureCode.SESSION_EXPIRED  # then it is asked for again
            raise
        finally:
            if not is_to_come:
                self._watch.come()

    async def _read_consultation(self, consultation_id: str) -> Consultation:
        path = f"/consultations/{quote(consultation_id, safe='')}/page-data"
        client = self._clients[-1]
        try:
            payload = await self._try(path, _TRIES, missing=FailureCode.CONSULTATION_MISSING)
        except Failure as failure:
            if is_led_away(failure) and not await self._lives(client):
                raise Failure(FailureCode.SESSION_EXPIRED, failure.detail) from None
            if failure.code is FailureCode.PAYLOAD_CHANGED:
                raise self._unreadable(consultation_id, failure.detail) from None
            if is_refusal(failure) and await self._lives(client):
                raise Failure(FailureCode.CONSULTATION_CLOSED, failure.detail) from None
            if not consequence(failure.code).asks_again:
                raise
            if failure.code is not FailureCode.NEO_REFUSED:  # which is an answer, and about this page
                await self._who()  # raises where it is not this visit but the site
            title = failure.title if failure.code is FailureCode.NEO_REFUSED else None
            raise Failure(FailureCode.CONSULTATION_UNAVAILABLE, str(failure), title=title) from None
        self.sent.note_page(payload)
        if not payloads.is_consultation(payload):
            raise self._unreadable(consultation_id, "no consultation")
        try:
            consultation = payloads.read_consultation(payload, consultation_id, self._options.zone)
        except Failure as failure:
            raise self._unreadable(consultation_id, failure.detail) from None
        self.sent.note_questions(consultation)
        self._understood += 1
        await self._watch.check(page_of(payload))
        return consultation

    async def _lives(self, client: Client) -> bool:
        """Whether the sign-in that was refused a page lives: what it asked for since then, and got, proves it."""
        refused_at = self._clock.monotonic()
        async with self._proving:
            if client.lived_at is not None and client.lived_at >= refused_at:
                return True
            if client is not self._clients[-1] or client in self._dead:
                return False  # somebody has found out already
            try:
                await self._who()
            except Failure as failure:
                if failure.code is not FailureCode.SESSION_EXPIRED and not is_led_away(failure):
                    raise
                self._dead.append(client)
                return False
            return True

    def _unreadable(self, consultation_id: str, detail: str) -> Failure:
        """One odd answer is that visit's problem; several of the same kind, and none that is good, are everybody's."""
        alike = self._odd.setdefault(detail, set())
        alike.add(consultation_id)
        if self._understood == 0 and len(alike) >= ENOUGH and self._watch.to_come <= 1:
            return changed(f"{detail} in all of {len(alike)} pages")
        return Failure(FailureCode.CONSULTATION_UNREADABLE, detail)

    async def _stop(self) -> None:
        for client in self._clients:
            await client.close()
        for browser in self._browsers:
            await browser.close()

    def _use(self, cookies: Cookies) -> None:
        """Ask with these cookies from now on; requests under way end with the old ones."""
        from idexx_desktop.neo.client import Client

        self._clients.append(Client(self._options, self._clock, self._pace, cookies))

    async def _who(self) -> object:
        """What Neo says of this user; see `living.prove`."""

        async def ask(path: str, parameters: dict[str, str] | None) -> object:
            return await self._try(path, _TRIES, parameters)

        return await prove(ask, self._clock, self._options.zone)

    async def _try(
        self,
        path: str,
        tries: int,
        parameters: dict[str, str] | None = None,
        *,
        missing: FailureCode = FailureCode.PAYLOAD_CHANGED,
    ) -> object:
        async def ask() -> object:
            return await self._clients[-1].get(path, parameters, missing=missing)

        return await with_retries(ask, tries=tries, clock=self._clock, chance=self._chance)
