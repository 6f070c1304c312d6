"""Waiting for a condition, never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

_WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def wait_for_lock(ask: Callable[[str], Sequence[object]], seconds: float = 20.0) -> None:
    """Until some connection of the database that `ask` asks waits for another's transaction."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not ask(_WAITING):
        assert time.monotonic() < deadline, "nobody waits"
        pause.wait(0.01)


def wait_until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Until this is true."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        pause.wait(0.01)
