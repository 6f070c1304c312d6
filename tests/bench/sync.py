"""A sync beside what existing integrations do, and beside the least that it can take: `python3 run.py bench sync`.

On the same practice Neo, which is a process of its own: *ours* (the real command with fresh records, then once more
with nothing changed), a *reference strategy* and a *floor*; see the modules of these names. Each figure is the median
of several rounds, but for those of the reference, which nothing is judged by.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import structlog

from idexx_desktop.domain.records import SyncSettings
from tests.bench._clinic import fresh_clinic
from tests.bench._site import Wanted, everything_on, running_site
from tests.bench._watch import Watched, run_watched
from tests.support.postgres import TestServer, running_server

SIZES, LATENCIES = (50, 200, 1000), (0, 100, 300)
QUICK_SIZES, QUICK_LATENCIES = (50, 200), (100,)
ROUNDS = 3
FLOOR_RATIO, POLITE_RATIO, START_SECONDS = 1.15, 1.05, 3.0
# without a limit of the rate, from the command to the first request and from the last answer to the end
OVERHEAD_SECONDS = 2.5
UNCHANGED_SECONDS = 2.0
MOST_MB, MOST_MB_WITHOUT_BROWSER = 400, 150
POLITE = SyncSettings("").requests_per_second


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement. `per_second` 0: no limit of the rate."""

    visits: int
    latency_ms: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Run:
    """What one way took, see `Watched`. `own_seconds`: by its own clock, without the start of its process."""

    seconds: float
    own_seconds: float
    requests: int
    written: int
    peak_mb: float
    peak_with_files_mb: float
    cpu_seconds: float
    browser: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """One case in every way; the reference knows no rate, so it is measured once for both."""

    case: Case
    first: Run
    unchanged: Run
    floor: Run
    reference: Run

    def broken(self) -> list[str]:
        """The promises that this case breaks, in words."""
        case, first, again = self.case, self.first, self.unchanged
        ratio = POLITE_RATIO if case.per_second else FLOOR_RATIO
        most = self.floor.own_seconds * ratio + START_SECONDS
        if not case.per_second:
            most = min(most, self.floor.own_seconds + OVERHEAD_SECONDS)
        found = [
            (
                case.visits == 200 and case.latency_ms == 100 and first.seconds > most,
                f"longer than {most:.1f} s",
            ),
            (first.written != case.visits, f"{first.written} visits were written, not {case.visits}"),
            (again.written > 0, "an unchanged visit was written"),
            (again.browser, "a browser was started for nothing"),
            (first.peak_mb > MOST_MB, f"more than {MOST_MB} MB"),
            (
                again.peak_mb > MOST_MB_WITHOUT_BROWSER,
                f"more than {MOST_MB_WITHOUT_BROWSER} MB without a browser",
            ),
            (case.per_second > 0 and first.cpu_seconds > first.seconds / 2, "more than half a processor"),
            (
                (case.visits, case.latency_ms, case.per_second) == (50, 0, 0)
                and again.seconds > UNCHANGED_SECONDS,
                f"an unchanged sync takes longer than {UNCHANGED_SECONDS} s",
            ),
        ]
        return [words for is_broken, words in found if is_broken]

    def lines(self) -> Iterator[str]:
        """For people."""
        rate = f"{self.case.per_second:g} a second" if self.case.per_second else "no limit"
        load = os.getloadavg()[0]
        yield f"{self.case.visits} visits, {self.case.latency_ms} ms, {rate}; medians of {ROUNDS}, load {load:.1f}"
        base = self.floor.own_seconds
        ways = {
            "ours": self.first,
            "ours, unchanged": self.unchanged,
            "reference": self.reference,
            "floor": self.floor,
        }
        for name, run in ways.items():
            yield (
                f"  {name:16}{run.seconds:8.2f} s {run.own_seconds / base:6.2f} x floor {run.requests:6} requests"
                f" {run.peak_mb:6.0f} MB ({run.peak_with_files_mb:.0f} with program files)"
                f" {run.cpu_seconds:7.2f} s of processor"
            )
        yield (
            f"  {self.first.seconds - base:+.2f} s to the floor,"
            f" {self.reference.seconds / self.first.seconds:.1f} x as quick as the reference"
        )
        yield from (f"  BROKEN: {words}" for words in self.broken())


def measure(case: Case, folder: Path, reference: Run | None, server: TestServer) -> Measured:
    """Every way through one case, one after the other."""
    first, unchanged, floor = [], [], []
    with running_site(case.visits, case.latency_ms) as url:
        wanted = everything_on(url)
        for number in range(ROUNDS):
            home = folder / f"{case.visits}-{case.latency_ms}-{case.per_second:g}-{number}"
            with fresh_clinic(home, url, case.per_second) as clinic:
                first.append(_ours(clinic.sync()))
                unchanged.append(_ours(clinic.sync()))
            floor.append(_other("_floor", url, f"{case.per_second}", wanted))
        if reference is None:
            reference = _other("_reference", url, server.url(), wanted)
    return Measured(case, _median(first), _median(unchanged), _median(floor), reference)


def _median(runs: Sequence[Run]) -> Run:
    """Of each figure by itself; a browser counts where one ran at all, and what was written must be the same."""
    if len({run.written for run in runs}) > 1:
        raise AssertionError(f"rounds wrote differently: {[run.written for run in runs]}")
    figures = {each.name: median(getattr(run, each.name) for run in runs) for each in fields(Run)}
    return Run(**{**figures, "browser": any(run.browser for run in runs)})


def _ours(watched: Watched) -> Run:
    said: dict[str, Any] = json.loads(watched.output)
    return _run(watched, said["requests"], said["seconds"], said["visits_written"])


def _other(name: str, url: str, argument: str, wanted: Wanted) -> Run:
    watched = run_watched([sys.executable, "-m", f"tests.bench.{name}", url, argument], said=wanted.text())
    requests, seconds = json.loads(watched.output.splitlines()[-1])  # the browser is told of before
    return _run(watched, requests, seconds, 0)


def _run(watched: Watched, requests: int, own_seconds: float, written: int) -> Run:
    return Run(
        watched.seconds,
        own_seconds,
        requests,
        written,
        watched.peak_mb,
        watched.peak_with_files_mb,
        watched.cpu_seconds,
        watched.browser,
    )


def main() -> int:
    """Measure and print, and write it down; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(prog="run.py bench sync")
    parser.add_argument("--quick", action="store_true", help="50 and 200 visits at 100 ms")
    parser.add_argument("--out", type=Path, default=Path("build/bench-sync.json"), help="the report")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sizes, latencies = (QUICK_SIZES, QUICK_LATENCIES) if options.quick else (SIZES, LATENCIES)
    everything: list[Measured] = []
    with tempfile.TemporaryDirectory() as name, running_server(Path(name) / "reference") as server:
        for visits, latency_ms in product(sizes, latencies):
            reference = None
            for per_second in (0.0, POLITE):
                measured = measure(Case(visits, latency_ms, per_second), Path(name), reference, server)
                reference = measured.reference
                everything.append(measured)
                print(*measured.lines(), sep="\n", flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    report = [{**asdict(measured), "broken": measured.broken()} for measured in everything]
    options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"report: {options.out}")
    return int(any(measured.broken() for measured in everything))


if __name__ == "__main__":
    sys.exit(main())
