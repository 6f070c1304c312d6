"""Sentences for which visits are held, and what people of the clinic say of them: once, for all that come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.asked_sentences import FOR_A_SENTENCE, SentenceGroup, asked_sentences, groups_of
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.known_sentences import AskedSentence, Known, KnownSentence
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.sync.deciding import redecide

_MOST_LOOKED_AT = 200  # of each reason, the newest


@dataclass(frozen=True, slots=True)
class SentenceService:
    """Every method blocks and may raise Failure."""

    records: ClinicRecords
    clock: Clock

    def groups(self) -> list[SentenceGroup]:
        """The sentences for which more than one visit is held, the largest group first."""
        with self.records.transaction() as tx:
            held = (each for each in _held(tx) if each.needs_attention)
            return groups_of((each.visit_key, asked_of(tx, each, self.clock.now())) for each in held)

    def say(self, visit_key: str, fingerprint: str, means: Known) -> int:
        """What a sentence is for which this visit is held; how many visits changed at once.

        INVALID_INPUT where the visit isn't held for it, or the clinic knows too many.
        """
        with self.records.transaction() as tx:
            held = tx.visits.get(visit_key)
            asked = asked_of(tx, held, self.clock.now()) if held else ()
            if not any(each.fingerprints.get(means) == fingerprint for each in asked):
                raise _refused("The visit isn't held for this sentence any more.")
            if not tx.known_sentences.answer(fingerprint, means):
                raise _refused("The program can't keep more sentences. Take some back in Settings.")
            return redecide(tx, self.clock.now()).visits

    def said(self) -> list[KnownSentence]:
        """What people said of sentences, the newest first."""
        with self.records.transaction() as tx:
            return tx.known_sentences.all()

    def take_back(self, fingerprint: str) -> int:
        """The sentence counts again, in every record; how many visits changed at once."""
        with self.records.transaction() as tx:
            tx.known_sentences.answer(fingerprint, None)
            return redecide(tx, self.clock.now()).visits


def asked_of(tx: Transaction, held: VisitRecord, now: datetime) -> tuple[AskedSentence, ...]:
    """The sentences for which this visit is held; none where it isn't held for one."""
    if held.state is not VisitState.HELD or held.reason_code not in FOR_A_SENTENCE:
        return ()
    visit = tx.readings.get([held.visit_key]).get(held.visit_key)
    return asked_sentences(visit, tx.settings.call_rules(), now) if visit else ()


def _held(tx: Transaction) -> Iterator[VisitRecord]:
    for code in sorted(FOR_A_SENTENCE):
        which = VisitFilter(states=frozenset({VisitState.HELD}), attention_only=True, reason_code=code)
        yield from tx.visits.page(which, Page(limit=_MOST_LOOKED_AT))


def _refused(title: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "sentence", title=title)
