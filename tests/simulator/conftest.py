"""A practice site and a person who looks at it over plain HTTP."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_PASSWORD, PRACTICE_USERNAME
from idexx_desktop.simulator.site import PracticeNeo

AFTERNOON = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)  # a Wednesday, 15:00 in Los Angeles
ASKS_JSON = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
LOGIN = {"companyId": PRACTICE_COMPANY_ID, "username": PRACTICE_USERNAME, "password": PRACTICE_PASSWORD}


@dataclass(frozen=True)
class Answer:
    """What came back; redirects are not followed."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def content(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.text)


@dataclass
class HandClock:
    """A wall clock that a test moves by hand."""

    at: datetime = AFTERNOON

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def pass_by(self, **spans: float) -> None:
        """Let time pass, in the arguments of `timedelta`."""
        self.at += timedelta(**spans)


@dataclass
class Visitor:
    """Asks the site; keeps the session cookie."""

    site: PracticeNeo
    cookie: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: dict(ASKS_JSON))

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """One request; connection problems raise."""
        address = urllib.parse.urlsplit(self.site.url)
        sent = {**self.headers, **headers}
        if self.cookie:
            sent["Cookie"] = self.cookie
        with closing(
            http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        ) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)

    def get(self, path: str, **query: str) -> Answer:
        """One GET."""
        return self.ask("GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path)

    def sign_in(self, **changes: str) -> Answer:
        """Send the sign-in form with the practice login."""
        body = urllib.parse.urlencode(LOGIN | changes)
        answer = self.ask("POST", "/login", body, **{"Content-Type": "application/x-www-form-urlencoded"})
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer

    def calendar(self, start: datetime, end: datetime) -> Answer:
        """The calendar of a range; naive times."""
        return self.get(
            "/appointments/getCalendarEventData",
            start=f"{start:%Y-%m-%d %H:%M:%S}",
            end=f"{end:%Y-%m-%d %H:%M:%S}",
        )

    def search(self, start: datetime, end: datetime, page: int = 1) -> Answer:
        """One page of the search of a range; naive times."""
        span = {"date_start": f"{start:%d.%m.%Y %H:%M:%S}", "date_end": f"{end:%d.%m.%Y %H:%M:%S}"}
        return self.get("/consultations/search", page=str(page), **span, **{"order[]": "consultedAt:desc"})


@pytest.fixture
def clock() -> HandClock:
    """Wednesday, 15:00 in the clinic."""
    return HandClock()


@pytest.fixture
def site(clock: HandClock) -> Iterator[PracticeNeo]:
    """An ordinary day."""
    with PracticeNeo(now=clock) as running:
        yield running


@pytest.fixture
def visitor(site: PracticeNeo) -> Visitor:
    """Somebody who has signed in."""
    somebody = Visitor(site)
    assert somebody.sign_in().status == 302
    return somebody


def signed_in(site: PracticeNeo) -> Visitor:
    """Somebody who has signed in to this site."""
    somebody = Visitor(site)
    answer = somebody.sign_in()
    assert (answer.status, answer.headers["location"]) == (302, "/dashboard")
    return somebody
