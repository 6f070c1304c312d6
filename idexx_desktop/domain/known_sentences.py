"""Sentences that a clinic knows: its own standard text, and what is told of another animal. They count as not written.

A person says so once, of a sentence for which a visit was held. Only a fingerprint is kept, never the words. Standard
text is known in all records of the clinic; what is told of another animal only in those of the same patient, because
"Died last night." may be the news of the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from idexx_desktop.domain.visits import About, Appointment, Told, Visit
from idexx_desktop.reader.text import PET, plain, sentences, without_name, words

# shorter ones are nobody's standard text: "Died." would be known in every record
LEAST_WORDS = 5
LONGEST = 2_000  # characters; a longer one is no sentence


class Known(StrEnum):
    """What a person says of a sentence."""

    STANDARD_TEXT = "standard_text"
    ANOTHER_ANIMAL = "another_animal"


@dataclass(frozen=True, slots=True)
class KnownSentence:
    """What somebody said of a sentence, which is known by its fingerprint alone."""

    fingerprint: str
    means: Known
    said_by: str
    said_at: datetime


class AskedSentence(NamedTuple):
    """A sentence for which a visit is held, as it stands there; a fingerprint for each thing that may be said of it."""

    text: str
    fingerprints: Mapping[Known, str]


def fingerprint(sentence: str, visit: Visit, means: Known) -> str:
    """SHA-256 (hex) of a sentence, whatever its case and spaces, and whatever the pet in it is called."""
    told = without_name(_plain(sentence), visit.patient_name)
    whose = "" if means is Known.STANDARD_TEXT else visit.patient_id or visit.visit_key
    return sha256(f"{means}\n{whose}\n{told}".encode()).hexdigest()


def can_mean(sentence: str, visit: Visit) -> tuple[Known, ...]:
    """What may be said of a sentence; nothing of what is too long to be one."""
    if len(sentence) > LONGEST:
        return ()
    found = [word for word in words(without_name(_plain(sentence), visit.patient_name)) if word != PET]
    return tuple(Known) if len(found) >= LEAST_WORDS else (Known.ANOTHER_ANIMAL,)


def without_known(visit: Visit, known: frozenset[str]) -> Visit:
    """The visit as if nobody had written the sentences of these fingerprints; itself where there are none."""
    if not known:
        return visit

    def rest(text: str) -> str:
        for start, end in reversed(list(sentences(text))):
            sentence = text[start:end]
            if any(fingerprint(sentence, visit, means) in known for means in can_mean(sentence, visit)):
                text = text[:start] + text[end:]
        return text

    return _rewritten(visit, rest)


def sentences_of(visit: Visit) -> Iterator[str]:
    """Each sentence that people wrote about the visit, as it stands there, once."""
    found: dict[str, None] = {}

    def look(text: str) -> str:
        found.update(dict.fromkeys(text[start:end] for start, end in sentences(text)))
        return text

    _rewritten(visit, look)
    return iter(found)


def _plain(sentence: str) -> str:
    return " ".join(plain(sentence).split())


def _rewritten(visit: Visit, change: Callable[[str], str]) -> Visit:
    """The visit with every text changed that people write in sentences."""

    def told(found: tuple[Told, ...]) -> tuple[Told, ...]:
        return tuple(
            replace(each, value=change(each.value)) if each.about is About.WORDS else each for each in found
        )

    def appointment(each: Appointment) -> Appointment:
        return replace(each, reason=change(each.reason), told=told(each.told))

    page, summary = visit.consultation, visit.summary
    return replace(
        visit,
        appointment=appointment(visit.appointment) if visit.appointment else None,
        besides=tuple(map(appointment, visit.besides)),
        summary=summary
        and replace(summary, clinical_notes=change(summary.clinical_notes), told=told(summary.told)),
        consultation=page
        and replace(
            page,
            reason=change(page.reason),
            notes=change(page.notes),
            consultation_notes=change(page.consultation_notes),
            discharge_summary=change(page.discharge_summary),
            told=told(page.told),
        ),
    )
