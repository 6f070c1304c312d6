"""How soon the window shows its data, what it holds at rest, and how long its thread is kept during a sync: SAFETY 34.

A timer of the window ticks every few milliseconds; how much later than it should a tick comes is how long the thread
was kept. Left out is the time in which it was ready, and the computer's processors were with other programs: Linux
counts that for each thread. Neo is the practice one, in a process of its own, the window is as a person sees it, on
Today and then on the list of visits. Then what it takes of a processor while nobody touches it, open and hidden.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import structlog
from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt, QTimer

from idexx_desktop import app
from idexx_desktop.gui.answering import keep_answering
from idexx_desktop.gui.application import make_application, make_window
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.theme import ThemeChoice
from tests.bench._clinic import fresh_clinic
from tests.bench._idle import LIMIT_PERCENT, idle
from tests.bench._site import running_site

VISITS = 500
STARTS, STARTED_VISITS = 5, 200
DATA_SECONDS, PSS_MB = 1.5, 130.0
LONGEST_MS, P99_MS = 100.0, 16.0
TICK_MS = 2
REST_SECONDS = 2.0
LOOK_MS = 20
PATIENCE_MS = 300_000
_WAITED = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True, slots=True)
class Blocked:
    """How long the thread was kept, in milliseconds, at each tick."""

    delays: Sequence[float]

    @property
    def longest(self) -> float:
        """The longest of all."""
        return max(self.delays)

    @property
    def p99(self) -> float:
        """Of a hundred ticks, one waits longer."""
        return quantiles(self.delays, n=100)[-1]


class Heartbeat:
    """Ticks on the window's thread, and notes when it was late."""

    def __init__(self, window: MainWindow) -> None:
        # of each tick when it came, and how long the thread had ever waited for a processor, in milliseconds
        self._ticks: list[tuple[float, float]] = []
        self._timer = QTimer(window, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin."""
        self._ticks = []
        self._tick()
        self._timer.start()

    def stop(self) -> Blocked:
        """End; how late the ticks were."""
        self._timer.stop()
        return Blocked(
            [
                max(0.0, later - earlier - TICK_MS - (waited - before))
                for (earlier, before), (later, waited) in pairwise(self._ticks)
            ]
        )

    def _tick(self) -> None:
        self._ticks.append((time.perf_counter() * 1000, waited_for_a_processor()))


def waited_for_a_processor() -> float:
    """How long this thread was ready to run while other threads had all processors, in milliseconds; 0 if unknown."""
    try:
        return int(_WAITED.read_text(encoding="ascii").split()[1]) / 1e6
    except OSError:
        return 0.0


def during_a_sync(window: MainWindow) -> Blocked:
    """Sync in a window whose program is open, on whatever page it shows; until the run and what follows are over."""
    heartbeat = Heartbeat(window)
    started: list[bool] = []
    window.desk.run_changed.connect(lambda: started.append(True))
    heartbeat.start()
    window.desk.sync_now()
    _wait(lambda: bool(started) and not window.desk.syncing)
    settle(window)
    blocked, last = heartbeat.stop(), window.desk.opened.status.today().last_session
    if last is None or last.status != "completed":
        raise AssertionError(f"the sync failed: {last}")
    return blocked


def at_rest(window: MainWindow) -> Blocked:
    """Nothing happens for a while, which shows how busy the computer is with other things."""
    heartbeat, until = Heartbeat(window), time.monotonic() + REST_SECONDS
    heartbeat.start()
    _wait(lambda: time.monotonic() > until)
    return heartbeat.stop()


def _wait(holds: Callable[[], bool]) -> None:
    """In Qt's own loop, as the program waits, until it holds. TimeoutError after some minutes."""
    loop, deadline = QEventLoop(), QDeadlineTimer(PATIENCE_MS)
    look = QTimer(interval=LOOK_MS)
    look.timeout.connect(lambda: loop.quit() if holds() or deadline.hasExpired() else None)
    look.start()
    loop.exec()
    look.stop()
    if not holds():
        raise TimeoutError("the sync did not end")


@contextmanager
def open_window(page: str, visits: int, latency_ms: int) -> Iterator[MainWindow]:
    """A window on this page, of a clinic that never synced and whose Neo has so many visits."""
    with ExitStack() as parts:
        site = parts.enter_context(running_site(visits, latency_ms))
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        clinic = parts.enter_context(fresh_clinic(folder / "home", site, per_second=0))
        make_application(choice=ThemeChoice.LIGHT)
        window = make_window()
        parts.callback(window.deleteLater)
        parts.callback(window.shut_down)
        keep_answering(window)
        window.resize(1366, 768)
        window.show()
        window.attach(app.open_program(clinic.environment))
        window.go(page)
        settle(window)
        yield window


def print_idle(page: str, window: MainWindow) -> bool:
    """Measure the open window, then the hidden one; whether the limit holds."""
    found = {"open": idle()}
    window.hide()
    found["hidden"] = idle()
    for how, taken in found.items():
        print(f"{page}, idle and {how}: {taken.percent:.2f} % of a processor (limit {LIMIT_PERCENT})")
    return all(taken.is_within for taken in found.values())


def starts() -> dict[str, float]:
    """The median of several starts, of a clinic that has synced and whose server runs: see `_start`."""
    with (
        running_site(STARTED_VISITS, 0) as site,
        tempfile.TemporaryDirectory() as folder,
        fresh_clinic(Path(folder) / "home", site, per_second=0) as clinic,
    ):
        clinic.sync()
        with closing(app.open_program(clinic.environment)):
            found = [json.loads(clinic.start_window()) for _ in range(STARTS)]
    return {name: median(each[name] for each in found) for name in found[0]}


def start_line(start: dict[str, float]) -> str:
    """For people, with how busy the computer is: its processors were shared with so many others."""
    return (
        f"start, medians of {STARTS}: painted after {start['painted']:.2f} s,"
        f" data after {start['data']:.2f} s (limit {DATA_SECONDS}), {start['data_cpu']:.2f} s of processor by then;"
        f" at rest {start['pss_mb']:.0f} MB (limit {PSS_MB:.0f}), {start['own_mb']:.0f} MB of them its own alone;"
        f" load {os.getloadavg()[0]:.1f}"
    )


def main() -> int:
    """Measure and print; 1 where a limit is broken."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--latency-ms", type=int, default=100)
    parser.add_argument("--page", nargs="*", default=["today", "visits"])
    options = parser.parse_args()
    start = starts()
    print(start_line(start))
    broken = start["data"] > DATA_SECONDS or start["pss_mb"] > PSS_MB
    for page in options.page:
        with open_window(page, options.visits, options.latency_ms) as window:
            resting, syncing = at_rest(window), during_a_sync(window)
            broken |= not print_idle(page, window)
        for name, blocked in (("at rest", resting), ("syncing", syncing)):
            print(
                f"{page}, {name}: p99 {blocked.p99:.1f} ms (limit {P99_MS:.0f}),"
                f" longest {blocked.longest:.1f} ms (limit {LONGEST_MS:.0f}), {len(blocked.delays)} ticks"
            )
        broken |= syncing.longest > LONGEST_MS or syncing.p99 > P99_MS
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
