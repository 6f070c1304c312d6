"""The file of what the reader learned: a line that says what it is, then two tables of small whole numbers.

One table is for single sentences and lines, one for whole records; feature n weighs `table[n] * scale`.
"""

from __future__ import annotations

import json
import zlib
from array import array
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from pathlib import Path
from zlib import crc32

from idexx_desktop.reader.features import BITS, Features

FORMAT = "idexx-reader-2"
WEIGHTS = Path(str(files("idexx_desktop.reader") / "reader.weights"))
KNOWN_BITS = 1 << 18


@dataclass(frozen=True, slots=True)
class Limits:
    """From which score (log-odds) on a person is asked: `ask`, or `ask_with_sign` where a careful phrase fired, too.

    `sentence` is that of one sentence of a death, whatever else is written; `told` where its word leaves little doubt.
    `share` is how much the whole record counts beside its single sentences, from 0 to 1. `known`: of the words of a
    record, the share that must have stood in the records that were learned from.
    """

    ask: float
    ask_with_sign: float
    sentence: float
    told: float
    share: float
    known: float


@dataclass(frozen=True, slots=True)
class Table:
    """The weights of one kind of judgement, in 8 bits each."""

    weights: array[int]
    scale: float
    intercept: float

    def score(self, features: Features) -> float:
        """The log-odds for features of which each set has the same weight, however many there are."""
        weigh = self.weights.__getitem__
        total = sum(
            sum(map(weigh, some)) / sqrt(len(some)) for some in (features.words, features.ideas) if some
        )
        return total * self.scale + self.intercept


@dataclass(frozen=True, slots=True)
class Weights:
    """All that was learned, and from what: `records` counts them by author, `learned_from` is the hash of them all."""

    version: str
    learned_from: str
    records: dict[str, int]
    limits: Limits
    sentence: Table
    whole: Table
    known: bytes  # a bit for each word that stood in the records of at least two authors

    def knows(self, word: str) -> bool:
        """Whether a plain word is one of those; of a hundred others, it says so of a few."""
        place = word_place(word)
        return bool(self.known[place >> 3] >> (place & 7) & 1)

    def write(self, path: Path) -> None:
        """The same bytes for the same weights."""
        about = {
            "format": FORMAT,
            "version": self.version,
            "learned_from": self.learned_from,
            "records": self.records,
            "limits": asdict(self.limits),
            "tables": [[table.scale, table.intercept] for table in (self.sentence, self.whole)],
        }
        tables = self.sentence.weights.tobytes() + self.whole.weights.tobytes() + self.known
        path.write_bytes(json.dumps(about, sort_keys=True).encode() + b"\n" + zlib.compress(tables, 9))


def word_place(word: str) -> int:
    """The bit of a plain word among those that are known."""
    return crc32(word.encode()) % KNOWN_BITS


def read_weights(path: Path) -> Weights:
    """Raises ValueError where it is no such file, or one for other features."""
    first, _, packed = path.read_bytes().partition(b"\n")
    about = json.loads(first)
    size = 1 << BITS
    tables = zlib.decompress(packed)
    if about.get("format") != FORMAT or len(tables) != 2 * size + KNOWN_BITS // 8:
        raise ValueError(f"{path.name} was made for another version of the reader")
    (first_scale, first_intercept), (second_scale, second_intercept) = about["tables"]
    return Weights(
        about["version"],
        about["learned_from"],
        about["records"],
        Limits(**about["limits"]),
        Table(array("b", tables[:size]), first_scale, first_intercept),
        Table(array("b", tables[size : 2 * size]), second_scale, second_intercept),
        tables[2 * size :],
    )


@cache
def weights() -> Weights:
    """Those that came with the program; read when they are first wanted."""
    return read_weights(WEIGHTS)
