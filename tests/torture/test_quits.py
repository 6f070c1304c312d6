"""SAFETY 31: the window's program, quit in the middle of a sync, ends soon, well, and leaves nothing behind."""

from __future__ import annotations

import os
import random
import secrets
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime, time
from pathlib import Path
from time import monotonic

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.simulator.site import PracticeNeo
from tests.support.practice import Practices
from tests.support.waiting import wait_until
from tests.torture.child import MARK, marked
from tests.torture.copies import Copy, Prepared

LONGEST_SECONDS = 5.0
VISITS = 40
# of an answer; a sync of so many visits takes some seconds
LATENCY_MS = 100
ALWAYS_OPEN = ScheduleRecord(open_time=time(), close_time=time(23, 59), open_weekdays=frozenset(range(7)))


def start_window(copy: Copy, mark: str, errors: Path) -> subprocess.Popen[bytes]:
    """The program as a person starts it, on a screen that nobody sees. A sync is due: it starts by itself."""
    given = copy.environment
    environment = {
        **os.environ,
        MARK: mark,
        "QT_QPA_PLATFORM": "offscreen",
        "IDEXX_DESKTOP_HOME": str(given.home),
        "IDEXX_DESKTOP_DATABASE_URL": given.database_url or "",
        "IDEXX_DESKTOP_VAULT_PASSPHRASE": given.vault_passphrase or "",
    }
    with errors.open("wb") as file:
        return subprocess.Popen([sys.executable, "-m", "idexx_desktop"], stderr=file, env=environment)


def requests(site: PracticeNeo) -> int:
    """How many requests the practice Neo has answered or is answering."""
    return sum(site.counts.values())


def quit_in_the_middle(copy: Copy, site: PracticeNeo, errors: Path, after: int) -> float:
    """Start the window, quit it once its sync has asked Neo so often; how long that took, in seconds."""
    mark = uuid.uuid4().hex
    before = requests(site)
    window = start_window(copy, mark, errors)
    try:
        wait_until(lambda: requests(site) >= before + after or window.poll() is not None)
        assert window.poll() is None, errors.read_text(encoding="utf-8")
        assert copy.runs() == {("running", None): 1}
        began = monotonic()
        window.send_signal(signal.SIGTERM)
        code = window.wait(30)
        taken = monotonic() - began
    finally:
        window.kill()
        window.wait()
    assert code == 0
    assert errors.read_text(encoding="utf-8") == ""
    assert marked(mark) == []
    assert copy.runs() == {("failed", str(FailureCode.CANCELLED)): 1}
    return taken


def quit_often(practices: Practices, errors: Path, quits: int, chance: random.Random) -> None:
    """Quit so often, each time at another request of a first sync."""
    practice = practices("ordinary-day", visits=VISITS, latency_ms=LATENCY_MS, at=datetime.now(UTC))
    with practice.program.records.transaction() as tx:
        tx.schedule.save(ALWAYS_OPEN, now=practice.clock.now())
        tx.schedule.set_next_due(practice.clock.now())
    prepared, times = Prepared.of(practice), []
    for _ in range(quits):
        with prepared.copy() as copy:
            times.append(quit_in_the_middle(copy, practice.site, errors, chance.randint(1, VISITS // 2)))
    print(f"\n{quits} quits: the longest took {max(times):.2f} s")
    assert max(times) < LONGEST_SECONDS


def test_two_quits(shared_practices: Practices, tmp_path: Path) -> None:
    quit_often(shared_practices, tmp_path / "errors", 2, random.Random(31))  # noqa: S311 - chooses when to quit


@pytest.mark.long(item=31)
def test_two_hundred_quits(shared_practices: Practices, tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    print(f"\nquits: seed {seed}")
    quit_often(shared_practices, tmp_path / "errors", 200, random.Random(seed))  # noqa: S311 - chooses when to quit
