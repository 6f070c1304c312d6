"""The practice Neo as a process of its own, so that its work counts for nobody; and what is to be asked of it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from idexx_desktop.simulator.endpoints import CALENDAR_TIME, COOKIE, SEARCH_TIME
from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_PASSWORD, PRACTICE_USERNAME

ZONE = ZoneInfo("America/Los_Angeles")
HEADERS = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
LOGIN_FORM = {"companyId": PRACTICE_COMPANY_ID, "username": PRACTICE_USERNAME, "password": PRACTICE_PASSWORD}
_MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """The requests that read everything: lists whose pages follow each other, then the consultations."""

    lists: tuple[str, ...]
    consultations: tuple[str, ...]

    def text(self) -> str:
        """For another process."""
        return json.dumps([self.lists, self.consultations])

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What `text` said."""
        lists, consultations = json.loads(text)
        return cls(tuple(lists), tuple(consultations))


@contextmanager
def running_site(visits: int, latency_ms: int) -> Iterator[str]:
    """A practice Neo with so many visits, each answer so many milliseconds late; its address."""
    command = [sys.executable, "-m", "idexx_desktop", "simulate"]
    command += ["--visits", str(visits), "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise AssertionError("stdout was asked for")
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def everything_on(url: str) -> Wanted:
    """What a sync of two days asks for, found out by asking for it."""
    now = datetime.now(UTC).astimezone(ZONE)
    start, end = now - timedelta(hours=48), now + timedelta(hours=1)
    calendar = {"start": start.strftime(CALENDAR_TIME), "end": end.strftime(CALENDAR_TIME)}
    lists = [f"/appointments/getCalendarEventData?{urllib.parse.urlencode(calendar)}"]
    address = urllib.parse.urlsplit(url)
    ids: list[str] = []
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)) as connection:
        cookie = _sign_in(connection)
        for page in range(1, _MOST_PAGES):
            search = {
                "page": page,
                "date_start": start.strftime(SEARCH_TIME),
                "date_end": end.strftime(SEARCH_TIME),
            }
            lists.append(f"/consultations/search?{urllib.parse.urlencode(search)}")
            connection.request("GET", lists[-1], headers={**HEADERS, "Cookie": cookie})
            found: dict[str, Any] = json.loads(connection.getresponse().read())
            ids += [str(row["id"]) for row in found["data"]]
            if len(ids) >= found["total"]:
                break
    return Wanted(tuple(lists), tuple(f"/consultations/{each}" for each in ids))


def _sign_in(connection: http.client.HTTPConnection) -> str:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", urllib.parse.urlencode(LOGIN_FORM), headers)
    answer = connection.getresponse()
    answer.read()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    if not cookie.startswith(COOKIE):
        raise AssertionError("the practice site let nobody in")
    return cookie
