"""What the tests of this room share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from idexx_desktop.domain.clock import Clock
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from tests.neo.one_browser import Run, running_in_one_browser
from tests.neo.support import ZONE, HurriedClock, OddSite


@pytest.fixture
def odd_site() -> Iterator[OddSite]:
    """A site of canned answers, for what the practice site would never do."""
    with OddSite() as site:
        yield site


@pytest.fixture(scope="session")
def in_one_browser() -> Iterator[Run]:
    """Runs what signs in, each sign-in in a tab of one browser: a browser of its own costs a second and more."""
    with running_in_one_browser() as run:
        yield run


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
