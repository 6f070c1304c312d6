"""One record read: how it sounds, whether a person is asked, and the sentences that say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from heapq import nlargest, nsmallest
from math import exp, log
from typing import NamedTuple

from idexx_desktop.reader.features import Judged, Whole, units_of
from idexx_desktop.reader.ideas import DEATH, OUT_OF_SCOPE, TOLD
from idexx_desktop.reader.record import Record
from idexx_desktop.reader.text import plain, words
from idexx_desktop.reader.weights import Limits, Weights, weights

_MOST_QUOTED = 160
_SHOWN = 2
_FEW_WORDS = 8  # fewer say nothing of the language
_LONG = 20_000  # characters; of longer records the reading isn't kept
_OF_DEATH = DEATH - {"dying"}
_OF_ILLNESS = frozenset({"dying", "talk", "declines", "fear"})


class Sounds(StrEnum):
    """What a record sounds like."""

    WELL = "well"  # nothing to ask
    DIED = "died"  # as if the animal had died, or would soon
    ILL = "ill"  # as if it were not sure that it is well
    STRANGE = "strange"  # too few words that the reader knows: another language, or no words


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence or line as it stands in the record, its field, and its log-odds: above 0 it speaks of a death."""

    quote: str
    field: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says. `score` is in log-odds; evidence is the heaviest first."""

    sounds: Sounds
    score: float
    against: tuple[Evidence, ...]
    in_favour: tuple[Evidence, ...]
    version: str

    @property
    def asks(self) -> bool:
        """Whether a person has to look before there is a call."""
        return self.sounds is not Sounds.WELL


def read(record: Record, learned: Weights | None = None) -> Reading:
    """Read one record; the same record always gives the same reading, on every computer."""
    if learned is None:
        size = sum(len(unit.text) for unit in record.texts())
        return _kept(record) if size < _LONG else _read(record, weights())
    return _read(record, learned)


def judged(record: Record) -> list[Judged]:
    """The sentences and lines of a record, as the reader takes them."""
    return list(units_of(record, weights().knows))


def sentence_score(unit: Judged) -> float:
    """How much a sentence or line alone sounds of a death, in log-odds."""
    return weights().sentence.score(unit.features)


@lru_cache(maxsize=256)
def _kept(record: Record) -> Reading:
    """A sync and the window decide on the same record many times."""
    return _read(record, weights())


def _read(record: Record, learned: Weights) -> Reading:
    """The whole record's score, and that of its sentences: the heaviest counts most, several more than one."""
    whole, odds, is_told = Whole(record), 0.0, False
    heaviest: list[_Scored] = []
    lightest: list[_Scored] = []
    for unit in units_of(record, learned.knows):
        whole.add(unit)
        if unit.unit.field == "declined":
            continue  # what nobody took tells of no death
        weight = learned.sentence.score(unit.features)
        odds += exp(weight)
        is_told = is_told or (weight >= _least(unit, learned.limits) and _tells_of_it(unit))
        scored = _Scored(weight, unit)
        heaviest = nlargest(_SHOWN, [*heaviest, scored], key=_Scored.heavy)
        lightest = nsmallest(_SHOWN, [*lightest, scored], key=_Scored.heavy)
    share = learned.limits.share
    score = learned.whole.score(whole.features())
    score = share * score + (1 - share) * log(odds) if odds else score
    sounds = Sounds.WELL
    limit = learned.limits.ask_with_sign if record.signs else learned.limits.ask
    # nobody could be told why a record is asked about in which no single line sounds of it
    if score >= limit and heaviest and heaviest[0].weight >= 0:
        sounds = _as_what(heaviest)
    elif is_told:
        sounds = Sounds.DIED
    elif _is_strange(record, learned):
        sounds = Sounds.STRANGE
    in_favour = [scored for scored in lightest if scored.weight < 0]
    return Reading(sounds, round(score, 3), _evidence(heaviest), _evidence(in_favour), learned.version)


class _Scored(NamedTuple):
    weight: float
    unit: Judged

    def heavy(self) -> float:
        return self.weight


def _least(unit: Judged, limits: Limits) -> float:
    return limits.told if TOLD in unit.about else limits.sentence


def _tells_of_it(unit: Judged) -> bool:
    """Whether a written sentence is about a death, and nothing in it says that it is somebody else's."""
    of_death = TOLD in unit.about or bool(unit.about & _OF_DEATH)
    return unit.unit.is_written and of_death and not unit.about & OUT_OF_SCOPE


def _as_what(heaviest: Sequence[_Scored]) -> Sounds:
    """What the heaviest sentences are about: an illness only where none of them speaks of a death."""
    about = frozenset().union(*(unit.about for weight, unit in heaviest if weight > 0))
    return Sounds.ILL if about & _OF_ILLNESS and not about & _OF_DEATH else Sounds.DIED


def _evidence(scored: Sequence[_Scored]) -> tuple[Evidence, ...]:
    return tuple(Evidence(_cut(unit.unit.text), unit.unit.field, round(weight, 2)) for weight, unit in scored)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_QUOTED else line[: _MOST_QUOTED - 1].rstrip() + "…"


def _is_strange(record: Record, learned: Weights) -> bool:
    """Whether most words of the notes never stood in a record that was learned from."""
    found = words(plain(f"{record.notes} {record.discharge}"))
    if len(found) < _FEW_WORDS:
        return False
    known = sum(map(learned.knows, found))
    return known / len(found) < learned.limits.known
