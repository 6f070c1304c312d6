"""A browser that starts before it is known what for: it reaches nothing, is used once, and nothing of it is left."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Error as PlaywrightError

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo import sign_in_browser
from idexx_desktop.neo.guard import Asked, Guard
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.sign_in_browser import SignInBrowser, Tab
from idexx_desktop.neo.site import NeoOptions
from tests.neo.support import ZONE, Canned, OddSite, children, form
from tests.support.practice import LOGIN


def in_a_loop(work: Callable[[], Awaitable[None]]) -> None:
    """Run this, and see that it leaves no process behind."""
    before = children()

    async def run() -> None:
        await work()

    asyncio.run(run())
    assert children() <= before


def session_to(
    url: str, early: SignInBrowser | None, *, path: str | None = None, cookies: str | None = None
) -> NeoSession:
    """A session that may use a browser that starts already."""
    options = NeoOptions(url, ZONE, requests_per_second=0, browser_path=path)
    return NeoSession(options, SystemClock(), random.Random(7), cookies, early)  # noqa: S311 - spreads retries


def test_it_reaches_nothing_until_it_is_told_the_site_and_nothing_after_it_was_let_go(
    odd_site: OddSite,
) -> None:
    odd_site.answers["GET /login"] = form()
    odd_site.answers["GET /later"] = Canned("later")

    async def opens(tab: Tab, path: str) -> bool:
        while True:
            try:
                await tab.page.goto(f"{odd_site.url}{path}")
            except PlaywrightError as problem:
                if (
                    "interrupted by another navigation" not in problem.message
                ):  # the browser's own page of before
                    return False
            else:
                return True

    async def work() -> None:
        browser = SignInBrowser()
        tab = await browser.tab()
        try:
            assert not await opens(tab, "/login")
            tab.guard.open_to(odd_site.url)  # one wall alone is enough
            assert not await opens(tab, "/login")
            assert odd_site.asked == []
            tab.open_to(odd_site.url, ())
            assert await opens(tab, "/login")
            asked = len(odd_site.asked)
            browser.let_go()
            assert not browser.is_of_use
            assert not await opens(tab, "/later")
        finally:
            await browser.close()
        assert len(odd_site.asked) == asked

    in_a_loop(work)


@pytest.mark.parametrize(
    "url", ["https://us.idexxneo.com/login", "http://127.0.0.1:1/", "invalid:", "", "about:blank"]
)
def test_a_closed_guard_lets_nothing_leave(url: str) -> None:
    for kind in ("Document", "Script", "XHR"):
        assert not Guard().allows(Asked(url, kind))


@pytest.mark.parametrize("moment", ["at once", "driver", "there"])
def test_it_is_gone_whenever_it_is_closed(moment: str) -> None:
    async def work() -> None:
        before = children()
        browser = SignInBrowser()
        if moment == "driver":
            async with asyncio.timeout(30):
                while children() <= before:
                    await asyncio.sleep(0.01)
        elif moment == "there":
            await browser.tab()
        assert browser.is_of_use
        await browser.close()
        assert children() <= before
        if moment != "there":
            with pytest.raises(Failure) as told:
                await browser.tab()
            assert told.value.code is FailureCode.CANCELLED

    in_a_loop(work)


def test_where_none_starts_whoever_needs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idexx_desktop.neo.browser.candidates", lambda *_: iter(()))

    async def work() -> None:
        unused, used = SignInBrowser(), SignInBrowser()
        with pytest.raises(Failure) as told:
            await used.tab()
        assert told.value.code is FailureCode.NO_BROWSER
        await used.close()
        await unused.close()  # nobody asked: nothing is said, not even by asyncio

    in_a_loop(work)


def test_a_sign_in_uses_the_one_that_is_there_and_a_second_one_its_own(
    odd_site: OddSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd_site.answers["GET /login"] = form()
    odd_site.answers["POST /login"] = Canned(
        "", 302, {"Location": "/dashboard", "Set-Cookie": "neo=v; Path=/"}
    )
    odd_site.answers["GET /dashboard"] = Canned("<html><body>welcome</body></html>")
    odd_site.answer_json("GET /users", {"name": "N"})
    made: list[SignInBrowser] = []

    class Counted(SignInBrowser):
        def __init__(self, configured: str | None = None, trusted: str = "") -> None:
            made.append(self)
            super().__init__(configured, trusted)

    monkeypatch.setattr(sign_in_browser, "SignInBrowser", Counted)

    async def work() -> None:
        early = Counted()
        async with session_to(odd_site.url, early) as session:
            await session.sign_in(LOGIN)
            assert made == [early]
            assert not early.is_of_use
            await session.sign_in(NeoLogin("", "somebody", "else"))
            assert len(made) == 2
        # leaving the session ends both
        assert not any(each.is_of_use for each in made)

    in_a_loop(work)


def test_another_browser_that_a_person_chose_is_not_replaced_by_the_early_one(odd_site: OddSite) -> None:
    odd_site.answers["GET /login"] = form()

    async def work() -> None:
        early = SignInBrowser()
        async with session_to(odd_site.url, early, path="/no/such/browser") as session:
            with pytest.raises(Failure):
                await session.sign_in(NeoLogin("", "somebody", "else"))
            assert early.is_of_use  # the sign-in had its own; whoever made this one closes it
        await early.close()

    in_a_loop(work)


def test_cookies_that_work_let_it_go(odd_site: OddSite) -> None:
    odd_site.answer_json("GET /users", {"name": "N"})

    async def work() -> None:
        early = SignInBrowser()
        async with session_to(odd_site.url, early, cookies=odd_site.cookies()) as session:
            assert await session.is_alive()
            assert not early.is_of_use
        await early.close()
        assert [what for what, *_ in odd_site.asked] == ["GET /users"]

    in_a_loop(work)
