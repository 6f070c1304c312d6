"""From a record to the numbers of its features; the same for learning and for reading.

Of each unit two sets: what its letters and words are (parts of words of 3 and 4 letters, words, their neighbours), and
what it is about (`ideas`). A feature is there or it isn't, how often doesn't count. A record has what its units have,
and what can be said of it as a whole. A feature's number is a CRC-32, cut to `BITS`: two features may share one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from idexx_desktop.reader.ideas import DEATH, GOING_ON, OUT_OF_SCOPE, TOLD, ideas_in, spelled, tells
from idexx_desktop.reader.record import Record, Unit
from idexx_desktop.reader.text import plain, sentences, without_name, words

BITS = 19
_MASK = (1 << BITS) - 1
_PARTS = (3, 4)
_NEAR = 3  # words between two ideas
# texts are written alike in these; what is billed speaks otherwise
_GROUPS = {"bill": "bill", "declined": "declined"}
# what a death beside them may mean; of insurance it was learned from its words alone
_AROUND = OUT_OF_SCOPE - {"insurance"}
_MANY = 3
_FEW = 6  # words of a line that comes again and again


def _every_word(_: str) -> bool:
    """Records that are learned from are taken as they are written."""
    return True


class Features(NamedTuple):
    """Numbers of features from 0 to 2**BITS: of letters and words, and of ideas."""

    words: frozenset[int]
    ideas: frozenset[int]


class Judged(NamedTuple):
    """One unit of a record, its features, and the ideas that it is about."""

    unit: Unit
    features: Features
    about: frozenset[str]


class Whole:
    """Gathers a record's own features from its units, one after another: a note of 2 MB is never held in pieces."""

    def __init__(self, record: Record) -> None:
        self._signs = record.signs
        self._words: set[int] = set()
        self._ideas: set[int] = set()
        self._about: set[str] = set()
        self._first: frozenset[str] | None = None
        self._last: frozenset[str] = frozenset()
        self._times = dict.fromkeys(GOING_ON, 0)
        self._fields: set[str] = set()
        self._size = 0

    def add(self, unit: Judged) -> None:
        """The next unit."""
        self._words |= unit.features.words
        self._ideas |= unit.features.ideas
        self._about |= unit.about
        self._fields.add(unit.unit.field)
        self._size += len(unit.unit.text)
        for sign in unit.about.intersection(GOING_ON):
            self._times[sign] += 1
        if unit.unit.is_written:
            self._first = unit.about if self._first is None else self._first
            self._last = unit.about

    def features(self) -> Features:
        """Those of all units, and of the record as a whole."""
        return Features(frozenset(self._words), frozenset(self._ideas.union(map(_number, self._of_record()))))

    def _of_record(self) -> Iterator[str]:
        """What is missing counts, too."""
        yield from (f"record:{idea}" for idea in self._about)
        for idea in self._about & DEATH:
            yield from (f"lacking:{idea}-{sign}" for sign in GOING_ON if sign not in self._about)
        yield from (f"first:{idea}" for idea in self._first or ())
        yield from (f"last:{idea}" for idea in self._last)
        yield from (f"times:{sign}:{min(_MANY, times)}" for sign, times in self._times.items())
        yield f"size:{self._size.bit_length()}"
        for field in ("kind", "reason", "notes", "discharge", "bill"):
            yield f"{'has' if field in self._fields else 'lacks'}:{field}"
        yield f"signs:{self._signs}"


def units_of(record: Record, known: Callable[[str], bool] = _every_word) -> Iterator[Judged]:
    """Each sentence, line and short field of a record.

    Of words that aren't `known` it may be that a word of a death was meant, by one slip of the keys.
    """
    for field, text in record.texts():
        whole = [(0, len(text))] if text.strip() else []
        for start, end in whole if field in _GROUPS else sentences(text):
            yield _judged(Unit(field, text[start:end]), record.name, known)


def _judged(unit: Unit, name: str, known: Callable[[str], bool]) -> Judged:
    written = words(without_name(plain(unit.text), name))
    found = tuple(word if known(word) else spelled(word) for word in written)
    judge = _of_few_words if len(found) <= _FEW else _of_words
    features, about = judge(unit.field, found)
    return Judged(unit, features, about)


@lru_cache(maxsize=512)
def _of_few_words(field: str, found: tuple[str, ...]) -> tuple[Features, frozenset[str]]:
    """The same line stands on many bills."""
    return _of_words(field, found)


def _of_words(field: str, found: tuple[str, ...]) -> tuple[Features, frozenset[str]]:
    """Those of one unit."""
    group = _GROUPS.get(field, "text")
    letters: set[int] = set()
    for word in found:
        letters.update(_parts(group, word))
    for seed in (_seed(f"w{group}"), _seed(f"wf{field}")):
        encoded = [word.encode() for word in found]
        letters.update(crc32(word, seed) & _MASK for word in encoded)
        letters.update(crc32(b" ".join(pair), seed) & _MASK for pair in pairwise(encoded))
        letters.update(
            crc32(b" ".join(three), seed) & _MASK
            for three in zip(encoded, encoded[1:], encoded[2:], strict=False)
        )
    of_words = ideas_in(found)
    about = frozenset(idea for ideas in of_words for idea in ideas)
    about |= {TOLD} if tells(found) else set()
    names = set(_of_ideas(field, found, of_words, about))
    return Features(frozenset(letters), frozenset(map(_number, names))), about


@lru_cache(maxsize=8192)
def _parts(group: str, word: str) -> tuple[int, ...]:
    seed, padded = _seed(group), f" {word} ".encode()
    return tuple(
        crc32(padded[start : start + size], seed) & _MASK
        for size in _PARTS
        for start in range(len(padded) - size + 1)
    )


def _of_ideas(
    field: str, found: Sequence[str], of_words: Sequence[tuple[str, ...]], about: frozenset[str]
) -> Iterator[str]:
    """What is said of the ideas of one unit: each, its neighbours, and what stands beside a death."""
    yield f"length:{field}:{len(found).bit_length()}"
    for idea in about:
        yield f"idea:{idea}"
        yield f"idea:{field}:{idea}"
    placed = [(place, ideas) for place, ideas in enumerate(of_words) if ideas]
    for (here, first), (there, second) in pairwise(placed):
        apart = "" if there - here <= _NEAR else "~"
        yield from (f"next:{one}>{other}{apart}" for one in first for other in second)
    for (_, first), (_, second), (_, third) in zip(placed, placed[1:], placed[2:], strict=False):
        if DEATH & {*first, *second, *third}:
            yield from (f"three:{a}>{b}>{c}" for a in first for b in second for c in third)
    for idea in about & DEATH:
        others = about - {idea}
        yield from (f"with:{idea}&{other}" for other in others)
        if not others:
            yield f"alone:{idea}"
    if len(of_words) == len(found):  # no expression of several words: places are those of the words
        yield from _beside(found, placed)
    if about:
        yield "set:" + "+".join(sorted(about & (DEATH | _AROUND)))


def _beside(found: Sequence[str], placed: Sequence[tuple[int, tuple[str, ...]]]) -> Iterator[str]:
    """The word before and after each that speaks of a death."""
    for place, ideas in placed:
        for idea in DEATH.intersection(ideas):
            if place:
                yield f"before:{found[place - 1]}>{idea}"
            if place + 1 < len(found):
                yield f"after:{idea}>{found[place + 1]}"


def _number(name: str) -> int:
    return crc32(name.encode(), _seed("ideas")) & _MASK


@lru_cache(maxsize=64)
def _seed(name: str) -> int:
    return crc32(name.encode())
