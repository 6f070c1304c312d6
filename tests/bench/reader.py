"""How well and how fast visits are judged: the records that the reader never learned from, or files of your own.

``run.py bench reader [FILES]``: labelled records (see tests/records/README.md), JSON or a JSON object in each line.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from pathlib import Path

from idexx_desktop.domain.second_reader import record_of
from idexx_desktop.reader.reading import read
from idexx_desktop.reader.weights import weights
from tests.reader import labelled
from tests.reader.judging import Judgement, table

MANY, SECONDS, ORDINARY_MS, MEMORY_MB = 10_000, 20.0, 2.0, 20.0
_ORDINARY_WORDS = range(60, 140)


def main() -> int:
    """Judge, then measure; 1 where a promise about time or memory is broken."""
    parser = argparse.ArgumentParser(prog="run.py bench reader", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    sets = {path.stem: list(labelled.records_in(path, path.stem)) for path in asked.files}
    if not sets:
        for author in labelled.FINAL:
            sets[f"author {author}, never learned from"] = list(labelled.records(author))
    sys.stdout.write(table([Judgement.of(name, records) for name, records in sets.items()]) + "\n\n")
    return _speed()


def _speed() -> int:
    tracemalloc.start()
    weights()
    records = [
        record_of(each.visit) for author in labelled.authors("records") for each in labelled.records(author)
    ]
    before = tracemalloc.get_traced_memory()[0]
    for record in records[:500]:
        read(record)
    held = (tracemalloc.get_traced_memory()[1] - before) / 1e6
    tracemalloc.stop()
    ordinary = [record for record in records if len(record.notes.split()) in _ORDINARY_WORDS][:500]
    started = time.process_time()
    for record in ordinary:
        read(record, weights())
    each_ms = (time.process_time() - started) / len(ordinary) * 1000
    started = time.process_time()
    for place in range(MANY):
        read(records[place % len(records)], weights())
    seconds = time.process_time() - started
    sys.stdout.write(
        f"an ordinary visit {each_ms:.2f} ms (limit {ORDINARY_MS:.0f}); "
        f"{MANY} visits {seconds:.1f} s (limit {SECONDS:.0f}); memory {held:.1f} MB (limit {MEMORY_MB:.0f})\n"
    )
    return int(each_ms > ORDINARY_MS or seconds > SECONDS or held > MEMORY_MB)


if __name__ == "__main__":
    sys.exit(main())
