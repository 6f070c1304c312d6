"""Which request fails, and how: the same seed fails the same requests in the same way."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The ways in which a request goes wrong."""

    STATUS = "status"  # an answer with `status`
    CUT = "cut"  # the connection is cut in the middle of the answer
    DROPPED = "dropped"  # the connection is cut before any answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure; `retry_after` is in seconds, sent as the header of that name."""

    kind: FaultKind
    status: int = 0
    retry_after: int | None = None


MAX_FAILURES = 2
_FAULTS = (
    Fault(FaultKind.STATUS, 429),
    Fault(FaultKind.STATUS, 429, retry_after=1),
    Fault(FaultKind.STATUS, 500),
    Fault(FaultKind.STATUS, 502),
    Fault(FaultKind.STATUS, 503),
    Fault(FaultKind.STATUS, 503, retry_after=1),
    Fault(FaultKind.CUT),
    Fault(FaultKind.DROPPED),
)


class FlakyPlan:
    """Fails a part of the requests; each succeeds at its third try at the latest. Safe from any thread."""

    def __init__(self, seed: int, share: float = 0.35) -> None:
        self._seed = seed
        self._share = share
        self._tries: Counter[str] = Counter()
        self._rounds: Counter[str] = Counter()
        self._lock = threading.Lock()

    def next_fault(self, request: str) -> Fault | None:
        """The fault of this try of this request (path and query), None where it succeeds."""
        with self._lock:
            faults = self._faults_of(request, self._rounds[request])
            if self._tries[request] < len(faults):
                self._tries[request] += 1
                return faults[self._tries[request] - 1]
            self._tries[request] = 0
            self._rounds[request] += 1
            return None

    def _faults_of(self, request: str, turn: int) -> list[Fault]:
        chance = random.Random(f"{self._seed}/{request}/{turn}")  # noqa: S311 - a plan that can be replayed
        if chance.random() >= self._share:
            return []
        return [chance.choice(_FAULTS) for _ in range(chance.randint(1, MAX_FAILURES))]
