"""The practice Neo for as long as a block runs, with the only sign-in that it accepts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PracticeSite:
    """Where the practice Neo is, and the only sign-in that it accepts."""

    url: str
    company_id: str
    username: str
    password: str


@contextmanager
def practice_neo(
    scenario: str, *, port: int = 0, visits: int | None = None, latency_ms: int = 0
) -> Iterator[PracticeSite]:
    """Run the practice Neo on this computer until the block ends."""
    from idexx_desktop.simulator import scenarios  # a web server: only where one is wanted
    from idexx_desktop.simulator.site import PracticeNeo

    with PracticeNeo(scenario, visits=visits, latency_ms=latency_ms, port=port) as site:
        yield PracticeSite(
            site.url, scenarios.PRACTICE_COMPANY_ID, scenarios.PRACTICE_USERNAME, scenarios.PRACTICE_PASSWORD
        )
