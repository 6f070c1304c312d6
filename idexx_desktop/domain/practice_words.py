"""The practice's own words, its types of appointment and its products that speak of death, and what they mean.

We propose, a person confirms once. What nobody confirmed changes nothing, but that what looks like the end of a life
holds; and a type without calls acts by the type alone, never by a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idexx_desktop.domain.kinds import kind_in
from idexx_desktop.domain.signs import says_of_death
from idexx_desktop.domain.visits import Visit, VisitKind
from idexx_desktop.domain.wording import wording, words

LONGEST_WORD = 120  # characters, as the database checks it, too
NO_CALL = "no_call"
HARMLESS = "harmless"
END_OF_LIFE = str(VisitKind.END_OF_LIFE)


class WordAbout(StrEnum):
    """Of what a word is the name."""

    TYPE = "type"
    PRODUCT = "product"


# what can be said of each
MEANINGS: Mapping[WordAbout, tuple[str, ...]] = {
    WordAbout.TYPE: (*map(str, VisitKind), NO_CALL),
    WordAbout.PRODUCT: (END_OF_LIFE, HARMLESS),
}

_END = words(
    r"(?:final|last) (?:visit|appointment|appt|goodbye|arrangements?)|rainbow|angel|memorial\w*|bereave\w*|grief|"
    r"condolences?|compassion\w*|palliat\w*|comfort care|peaceful\w*|cremat\w*|cremains|remains|urns?|ashes|clay paws?|"
    r"paw ?prints?|ink prints?|keepsakes?|in memory|burial|bury|caskets?|necropsy|deceased|heaven"
)
_NO_CALL = words(
    r"boarding|board|kennel|day ?care|groom\w*|bath\w*|refills?|re ?fill|rx|prescription|medication|pick ?up|"
    r"drop ?off|records?|"
    r"nail\w*|anal glands?|food|retail|phone|telephone|call ?back|staff|meeting|lunch|inventory|weigh ?in|weight check|"
    r"paperwork|forms?|admin\w*|block(?:ed)?|sale"
)


@dataclass(frozen=True, slots=True)
class PracticeWord:
    """One word as it occurs in Neo, what we propose that it means, and what a person said: None for nothing yet."""

    id: str
    about: WordAbout
    name: str
    meaning: str | None = None
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def proposed(self) -> str:
        """What it seems to mean."""
        return proposal(self.about, self.name)


def plain(name: str) -> str:
    """A word as it is compared."""
    return " ".join(name.casefold().split())


def proposal(about: WordAbout, name: str) -> str:
    """What a word seems to mean: one of `MEANINGS`."""
    if looks_like_the_end(name):
        return END_OF_LIFE
    if about is WordAbout.PRODUCT:
        return HARMLESS
    return NO_CALL if _NO_CALL.search(wording(name).words) else str(kind_in(name))


def looks_like_the_end(name: str) -> bool:
    """Whether a type or a product may be one of a death: more of them than signs of death in a text."""
    return bool(_END.search(wording(name).words)) or says_of_death(name)


def words_of(visit: Visit) -> Iterator[tuple[WordAbout, str]]:
    """The practice's own words in a visit, those that people are asked about."""
    for name in types_of(visit):
        yield WordAbout.TYPE, name
    for name in products_of(visit):
        if looks_like_the_end(name):
            yield WordAbout.PRODUCT, name


def types_of(visit: Visit) -> list[str]:
    """The types of its appointments, as Neo has them."""
    typed = (" ".join(each.type_description.split()) for each in visit.appointments)
    return [name for name in dict.fromkeys(typed) if name and len(name) <= LONGEST_WORD]


def products_of(visit: Visit) -> list[str]:
    """What was taken, and not declined."""
    lines = visit.consultation.products if visit.consultation else ()
    named = (" ".join(line.name.split()) for line in lines if not line.is_declined)
    return [name for name in dict.fromkeys(named) if name and len(name) <= LONGEST_WORD]
