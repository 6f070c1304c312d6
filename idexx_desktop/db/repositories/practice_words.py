"""The practice's own words and what people said that they mean; a clinic's, written by functions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, text

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.newer import is_known
from idexx_desktop.domain.practice_words import PracticeWord, WordAbout

_WORDS = table_of(clinic.PracticeWordRow)
_NOTE = text("SELECT idexx_app.note_practice_words(:clinic, CAST(:noted AS jsonb))")
_ANSWER = text("SELECT idexx_app.answer_practice_word(:clinic, :word, :meant)")


class PracticeWordRepository(ClinicRepository):
    """Who said what a word means, and when, says the server."""

    def note(self, words: Iterable[tuple[WordAbout, str]]) -> None:
        """Write down words that occur; what is new only while the clinic's list has room."""
        rows = [{"about": str(about), "name": name} for about, name in words]
        if rows:
            self._session.execute(_NOTE, {"clinic": self._clinic, "noted": json.dumps(rows)})

    def all(self) -> list[PracticeWord]:
        """Every word that this version can ask about: those without an answer first, then by name."""
        found = select(_WORDS).where(_WORDS.c.clinic_id == self._clinic).order_by(_WORDS.c.name, _WORDS.c.id)
        rows = [row for row in self._rows(found) if is_known(WordAbout, row.about)]
        words = [
            PracticeWord(
                str(row.id),
                WordAbout(row.about),
                row.name,
                row.meaning,
                row.answered_by_name,
                row.answered_at,
            )
            for row in rows
        ]
        return sorted(words, key=lambda word: word.meaning is not None)

    def answer(self, word_id: str, meaning: str | None) -> bool:
        """What a word means, None to ask again. False where there is no such word."""
        values = {"clinic": self._clinic, "word": UUID(word_id), "meant": meaning}
        return bool(self._session.execute(_ANSWER, values).scalar_one())
