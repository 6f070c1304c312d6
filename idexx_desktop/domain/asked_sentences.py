"""The sentences for which a visit is held: those of which a person can say that they tell nothing of its animal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import nlargest
from typing import NamedTuple

from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.findings import Facts
from idexx_desktop.domain.known_sentences import AskedSentence, Known, can_mean, fingerprint, sentences_of
from idexx_desktop.domain.second_reader import record_heard, takes_back
from idexx_desktop.domain.signs import has_phrase
from idexx_desktop.domain.visits import Visit
from idexx_desktop.reader.reading import judged, read, sentence_score

# the holds that a sentence may be the cause of
FOR_A_SENTENCE = frozenset({ReasonCode.MAY_HAVE_DIED, ReasonCode.MAY_NOT_BE_WELL})
_HEAVIEST = 2  # of those that only the reader asks about
_MOST = 4


class SentenceGroup(NamedTuple):
    """A sentence that may be standard text, and the visits that are held for it, by key."""

    sentence: AskedSentence
    visit_keys: tuple[str, ...]


def asked_sentences(visit: Visit, rules: CallRules, now: datetime) -> tuple[AskedSentence, ...]:
    """Those with a careful phrase, then those that weigh most with the reader; none of what people know already."""
    facts = Facts(visit, rules, now)
    written = dict.fromkeys(sentences_of(facts.heard))
    found = [text for text in written if has_phrase(text, facts.heard)] if not takes_back(facts) else []
    found += [text for text in _heaviest(facts) if text in written]
    asked = (
        AskedSentence(text, {means: fingerprint(text, visit, means) for means in can_mean(text, visit)})
        for text in dict.fromkeys(found)
    )
    return tuple(each for each in asked if each.fingerprints)[:_MOST]


def _heaviest(facts: Facts) -> Iterator[str]:
    """What the reader would show; nothing where it doesn't ask."""
    record = record_heard(facts)
    if not read(record).asks:
        return
    weighed = ((sentence_score(unit), unit.unit.text) for unit in judged(record))
    for weight, text in nlargest(_HEAVIEST, weighed):
        if weight > 0:
            yield text


def groups_of(held: Iterable[tuple[str, Iterable[AskedSentence]]]) -> list[SentenceGroup]:
    """The sentences for which more than one of these visits is held; the largest group first."""
    by_print: dict[str, tuple[AskedSentence, list[str]]] = {}
    for visit_key, asked in held:
        for each in asked:
            if standard := each.fingerprints.get(Known.STANDARD_TEXT):
                by_print.setdefault(standard, (each, []))[1].append(visit_key)
    groups = [SentenceGroup(each, tuple(keys)) for each, keys in by_print.values() if len(keys) > 1]
    return sorted(groups, key=lambda group: -len(group.visit_keys))
