"""``python3 run.py train-reader``: make the reader's weights anew from `tests/records`, and say how good it is.

How good: each author's records are judged by a reader that never saw that author. Authors of single sentences are not
judged: half of their sentences are the other half's twins.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from idexx_desktop.reader.weights import WEIGHTS
from tests.reader import labelled
from tests.reader.judging import Judgement, table
from tests.reader.learning import learn, lesson


def main() -> int:
    """Write the weights; with `--judge`, leave each author out once before."""
    parser = argparse.ArgumentParser(prog="run.py train-reader", description=__doc__)
    parser.add_argument("--judge", action="store_true", help="leave each author out once (minutes)")
    parser.add_argument("--to", type=Path, default=WEIGHTS, help="where to write the weights")
    asked = parser.parse_args()
    records = [record for author in labelled.authors() for record in labelled.records(author)]
    taught = lesson(records)
    if asked.judge:
        of_author = np.array([record.author for record in records])
        found = []
        for author in labelled.authors("records"):
            learned = learn(taught.of(of_author != author))
            found.append(Judgement.of(author, [each for each in records if each.author == author], learned))
        sys.stdout.write(table(found) + "\n")
    learned = learn(taught)
    learned.write(asked.to)
    sys.stdout.write(f"{asked.to}: {asked.to.stat().st_size / 1e6:.2f} MB, {len(records)} records\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
