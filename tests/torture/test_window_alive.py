"""SAFETY 34: the window answers while many visits are synced. The exact figures are the bench's: `run.py bench gui`."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from tests.bench.gui import VISITS, measure

# generous, for a loaded computer
LONGEST_MS, P99_MS = 1000.0, 100.0


def answers_during_a_sync(visits: int) -> None:
    """A first sync of so many visits, seen on their list."""
    blocked = measure("visits", visits, latency_ms=0).syncing
    print(f"\np99 {blocked.p99:.1f} ms, longest {blocked.longest:.1f} ms of {len(blocked.delays)} ticks")
    assert len(blocked.delays) > visits
    assert blocked.longest < LONGEST_MS
    assert blocked.p99 < P99_MS


def test_the_window_answers_during_a_sync(qapp: QApplication) -> None:
    answers_during_a_sync(150)


@pytest.mark.long(item=34)
def test_the_window_answers_during_a_sync_of_many_visits(qapp: QApplication) -> None:
    answers_during_a_sync(VISITS)
