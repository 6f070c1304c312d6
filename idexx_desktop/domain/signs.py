"""Signs that a pet has died or is about to: the rule that matters most, because a wrong call cannot be undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from idexx_desktop.domain.decisions import ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.life import LifeAnswer, Meaning, is_answered_by, meaning
from idexx_desktop.domain.negation import is_taken_back
from idexx_desktop.domain.sign_phrases import EUTHANASIA, PHRASES
from idexx_desktop.domain.telling_names import is_only_a_name, may_be_meant, names_of
from idexx_desktop.domain.visits import CUT, About, Told, Visit
from idexx_desktop.domain.wording import WORD_BEGINS, Wording, excerpt, mentions, wording, words

SIGNS_RULE = "Signs of death"


class SignPlace(StrEnum):
    """Where in Neo a sign stands, in words for people; in the order of their weight."""

    PATIENT_STATUS = "patient status"
    APPOINTMENT_TYPE = "appointment type"
    REASON = "reason"
    PRODUCT = "product"
    PATIENT_NAME = "pet's name"
    VISIT_STATUS = "visit status"
    NOTES = "notes"
    OWNER = "owner's record"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign. `quote` is what stands there, 80 characters at most; `certain` means that it leaves no doubt.

    `code` is what a certain sign says: end_of_life or deceased; for the others it is may_have_died.
    `asks`: nobody knows yet what stands there, and a person can say it once for all visits.
    """

    where: SignPlace
    quote: str
    code: ReasonCode
    asks: bool = False

    @property
    def is_unread(self) -> bool:
        """Whether it is no sign, but the place from which on nobody has looked for one."""
        return self.quote == CUT

    @property
    def certain(self) -> bool:
        """Whether the sign leaves no doubt."""
        return self.code is not ReasonCode.MAY_HAVE_DIED


# in notes people write about other pets, other days and what may come: nothing there is certain
CERTAIN_PLACES = {
    ReasonCode.END_OF_LIFE: {
        SignPlace.APPOINTMENT_TYPE,
        SignPlace.REASON,
        SignPlace.PRODUCT,
        SignPlace.PATIENT_STATUS,
    },
    ReasonCode.DECEASED: {SignPlace.APPOINTMENT_TYPE, SignPlace.PATIENT_STATUS},
}
_MOST_WORDS_OF_A_CERTAIN_SIGN = 12
_HEDGE = words(
    r"discuss\w*|consult\w*|possible|possibly|maybe|consider\w*|questions?|estimate|quote|vs|versus|or|talk|options?|"
    r"info\w*|qol|quality|if|may|might|potential|recheck|post|after|follow|prior|previous\w*|past|declin\w*|refus\w*|"
    r"other|another|last|ago|former|history|sister|brother|sibling|littermate|housemate|mate|friend|not?|never|"
    r"euth\w*ed|eval\w*|assess\w*|poss"
)
_NAME_SIGNS = words(rf"deceased|dec'd|decd|dcd|died|passed away|rainbow bridge|{EUTHANASIA}")
# a dagger, a rainbow, an angel, a dove; and the letter that stands for it in brackets
_IN_MEMORY = re.compile(r"[†✝\U0001F308\U0001F47C\U0001F54A]|\bR\.?I\.?P\b|[(\[]\s*D\s*[)\]]")
# a record that was closed soon after a visit often means that the pet is gone
_CLOSED_RECORD = words(r"inactive|inactivated|deactivated|archived|closed")


@cache
def _any_phrase() -> re.Pattern[str]:
    """Most texts hold no phrase at all: one look says so instead of one for each phrase; all begin with a word.

    Made when it is needed first: making it would take a tenth of the time that any command takes to start.
    """
    return re.compile(
        f" (?:{'|'.join(phrase.pattern.pattern.removeprefix(WORD_BEGINS) for phrase in PHRASES)})"
    )


def find_signs(visit: Visit, answers: frozenset[LifeAnswer] = frozenset()) -> tuple[Sign, ...]:
    """Every sign in everything that was read of a visit, the certain ones first. A declined product is no sign.

    `answers` are what people of the clinic said about values that this program doesn't know.
    """
    names = may_be_meant(names_of(visit), _any_phrase())
    found = [sign for told in visit.told for sign in _signs_told(told, visit.patient_name, names, answers)]
    found += _signs_in_branch(visit.branch, answers)
    found += [
        sign
        for place, text in dict.fromkeys(_texts(visit))
        for sign in _signs_in(place, text, visit.patient_name, names)
    ]
    if visit.consultation and visit.consultation.is_deceased:
        found.insert(0, Sign(SignPlace.PATIENT_STATUS, "Deceased", ReasonCode.DECEASED))
    unique = dict.fromkeys(found)
    order = list(SignPlace)
    return tuple(
        sorted(
            unique, key=lambda sign: (not sign.certain, sign.asks, sign.is_unread, order.index(sign.where))
        )
    )


@lru_cache(maxsize=256)
def branch_is_asked_about(branch: str) -> bool:
    """Whether a branch's name may say that a pet has died, unless a person says that it is only a name."""
    names = may_be_meant(frozenset({branch, *branch.split()}), _any_phrase())
    return any(_signs_in(SignPlace.NOTES, branch, "", names))


def says_of_death(name: str) -> bool:
    """Whether a type's or a product's name alone is a sign."""
    return next(_signs_in(SignPlace.PRODUCT, name, "", frozenset()), None) is not None


def has_phrase(text: str, visit: Visit) -> bool:
    """Whether a careful phrase fires in one sentence or line of a visit's record."""
    names = may_be_meant(names_of(visit), _any_phrase())
    return next(_signs_in(SignPlace.NOTES, text, visit.patient_name, names), None) is not None


def shown_in(trace: Iterable[RuleStep]) -> bool:
    """Whether a trace tells of signs that nobody has overruled."""
    return any(
        step.rule == SIGNS_RULE and step.outcome in (StepOutcome.HELD, StepOutcome.EXCLUDED) for step in trace
    )


def _texts(visit: Visit) -> Iterator[tuple[SignPlace, str]]:
    summary, consultation = visit.summary, visit.consultation
    for source in (consultation, *visit.appointments, summary):  # one of them may say more than the others
        yield SignPlace.PATIENT_NAME, source.patient_name if source else ""
    for appointment in visit.appointments:
        yield SignPlace.APPOINTMENT_TYPE, appointment.type_description
        yield SignPlace.APPOINTMENT_TYPE, appointment.title
        yield SignPlace.REASON, appointment.reason
        yield SignPlace.VISIT_STATUS, appointment.status
    if summary:
        yield SignPlace.NOTES, summary.clinical_notes
        yield SignPlace.VISIT_STATUS, summary.status
    if consultation:
        told = {told.value for told in consultation.told if told.about is About.ANIMAL}
        if consultation.patient_status not in told:
            yield SignPlace.PATIENT_STATUS, consultation.patient_status
        # what somebody adds to a kind of animal is what they add to a name: "Dog (D)"
        yield SignPlace.PATIENT_NAME, consultation.species
        yield SignPlace.PATIENT_NAME, consultation.breed
        yield SignPlace.REASON, consultation.reason
        yield SignPlace.VISIT_STATUS, consultation.status
        for product in consultation.products:
            if not product.is_declined:
                yield SignPlace.PRODUCT, product.name
                yield SignPlace.PRODUCT, product.label
        for notes in (consultation.discharge_summary, consultation.consultation_notes, consultation.notes):
            yield SignPlace.NOTES, notes


def _signs_in_branch(branch: str, answers: frozenset[LifeAnswer]) -> Iterator[Sign]:
    """A branch may be called after a bridge or a hospice: a person says so, once."""
    told = Told(About.ANIMAL, "branch", branch)
    if branch_is_asked_about(branch) and not any(
        answer.is_alive and is_answered_by(told, answer) for answer in answers
    ):
        quote = excerpt(f"branch: {branch}", 0, len(branch) + 8)
        yield Sign(SignPlace.NOTES, quote, ReasonCode.MAY_HAVE_DIED, asks=True)


def _signs_told(
    told: Told, pet: str, names: frozenset[str], answers: frozenset[LifeAnswer]
) -> Iterator[Sign]:
    """The signs in what stands under a key without a place of its own, each with that key's name."""
    if told.about is About.WORDS:
        place = SignPlace.OWNER if told.is_owners else SignPlace.NOTES
        yield from _signs_in(place, told.value, pet, names)
        return
    quote = excerpt(f"{told.name}: {told.value}", 0, len(told.name) + 2 + len(told.value))
    if told.about is About.VISIT:
        if any(_signs_in(SignPlace.VISIT_STATUS, told.value, pet, names)):
            yield Sign(SignPlace.VISIT_STATUS, quote, ReasonCode.MAY_HAVE_DIED)
        return
    found = [sign.code for sign in _signs_in(SignPlace.PATIENT_STATUS, told.value, pet, names)]
    said = meaning(told, answers)
    if said is Meaning.DECEASED:
        found.append(ReasonCode.DECEASED)
    if found:
        certain = (code for code in found if code is not ReasonCode.MAY_HAVE_DIED)
        yield Sign(SignPlace.PATIENT_STATUS, quote, next(certain, ReasonCode.MAY_HAVE_DIED))
    elif said in (Meaning.MAY_HAVE_DIED, Meaning.UNKNOWN):
        asks = said is Meaning.UNKNOWN
        yield Sign(SignPlace.PATIENT_STATUS, quote, ReasonCode.MAY_HAVE_DIED, asks)


def _signs_in(place: SignPlace, text: str, pet: str, names: frozenset[str]) -> Iterator[Sign]:
    if not text.strip():
        return
    if text.endswith(CUT):
        yield Sign(place, CUT, ReasonCode.MAY_HAVE_DIED)
    if place is SignPlace.PATIENT_NAME:
        if _NAME_SIGNS.search(wording(text).words) or _IN_MEMORY.search(text):
            yield Sign(place, excerpt(text, 0, len(text)), ReasonCode.MAY_HAVE_DIED)
        return
    plain = wording(text)
    if place is SignPlace.PATIENT_STATUS and _CLOSED_RECORD.search(plain.words):
        yield Sign(place, excerpt(text, 0, len(text)), ReasonCode.MAY_HAVE_DIED)
    yield from _phrases_in(place, plain, names)
    # "Bella passed." is read as "patient passed."; both readings count, because a pet may be called Rainbow
    if mentions(plain, pet):
        yield from _phrases_in(place, wording(text, pet), names)


def _phrases_in(place: SignPlace, text: Wording, names: frozenset[str]) -> Iterator[Sign]:
    """The first place of each phrase that is not taken back, and more than a name."""
    if not _any_phrase().search(text.words):
        return
    for phrase in PHRASES:
        for match in phrase.pattern.finditer(text.words):
            if phrase.in_capitals and not text.in_capitals(match.start()):
                continue
            if names and is_only_a_name(text, match.start(), match.end(), names):
                continue
            if is_taken_back(text.words, match.start(), match.end(), phrase):
                continue
            certain = phrase.certain if _is_certain(place, text, phrase.certain) else None
            yield Sign(place, text.excerpt(*match.span()), certain or ReasonCode.MAY_HAVE_DIED)
            break


def _is_certain(place: SignPlace, text: Wording, code: ReasonCode | None) -> bool:
    if code is None or place not in CERTAIN_PLACES[code]:
        return False
    if place is SignPlace.PATIENT_STATUS:
        return True
    plain = "?" not in text.original and len(text.starts) <= _MOST_WORDS_OF_A_CERTAIN_SIGN
    return plain and not _HEDGE.search(text.words)
