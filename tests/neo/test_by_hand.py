"""Neo in a window: what only a person can answer is answered there once, and stays answered."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Page

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo import by_hand
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.signin import SignInPage
from idexx_desktop.simulator.between import PAGES, Where
from idexx_desktop.simulator.site import PracticeNeo
from tests.neo.one_browser import Run
from tests.neo.support import LOGIN, HurriedClock
from tests.neo.test_between import options_for, sign_in, site

__all__ = ["site"]

Does = Callable[[Page], Awaitable[object]]


def answers(
    run: Run, site: PracticeNeo, does: Does, login: NeoLogin = LOGIN, *, waits: bool = True
) -> tuple[Failure | None, str]:
    """Neo is opened for somebody who does this: what it asks afterwards, and what is kept.

    waits: they let the program see first what is asked.
    """

    async def with_person(page: SignInPage, *given: Any) -> by_hand.Answered:
        seen = asyncio.Event()

        async def asked(*given: Any) -> Any:
            what = await really_asked(*given)
            seen.set()
            return what

        async def acts() -> None:
            if waits:
                await seen.wait()
            await does(page._page)

        patch.setattr(by_hand, "_asked", asked)
        person = asyncio.ensure_future(acts())
        try:
            return await real(page, *given)
        finally:
            person.cancel()

    async def opened() -> tuple[Failure | None, str]:
        async with NeoSession(options_for(site), HurriedClock(), random.Random(7)) as session:  # noqa: S311 - jitter
            try:
                await session.answer_by_hand(login)
            except Failure as failure:
                return failure, session.cookies()
            return None, session.cookies()

    real, really_asked = by_hand.answered_by_hand, by_hand._asked
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_hand, "answered_by_hand", with_person)
        patch.setattr(by_hand, "_ASK_SECONDS", 0.05)
        return run(opened())


async def presses(page: Page) -> None:
    """Reads, and presses the only button of what is asked."""
    await page.locator("h1:not(:has-text('Sign in')) ~ form button, .layer button").first.click()


async def closes(page: Page) -> None:
    """Closes the window, whatever is asked."""
    await page.close()


@pytest.mark.parametrize("name", [
    "terms", "terms over the form",
    *(pytest.param(name, marks=pytest.mark.long(item=56)) for name in ("bill", "announcement that stops nothing")),
])  # fmt: skip
def test_a_person_answers_in_a_window_once(name: str, site: PracticeNeo, in_one_browser: Run) -> None:
    site.play(name)
    sent = site.counts.get("POST /login", 0)
    # what lies over the form is waited for before anything is typed
    still, kept = answers(in_one_browser, site, presses, waits=PAGES[name].where is Where.AFTER)
    assert still is None
    assert site.counts["POST /login"] == sent + 1
    if PAGES[name].where is Where.AFTER:
        assert "neo_answered" in kept
        in_one_browser(sign_in(site, kept=kept))  # and is asked no more


def test_a_window_that_is_closed_says_what_is_still_asked(site: PracticeNeo, in_one_browser: Run) -> None:
    site.play("terms")
    still, kept = answers(in_one_browser, site, closes)
    assert still is not None
    assert (still.code, "its terms" in still.title) == (FailureCode.NEO_ASKS, True)
    assert "neo_session" not in kept
    site.play("")
    sent = site.counts.get("POST /login", 0)
    # a password that isn't right is not tried twice, whoever looks on
    still, _ = answers(in_one_browser, site, presses, replace(LOGIN, password="not-it-1"), waits=False)
    assert still is not None
    assert still.code is FailureCode.WRONG_PASSWORD
    assert site.counts["POST /login"] == sent + 1


async def _at_once(_: Page) -> None: ...


async def _at_the_form(page: Page) -> None:
    await page.wait_for_event("domcontentloaded")


async def _at_the_submit(page: Page) -> None:
    await page.wait_for_event("request", lambda request: request.method == "POST")


async def _at_the_question(page: Page) -> None:
    await page.locator("h1:has-text('terms')").wait_for()


@pytest.mark.parametrize("moment", [_at_once, _at_the_form, _at_the_submit, _at_the_question])
def test_a_window_may_be_closed_at_any_moment(moment: Does, site: PracticeNeo, in_one_browser: Run) -> None:
    async def closes_then(page: Page) -> None:
        await moment(page)
        await page.close()

    site.play("terms")
    still, kept = answers(in_one_browser, site, closes_then, waits=False)
    assert still is not None
    assert still.code is FailureCode.NEO_ASKS
    # the program may have seen by then what is asked
    assert still.title == by_hand._CLOSED or (moment is _at_the_question and "its terms" in still.title)
    assert "neo_session" not in kept


def test_without_a_screen_nothing_is_typed(site: PracticeNeo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    asked = sum(site.counts.values())
    still, _ = answers(asyncio.run, site, presses)
    assert still is not None
    assert (still.code, "no screen" in still.title) == (FailureCode.NO_BROWSER, True)
    assert sum(site.counts.values()) == asked
