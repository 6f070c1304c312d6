"""Neo's window from end to end: its answer is sealed with the sign-in, and nothing is left of it however it ends."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from playwright.async_api import Page

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo import by_hand, sign_in_browser
from idexx_desktop.neo.browser import check_screen, running_browser
from idexx_desktop.services.one_at_a_time import OneAtATime
from tests.neo.test_by_hand import presses
from tests.support.practice import Practice, Practices, practices

__all__ = ["practices"]


def test_one_at_a_time_ends_from_another_thread_and_for_good() -> None:
    runs, ended = threading.Event(), threading.Event()
    one = OneAtATime("It is open.")

    async def work() -> None:
        runs.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    codes: list[tuple[FailureCode, str]] = []

    def run() -> None:
        with pytest.raises(Failure) as told:
            one.run(work())
        codes.append((told.value.code, told.value.title))

    first = threading.Thread(target=run)
    first.start()
    assert runs.wait(10)
    run()
    assert codes.pop() == (FailureCode.INVALID_INPUT, "It is open.")
    one.end()
    first.join(10)
    assert ended.is_set()
    run()
    assert [code for code, _ in codes] == [FailureCode.CANCELLED, FailureCode.CANCELLED]


@pytest.fixture
def windowless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same browser, without a screen to show it on."""

    def without_window(*given: Any, visible: bool, **named: Any) -> Any:
        return running_browser(*given, **named)

    monkeypatch.setattr(sign_in_browser, "running_browser", without_window)
    monkeypatch.setattr(sign_in_browser, "check_screen", lambda: None)


def person(monkeypatch: pytest.MonkeyPatch, does: Any) -> None:
    """Somebody sits in front of it."""
    real = by_hand.answered_by_hand

    async def with_person(page: Any, *given: Any) -> by_hand.Answered:
        hand = asyncio.ensure_future(does(page._page))
        try:
            return await real(page, *given)
        finally:
            hand.cancel()

    monkeypatch.setattr(by_hand, "answered_by_hand", with_person)


def asks_for_terms(practices: Practices) -> Practice:
    """A clinic whose Neo wants its terms to be accepted."""
    practice = practices("ordinary-day", visits=1, cookies=False)
    practice.site.play("terms")
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.NEO_ASKS
    assert "credentials open-neo" in result.failure.advice
    return practice


@pytest.mark.long(item=56)
def test_what_is_answered_is_sealed_with_the_sign_in(
    practices: Practices, monkeypatch: pytest.MonkeyPatch, windowless: None
) -> None:
    practice = asks_for_terms(practices)
    person(monkeypatch, presses)
    assert practice.program.credentials.answer_by_hand().display_name == "Oak Street Vets"
    [row] = practice.query("SELECT encrypted_cookies FROM public.neo_cookies")
    assert "neo_answered" not in row["encrypted_cookies"]
    actions = practice.actions()
    assert (actions["credentials.neo_opened"], actions["credentials.tested"]) == (1, 1)

    practice.clock.pass_by(minutes=10)
    signed_in = practice.site.sign_in_attempts
    passed = practice.sync()
    assert (passed.failure, passed.signed_in) == (None, False)
    assert practice.site.sign_in_attempts == signed_in
    # and where the session is over, the terms stay accepted
    practice.site.expire_sessions()
    practice.clock.pass_by(minutes=10)
    again = practice.sync()
    assert (again.failure, again.signed_in) == (None, True)


@pytest.mark.long(item=56)
def test_a_program_that_ends_closes_the_window(
    practices: Practices, monkeypatch: pytest.MonkeyPatch, windowless: None
) -> None:
    practice = asks_for_terms(practices)
    reads = threading.Event()

    async def only_reads(page: Page) -> None:
        await page.locator("h1:has-text('terms')").wait_for()
        reads.set()

    person(monkeypatch, only_reads)
    codes: list[FailureCode] = []

    def open_it() -> None:
        with pytest.raises(Failure) as told:
            practice.program.credentials.answer_by_hand()
        codes.append(told.value.code)

    thread = threading.Thread(target=open_it)
    thread.start()
    assert reads.wait(60)
    practice.program.credentials.close()
    thread.join(30)
    assert codes == [FailureCode.CANCELLED]
    assert practice.site.sign_in_attempts == 2


def test_a_screen_is_looked_for_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":75")
    check_screen()
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(Failure) as told:
        check_screen()
    assert told.value.code is FailureCode.NO_BROWSER
