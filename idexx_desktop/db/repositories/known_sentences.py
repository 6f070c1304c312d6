"""What people of a clinic said of sentences, by fingerprint; written by a function, which sets who and when."""

from __future__ import annotations

from sqlalchemy import select, text

from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.known_sentences import Known, KnownSentence
from idexx_desktop.domain.newer import is_known

_SENTENCES = table_of(clinic.KnownSentenceRow)
_ANSWER = text("SELECT idexx_app.answer_sentence(:clinic, :which, :meant)")


class KnownSentenceRepository(ClinicRepository):
    """Who said it, and when, says the server."""

    def all(self) -> list[KnownSentence]:
        """Every one that this version understands, the newest first."""
        whose = _SENTENCES.c.clinic_id == self._clinic
        found = select(_SENTENCES).where(whose).order_by(_SENTENCES.c.said_at.desc(), _SENTENCES.c.id)
        return [
            KnownSentence(row.fingerprint, Known(row.meaning), row.said_by_name, row.said_at)
            for row in self._rows(found)
            if is_known(Known, row.meaning)
        ]

    def answer(self, fingerprint: str, means: Known | None) -> bool:
        """What a sentence means, None to take that back. False where that changes nothing, or there are too many."""
        values = {"clinic": self._clinic, "which": fingerprint, "meant": means}
        return bool(self._session.execute(_ANSWER, values).scalar_one())
