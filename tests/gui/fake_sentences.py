"""Sentences for which visits are held, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from idexx_desktop.domain.asked_sentences import SentenceGroup, groups_of
from idexx_desktop.domain.known_sentences import AskedSentence, Known, KnownSentence
from idexx_desktop.domain.records import VisitRecord
from tests.gui.made_up import NOW

STANDARD = AskedSentence(
    "Death is a risk of every anaesthetic.",
    {Known.STANDARD_TEXT: "a" * 64, Known.ANOTHER_ANIMAL: "b" * 64},
)


class _Visits(Protocol):
    all: list[VisitRecord]


class FakeSentences:
    """Those of the visits' own `asked_sentences`; what was said of one takes it out of them all."""

    def __init__(self, visits: _Visits) -> None:
        self._visits = visits
        self.known: list[KnownSentence] = []
        self._before: list[VisitRecord] = []

    def groups(self) -> list[SentenceGroup]:
        return groups_of((row.visit_key, row.asked_sentences) for row in self._visits.all)

    def say(self, visit_key: str, fingerprint: str, means: Known) -> int:
        self.known.insert(0, KnownSentence(fingerprint, means, "front@desk.example", NOW))
        self._before = list(self._visits.all)
        for place, row in enumerate(self._before):
            if means is Known.STANDARD_TEXT or row.visit_key == visit_key:
                self._visits.all[place] = replace(row, asked_sentences=())
        return sum(before is not after for before, after in zip(self._before, self._visits.all, strict=True))

    def said(self) -> list[KnownSentence]:
        return list(self.known)

    def take_back(self, fingerprint: str) -> int:
        self.known = [each for each in self.known if each.fingerprint != fingerprint]
        self._visits.all[:] = self._before
        return 1
