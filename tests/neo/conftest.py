"""What the tests of this room share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from idexx_desktop.domain.clock import Clock
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from tests.neo.one_browser import OneBrowser, Run, one_browser
from tests.neo.support import ZONE, HurriedClock, OddSite


@pytest.fixture
def odd_site() -> Iterator[OddSite]:
    """A site of canned answers, for what the practice site would never do."""
    with OddSite() as site:
        yield site


@pytest.fixture(scope="session")
def started_browser() -> Iterator[OneBrowser]:
    """One for all of this room."""
    with one_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def in_one_browser(started_browser: OneBrowser) -> Run:
    """Runs what signs in, each sign-in in a context of its own."""
    return started_browser.in_contexts


@pytest.fixture(scope="session")
def in_one_tab(started_browser: OneBrowser) -> Run:
    """Runs what signs in, in a tab that is used again: see `OneBrowser.in_a_tab`."""
    return started_browser.in_a_tab


@pytest.fixture
def session_to() -> Callable[..., NeoSession]:
    """Makes a session, not yet entered, without a limit on requests a second; it waits little before it tries again."""

    def make(
        url: str,
        *,
        cookies: str | None = None,
        timeout_seconds: float = 15.0,
        hosts: tuple[str, ...] = (),
        clock: Clock = HurriedClock(),  # noqa: B008 - it keeps nothing
    ) -> NeoSession:
        options = NeoOptions(
            url, ZONE, requests_per_second=0, timeout_seconds=timeout_seconds, allowed_hosts=hosts
        )
        return NeoSession(options, clock, random.Random(7), cookies)  # noqa: S311 - spreads retries

    return make
