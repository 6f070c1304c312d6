"""What the tests of this room share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from tests.neo.support import ZONE, OddSite


@pytest.fixture
def odd_site() -> Iterator[OddSite]:
    """A site of canned answers, for what the practice site would never do."""
    with OddSite() as site:
        yield site


@pytest.fixture
def session_to() -> Callable[..., NeoSession]:
    """Makes a session, not yet entered, without a limit on requests a second."""

    def make(
        url: str, *, cookies: str | None = None, timeout_seconds: float = 15.0, hosts: tuple[str, ...] = ()
    ) -> NeoSession:
        options = NeoOptions(
            url, ZONE, requests_per_second=0, timeout_seconds=timeout_seconds, allowed_hosts=hosts
        )
        return NeoSession(options, SystemClock(), random.Random(7), cookies)  # noqa: S311 - spreads retries

    return make
