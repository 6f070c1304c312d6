"""What the second reader is given of a visit, and its answer in words for people.

It reads the whole record where the careful phrases of `signs` only know what they list. It never excludes a visit, and
it takes a phrase back only where the phrase's own sentence says so, too (`takes_back`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from idexx_desktop.domain.care import MAY_NOT_BE_WELL, OR_NOT_AT_ALL
from idexx_desktop.domain.decisions import ReasonCode, StepOutcome
from idexx_desktop.domain.findings import Facts, Finding, passed, stopped
from idexx_desktop.domain.practice_words import END_OF_LIFE, looks_like_the_end, plain
from idexx_desktop.domain.signs import Sign, SignPlace, has_phrase
from idexx_desktop.domain.visits import About, Told, Visit
from idexx_desktop.reader.features import Judged
from idexx_desktop.reader.ideas import GOING_ON, OUT_OF_SCOPE, TOLD, beside_each_death
from idexx_desktop.reader.reading import Evidence, Reading, Sounds, judged, read, sentence_score
from idexx_desktop.reader.record import Record
from idexx_desktop.reader.text import plain as plain_words
from idexx_desktop.reader.text import words

_DOUBTED = 2.0  # log-odds
_BARE_WORDS = 5
_NOTHING_SAID: Mapping[str, str] = {}
READER_RULE = "The record as a whole"

FIELDS = {
    "kind": "appointment type",
    "reason": "reason",
    "notes": "notes",
    "discharge": "discharge text",
    "bill": "invoice",
    "declined": "declined on the invoice",
}
# no reading takes back what Neo itself says of an animal, or a person was asked about; nor a type's or a product's
# name, of which a person says once what it means: words beside one another on a bill tell nothing of each other
_IN_PROSE = {SignPlace.REASON, SignPlace.NOTES}
# shorter ones under keys of their own are names and labels
_LEAST_WORDS = 4


def record_of(visit: Visit, signs: Sequence[Sign] = (), said: Mapping[str, str] = _NOTHING_SAID) -> Record:
    """The texts of a visit, each once, without types and products that a person has called harmless.

    Titles say in other words what the type and the pet's name do; a careful phrase in one is taken back by nothing.
    `said` is what people of the clinic said that its types and products mean.
    """
    page, summary = visit.consultation, visit.summary
    notes = [page.notes, page.consultation_notes] if page else []
    notes += [summary.clinical_notes] if summary else []
    notes += [told.value for told in visit.told if _is_prose(told)]
    kinds = [each.type_description for each in visit.appointments]
    kinds = [kind for kind in kinds if not _is_harmless(kind, said)]
    reasons = [each.reason for each in visit.appointments] + ([page.reason] if page else [])
    products = [each for each in page.products if not _is_harmless(each.name, said)] if page else []
    return Record(
        _joined(kinds),
        _joined(reasons),
        _joined(notes),
        page.discharge_summary if page else "",
        tuple(dict.fromkeys(_line(each.name, each.label) for each in products if not each.is_declined)),
        tuple(dict.fromkeys(_line(each.name, each.label) for each in products if each.is_declined)),
        visit.patient_name,
        2 if any(sign.certain for sign in signs) else 1 if signs else 0,
    )


def record_heard(facts: Facts) -> Record:
    """What the reader is given of a visit: without what people said to be harmless, or nothing of this animal."""
    return record_of(facts.heard, facts.signs, {**facts.rules.products, **facts.rules.types})


def may_take_back(sign: Sign) -> bool:
    """Whether a careful phrase may be a mere word: it stands in prose, leaves a doubt, and was read to its end."""
    return sign.where in _IN_PROSE and not sign.certain and not sign.asks and not sign.is_unread


def takes_back(facts: Facts) -> bool:
    """Whether all careful phrases that fired are mere words: for the whole record, and each in its sentence."""
    visit = facts.heard
    if not visit.has_notes or not all(map(may_take_back, facts.signs)):
        return False
    record = record_heard(facts)
    units = judged(record)
    telling = [unit for unit in units if has_phrase(unit.unit.text, visit)]
    goes_on = any(unit.about & GOING_ON for unit in units if unit.unit.is_written and unit not in telling)
    return (
        bool(telling)
        and all(_is_mere_word(unit, goes_on=goes_on) for unit in telling)
        and read(record).sounds is Sounds.WELL
    )


def _is_mere_word(unit: Judged, *, goes_on: bool) -> bool:
    """Whether a sentence with a careful phrase is harmless.

    It tells of another animal, a person, the past, a risk, a fear or a refusal, and doesn't sound of a death all the
    same; or, in notes, it doesn't at all, and what else is written tells that the animal goes on living.
    """
    score, said = sentence_score(unit), words(plain_words(unit.unit.text))
    beside = beside_each_death(said)
    if unit.about & OUT_OF_SCOPE:
        return score < _DOUBTED and all(ideas & OUT_OF_SCOPE for ideas in beside)
    # said barely, or in so many words, it is a death, however often those words mean something else
    is_bare = TOLD in unit.about or len(said) <= _BARE_WORDS
    return goes_on and unit.unit.is_written and not is_bare and score < 0 and len(beside) <= 1


def sounds_well(facts: Facts) -> Finding:
    """Whether the record as a whole sounds like that of an animal whose owner may be called."""
    reading = read(record_heard(facts))
    if not reading.asks:
        return passed(READER_RULE, _evidence(reading))
    if facts.as_decided:
        return passed(READER_RULE, f"{_evidence(reading)}; {facts.called_by} decided to call")
    code, says = _ASKED[reading.sounds]
    reason = f"{says.format(pet=facts.pet)}{_because(reading)}."
    if facts.called_by:
        reason = f"The record changed after {facts.called_by} decided to call. {reason}"
    return stopped(READER_RULE, StepOutcome.HELD, code, reason, _evidence(reading))


def sounds_ill(facts: Facts) -> str:
    """Which sentence of the record says that the animal might not be well; "" where it doesn't sound so."""
    reading = read(record_heard(facts))
    return f"{facts.pet} {MAY_NOT_BE_WELL}{_because(reading)}." if reading.sounds is Sounds.ILL else ""


def _because(reading: Reading) -> str:
    return next((f": {_quoted(each)}" for each in reading.against if each.weight > 0), "")


def _evidence(reading: Reading) -> str:
    """For the details: how the record sounds, and where it is asked about what speaks for that and what against it."""
    sounds = f"{_SOUNDS[reading.sounds]} ({reading.score:+.1f})"
    if not reading.asks:
        return sounds
    parts = [
        f"{title}: {'; '.join(map(_quoted, some))}"
        for title, some in (("To look at", reading.against), ("Speaks for a call", reading.in_favour))
        if some
    ]
    return ". ".join([sounds, *parts])


_ASKED = {
    Sounds.DIED: (ReasonCode.MAY_HAVE_DIED, "{pet} may have died"),
    Sounds.ILL: (ReasonCode.MAY_NOT_BE_WELL, f"{{pet}} {MAY_NOT_BE_WELL}{OR_NOT_AT_ALL}"),
    Sounds.STRANGE: (
        ReasonCode.UNKNOWN_LANGUAGE,
        "This record may be in a language that the program hasn't learned to read",
    ),
}
_SOUNDS = {
    Sounds.WELL: "Reads like that of an animal that is well",
    Sounds.DIED: "Reads as if the animal had died or soon would",
    Sounds.ILL: "Reads as if the animal might not be well",
    Sounds.STRANGE: "In words that were never learned",
}


def _quoted(each: Evidence) -> str:
    return f"“{each.quote}” ({FIELDS[each.field]})"


def _is_harmless(name: str, said: Mapping[str, str]) -> bool:
    """Whether a name that sounds like the end of a life means something else here, as a person said."""
    return said.get(plain(name), END_OF_LIFE) != END_OF_LIFE and looks_like_the_end(name)


def _is_prose(told: Told) -> bool:
    return told.about is About.WORDS and not told.is_owners and len(told.value.split()) >= _LEAST_WORDS


def _joined(texts: Sequence[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _line(name: str, label: str) -> str:
    return f"{name} {label}".strip()
