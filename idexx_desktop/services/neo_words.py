"""What Neo's fields and values mean: the diary of what it sends, and the questions that people answer once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_fields import KnownField, NeoValue, sentences
from idexx_desktop.domain.practice_words import MEANINGS, PracticeWord
from idexx_desktop.sync.deciding import redecide


@dataclass(frozen=True, slots=True)
class NeoWordsService:
    """Every method blocks and may raise Failure."""

    records: ClinicRecords
    clock: Clock

    def fields(self) -> list[KnownField]:
        """Names and kinds of what Neo sends, and of what was expected and is absent."""
        with self.records.transaction() as tx:
            return tx.neo_fields.fields()

    def changes(self) -> list[str]:
        """What came and went in what Neo sends, in sentences, the newest first."""
        with self.records.transaction() as tx:
            rules = tx.settings.call_rules()
            return sentences(tx.neo_fields.fields(), rules.zone, rules.country)

    def values(self) -> list[NeoValue]:
        """Values that this program doesn't know: the open questions first."""
        with self.records.transaction() as tx:
            return tx.neo_fields.values()

    def practice(self) -> list[PracticeWord]:
        """The practice's own words, those that nobody confirmed first."""
        with self.records.transaction() as tx:
            return tx.practice_words.all()

    def confirm(self, word_id: str, meaning: str | None) -> int:
        """What a word of the practice's means, None to ask again; how many visits changed at once."""
        with self.records.transaction() as tx:
            word = next((each for each in tx.practice_words.all() if each.id == word_id), None)
            if word is None or meaning not in (None, *MEANINGS[word.about]):
                raise Failure(FailureCode.INVALID_INPUT, "word", title="That is no meaning of this word.")
            tx.practice_words.answer(word_id, meaning)
            return redecide(tx, self.clock.now()).visits

    def answer(self, value_ids: Iterable[str], is_alive: bool | None) -> int:
        """What these values mean for every animal, None to ask again; how many visits changed at once."""
        with self.records.transaction() as tx:
            for value_id in value_ids:
                if not tx.neo_fields.answer(value_id, is_alive):
                    raise Failure(FailureCode.INVALID_INPUT, "value", title="Nobody asks about that value.")
            return redecide(tx, self.clock.now()).visits
