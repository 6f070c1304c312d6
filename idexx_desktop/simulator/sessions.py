"""Who is signed in to the practice site, for how long, and how a session that is over shows itself."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE_LIMIT = timedelta(minutes=20)
ABSOLUTE_LIMIT = timedelta(hours=8)


class SignedOut(StrEnum):
    """What a JSON request gets once the session is over."""

    REDIRECT = "redirect"  # 302 to /login
    REFUSED = "refused"  # 401
    SIGN_IN_PAGE = "sign_in_page"  # 200 with the HTML of the sign-in page


@dataclass(slots=True)
class _Session:
    opened_at: datetime
    seen_at: datetime
    shape: SignedOut
    requests_left: int | None


class Sessions:
    """The open sessions by cookie. Safe from any thread.

    `requests_each` ends a session after so many JSON requests (None: never); its ends then take the three
    shapes in turn, otherwise they take `shape`.
    """

    def __init__(
        self, now: Callable[[], datetime], shape: SignedOut, requests_each: int | None, token_seed: str
    ) -> None:
        self._now = now
        self._shape = shape
        self._requests_each = requests_each
        self._shapes = itertools.cycle(SignedOut)
        self._token_seed = token_seed
        self._numbers = itertools.count(1)
        self._open: dict[str, _Session] = {}
        self._over: dict[str, SignedOut] = {}
        self._lock = threading.Lock()

    def open(self) -> str:
        """A new session; returns the value of its cookie."""
        with self._lock:
            token = f"{self._token_seed}-{next(self._numbers)}"
            shape = next(self._shapes) if self._requests_each is not None else self._shape
            self._open[token] = _Session(self._now(), self._now(), shape, self._requests_each)
            return token

    def ended(self, token: str | None, *, counts: bool) -> SignedOut | None:
        """None while this session lives, else how its end shows; `counts` for a request that uses it up."""
        with self._lock:
            session = self._open.get(token) if token else None
            if token is None or session is None:
                return self._over.get(token or "", self._shape)
            now = self._now()
            worn_out = counts and session.requests_left == 0
            if worn_out or now - session.seen_at > IDLE_LIMIT or now - session.opened_at > ABSOLUTE_LIMIT:
                return self._end(token)
            session.seen_at = now
            if counts and session.requests_left is not None:
                session.requests_left -= 1
            return None

    def end_all(self) -> None:
        """Every session is over."""
        with self._lock:
            for token in tuple(self._open):
                self._end(token)

    def _end(self, token: str) -> SignedOut:
        shape = self._open.pop(token).shape
        self._over[token] = shape
        return shape
