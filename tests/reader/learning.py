"""How the reader is made from labelled records: two linear models over the features that the program itself takes.

The first looks at a whole record. The second looks at single sentences, of which nobody has said what they are: of a
record that holds a call, the sentences that speak most of a death are taken for the cause; of one that doesn't, all
are harmless. Learned three times over, each time with the causes that the model before found. Of sentences that stand
alone somebody has said what they are.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from idexx_desktop.domain.second_reader import record_of
from idexx_desktop.domain.signs import find_signs
from idexx_desktop.reader.features import BITS, Features, Whole, units_of
from idexx_desktop.reader.text import plain, words
from idexx_desktop.reader.weights import KNOWN_BITS, Limits, Table, Weights, word_place
from tests.reader.labelled import CALL, UNCLEAR, Labelled, digest

VERSION = "2"
LIMITS = Limits(ask=0.2, ask_with_sign=0.1, sentence=2.0, told=-2.0, share=0.6, known=0.5)

_UNCLEAR_COUNTS = 0.7  # a person's "look first" teaches less of what a death sounds like
_SENTENCE_COUNTS = 0.4  # and a sentence alone less of what a record is
_ROUNDS = 3
_Numbers: TypeAlias = Any  # arrays of numpy, which has no types where the program is checked


class Lesson(NamedTuple):
    """Records and their features, made once: `units` are those of the records one after another."""

    records: Sequence[Labelled]
    units: csr_matrix
    owner: _Numbers  # the record of each unit
    wholes: csr_matrix
    asks: _Numbers  # 1 where no call should be made just so

    def of(self, chosen: _Numbers) -> Lesson:
        """The part with the chosen records alone (a mask)."""
        place = np.cumsum(chosen) - 1
        mine = chosen[self.owner]
        some = [record for record, is_chosen in zip(self.records, chosen, strict=True) if is_chosen]
        return Lesson(some, self.units[mine], place[self.owner[mine]], self.wholes[chosen], self.asks[chosen])


def lesson(records: Sequence[Labelled]) -> Lesson:
    """The features of these records, with the careful phrases that fire in them."""
    units: list[Features] = []
    owner: list[int] = []
    wholes: list[Features] = []
    for place, each in enumerate(records):
        record = record_of(each.visit, find_signs(each.visit))
        whole = Whole(record)
        for unit in units_of(record):
            whole.add(unit)
            units.append(unit.features)
            owner.append(place)
        wholes.append(whole.features())
    asks = np.array([each.label != CALL for each in records], dtype=int)
    return Lesson(
        records,
        _matrix(units),
        np.array(owner),
        _matrix(wholes),
        asks,
    )


def learn(taught: Lesson) -> Weights:
    """The same weights for the same records, to the bit."""
    counts: dict[str, int] = {}
    for record in taught.records:
        counts[record.author] = counts.get(record.author, 0) + 1
    return Weights(
        VERSION,
        digest(taught.records),
        counts,
        LIMITS,
        _table(_learn_units(taught)),
        _table(_learn_wholes(taught)),
        _known(taught),
    )


def _learn_wholes(taught: Lesson) -> SGDClassifier:
    share = taught.asks.mean()
    weight = np.where(taught.asks == 1, 0.5 / share, 0.5 / (1 - share))
    unclear = np.array([record.label == UNCLEAR for record in taught.records])
    alone = np.array([record.is_sentence for record in taught.records])
    weight = weight * np.where(unclear, _UNCLEAR_COUNTS, 1) * np.where(alone, _SENTENCE_COUNTS, 1)
    count = int((~alone).sum())
    return _fitted(taught.wholes, taught.asks, weight, alpha=1 / (20 * count), rounds=15, average=4)


def _learn_units(taught: Lesson) -> SGDClassifier:
    asks = taught.asks[taught.owner]
    used = np.ones(len(asks), dtype=bool)
    weight = 1 / np.bincount(taught.owner)[taught.owner]
    model = _fitted_units(taught, asks, used, weight)
    for _ in range(_ROUNDS - 1):
        score = model.decision_function(taught.units)
        heaviest = np.full(len(taught.records), -np.inf)
        np.maximum.at(heaviest, taught.owner, score)
        cause = (asks == 1) & ((score >= heaviest[taught.owner]) | (score > 0))
        used = (asks == 0) | cause
        weight = np.where(score > -3, 1.0, 0.3)  # what is harmless beyond doubt teaches little
        weight[cause] = (
            1 / np.bincount(taught.owner[cause], minlength=len(taught.records))[taught.owner[cause]]
        )
        model = _fitted_units(taught, asks, used, weight)
    return model


def _fitted_units(taught: Lesson, asks: _Numbers, used: _Numbers, weight: _Numbers) -> SGDClassifier:
    """Harmless sentences are many; most of that is evened out."""
    harmless, causes = weight[used & (asks == 0)].sum(), weight[used & (asks == 1)].sum()
    evened = np.where(asks == 1, weight * (harmless / causes) ** 0.7, weight)
    return _fitted(taught.units[used], asks[used], evened[used], alpha=1e-6, rounds=12, average=2)


def _fitted(
    features: csr_matrix, asks: _Numbers, weight: _Numbers, *, alpha: float, rounds: int, average: int
) -> SGDClassifier:
    """Logistic regression; averaged from the round `average` on."""
    model = SGDClassifier(
        loss="log_loss",
        alpha=alpha,
        max_iter=rounds,
        tol=None,
        average=average * len(asks),
        random_state=0,
    )
    return model.fit(features, asks, sample_weight=weight)


def _matrix(found: Sequence[Features]) -> csr_matrix:
    numbers: list[int] = []
    values: list[_Numbers] = []
    ends = [0]
    for features in found:
        for some in (sorted(features.words), sorted(features.ideas)):
            numbers += some
            values.append(np.full(len(some), 1 / np.sqrt(max(1, len(some)))))
        ends.append(len(numbers))
    matrix = csr_matrix((np.concatenate(values), numbers, ends), shape=(len(found), 1 << BITS))
    matrix.sum_duplicates()
    return matrix


def _table(model: SGDClassifier) -> Table:
    """In 8 bits; the few heaviest are cut, so that the many small ones keep their differences."""
    learned = model.coef_[0]
    largest = float(np.quantile(np.abs(learned[learned != 0]), 0.9999))
    scale = float(f"{largest / 127:.6g}")
    small = np.clip(np.round(learned / scale), -127, 127).astype(np.int8)
    return Table(array("b", small.tobytes()), scale, float(f"{float(model.intercept_[0]):.6g}"))


def _known(taught: Lesson) -> bytes:
    """A bit for each word that stood in the records of at least two authors."""
    by_author: dict[str, set[str]] = {}
    for each in taught.records:
        by_author.setdefault(each.author, set()).update(
            word for unit in each.record.texts() for word in words(plain(unit.text))
        )
    times = Counter(word for found in by_author.values() for word in found)
    bits = bytearray(KNOWN_BITS // 8)
    for word, authors in times.items():
        if authors > 1:
            place = word_place(word)
            bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)
