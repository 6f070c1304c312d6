"""SAFETY 34: the window answers while many visits are synced. The exact figures are the bench's: `run.py bench gui`."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtWidgets import QApplication

from tests.bench.gui import LONGEST_MS, VISITS, during_a_sync, open_window

# on a busy computer the thread that has Python's lock may have to wait for a processor, too
PATIENCE_MS, P99_MS = 500.0, 32.0


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What a window sets for its own process does not stay for other tests."""
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # as the tests have it


@contextmanager
def collections() -> Iterator[list[float]]:
    """The processor time of each garbage collection, in milliseconds: nothing else runs meanwhile."""
    took: list[float] = []
    began = 0.0

    def heard(phase: str, _: dict[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = time.thread_time()
        else:
            took.append((time.thread_time() - began) * 1000)

    gc.callbacks.append(heard)
    yield took
    gc.callbacks.remove(heard)


def answers_during_a_sync(visits: int) -> None:
    """A first sync of so many visits, seen on their list."""
    with open_window("visits", visits, latency_ms=0) as window, collections() as collected:
        blocked = during_a_sync(window)
    print(
        f"\np99 {blocked.p99:.1f} ms, longest {blocked.longest:.1f} ms of {len(blocked.delays)} ticks;"
        f" longest of {len(collected)} garbage collections {max(collected):.1f} ms"
    )
    assert len(blocked.delays) > visits
    assert blocked.longest < PATIENCE_MS
    assert blocked.p99 < P99_MS
    assert max(collected) < LONGEST_MS


def test_the_window_answers_during_a_sync(qapp: QApplication) -> None:
    answers_during_a_sync(100)


@pytest.mark.long(item=34)
def test_the_window_answers_during_a_sync_of_many_visits(qapp: QApplication) -> None:
    answers_during_a_sync(VISITS)
