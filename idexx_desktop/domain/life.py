"""What Neo says about life and death in fields rather than words: which keys speak of it, and what their values mean.

Keys are told by the words in them, not by a list of whole keys, since nobody knows how Neo will spell the next one.
Values that nobody here knows hold the visit, until a person says what they mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from idexx_desktop.domain.key_words import ANIMAL, words_in
from idexx_desktop.domain.visits import About, Told

LONGEST_VALUE = 60  # of a value that people are asked about; a longer one is no code


class Speaks(StrEnum):
    """Of what a key speaks, by what its "yes" would mean."""

    ALIVE = "alive"
    DEATH = "death"
    CLOSED = "closed"
    STATUS = "status"


class Meaning(StrEnum):
    """What a value means."""

    NOTHING = "nothing"
    ALIVE = "alive"
    DECEASED = "deceased"
    MAY_HAVE_DIED = "may_have_died"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LifeAnswer:
    """What a person of the clinic said that a value of Neo's means, for every animal."""

    name: str
    value: str
    is_alive: bool


_DEATH = re.compile(
    r"deceas\w*|death\w*|euthan\w*|mortal\w*|demise|cremat\w*|dead|died|dies|dod|rip|pts|doa|decd|necropsy"
)
_CLOSED = re.compile(
    r"inactiv\w*|deactiv\w*|archiv\w*|disabled|retired|closed|removed|deleted|expired|passed|gone|unalive"
)
_ALIVE = re.compile(r"alive|living|activ(?:e|ated)|enabled")
_STATUS = re.compile(r"status(?:es)?|state|activity")
_LIFE = frozenset({"alive", "living", "life", "vital"})
_NOT = frozenset({"not", "non", "no"})
# what may stand beside "active" or "status" without making it the status of something else ("neuter status")
_NEUTRAL = re.compile(
    r"patients?|pets?|animals?|is|was|are|still|has|flag|ind|indicator|yn|current|currently|value|code|name|text|label|"
    r"desc|description|record|life|vital|general|overall|id|key|type|living|alive|active|status|state|activity|"
    r"consultation|appointment"
)
_SAYS_WHAT_OF = re.compile(r"date|time|on|at|cause|reason|notes?|day|certificate|when")
_YES = frozenset({"1", "true", "yes", "y", "on", "t"})
_NO = frozenset({"0", "false", "no", "n", "off", "f", "none", "null", "n/a", "na", "-"})
_LIVES = frozenset(
    {
        "a",
        "active",
        "alive",
        "living",
        "is alive",
        "still alive",
        "not deceased",
        "not dead",
        "not inactive",
        "current",
    }
)
# a date that isn't one, as databases write it
_NO_DATE = re.compile(r"0{4}[-/.]0{1,2}[-/.]0{1,2}.*|0{1,2}[-/.]0{1,2}[-/.]0{4}.*")
_DATE = re.compile(
    r".*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/. ]\w{1,9}[-/. ]\d{2,4}.*|\d{5,}(?:\.\d+)?", re.DOTALL
)


@lru_cache(maxsize=8192)
def about(key: str, *, of_animal: bool) -> About | None:
    """Whether a key speaks of the animal's life, or of the course of a visit; None for neither.

    `of_animal`: it stands in what Neo says of the animal itself.
    """
    words = words_in(key)
    speaks = speaks_of(key)
    if speaks is None:
        return None
    if any(_DEATH.fullmatch(word) or word in _LIFE for word in words):
        return About.ANIMAL
    if not of_animal and ANIMAL.isdisjoint(words):
        return About.VISIT
    # "neuter status", "last activity date": of something else, and only a telling word in it counts
    is_closed = any(_CLOSED.fullmatch(word) for word in words)
    return About.ANIMAL if is_closed or all(map(_NEUTRAL.fullmatch, words)) else About.VISIT


@lru_cache(maxsize=8192)
def speaks_of(key: str) -> Speaks | None:
    """Of what a key speaks by the words in it, None where of nothing that matters here."""
    words = words_in(key)
    is_denied = not _NOT.isdisjoint(words)
    if any(_DEATH.fullmatch(word) for word in words):
        return Speaks.ALIVE if is_denied else Speaks.DEATH
    if any(_CLOSED.fullmatch(word) for word in words):
        return Speaks.ALIVE if is_denied else Speaks.CLOSED
    if any(_STATUS.fullmatch(word) for word in words):
        return Speaks.STATUS
    if any(_ALIVE.fullmatch(word) for word in words):
        return Speaks.CLOSED if is_denied else Speaks.ALIVE
    return None


def meaning(told: Told, answers: frozenset[LifeAnswer] = frozenset()) -> Meaning:
    """What Neo says of the animal by one value. An answer of a person counts for what is unknown, and for no more."""
    value = " ".join(told.value.split()).casefold()
    found = _meaning(told.name, value)
    if found is Meaning.UNKNOWN and answers:
        for answer in answers:
            if is_answered_by(told, answer):
                return Meaning.ALIVE if answer.is_alive else Meaning.MAY_HAVE_DIED
    return found


def is_answered_by(told: Told, answer: LifeAnswer) -> bool:
    """Whether this answer is about this value of this key."""
    return (answer.name, answer.value) == question_of(told)


def question_of(told: Told) -> tuple[str, str]:
    """What a person is asked about a value: the key and the value, in one spelling each."""
    return told.name, " ".join(told.value.split()).casefold()


def _meaning(name: str, value: str) -> Meaning:
    if not value:
        return Meaning.NOTHING
    keys = name.split(".")
    # where a value is an object, what it is told by stands before its own keys: "status.name"
    speaks = next((found for key in reversed(keys) if (found := speaks_of(key)) is not None), Speaks.STATUS)
    if speaks is Speaks.STATUS:
        return Meaning.ALIVE if value in _LIVES else Meaning.UNKNOWN
    if value in _LIVES:
        return Meaning.ALIVE
    if speaks is Speaks.ALIVE:
        if value in _YES:
            return Meaning.ALIVE
        return Meaning.MAY_HAVE_DIED if value in _NO else Meaning.UNKNOWN
    if value in _NO or _NO_DATE.fullmatch(value):
        return Meaning.ALIVE
    if value in _YES and speaks is Speaks.DEATH and _is_plain(keys[-1]):
        return Meaning.DECEASED
    says_what = any(_SAYS_WHAT_OF.fullmatch(word) for key in keys for word in words_in(key))
    return Meaning.MAY_HAVE_DIED if value in _YES or says_what or _DATE.fullmatch(value) else Meaning.UNKNOWN


def _is_plain(key: str) -> bool:
    """Whether a key says no more than that the animal is dead: "is deceased", not "euthanasia discussed"."""
    rest = [word for word in words_in(key) if not _NEUTRAL.fullmatch(word)]
    return len(rest) == 1 and rest[0] in ("deceased", "dead", "died")
