"""Names that are words of death: a pet may be called Ashes or Hospice, and its name alone is no sign."""

from __future__ import annotations

import re

from idexx_desktop.domain.visits import Visit
from idexx_desktop.domain.wording import STOP, Wording, wording

# in a sentence with these even a name may be meant as what it says: "Ashes returned to owner", "Hospice discussed"
_MEANT = re.compile(
    r" (?:return\w*|urns?|cremat\w*|cremains|remains|scatter\w*|collect\w*|pick\w*|ready|box|container|arriv\w*|back|"
    r"deliver\w*|mail\w*|shipp\w*|private|communal|keep\w*|kept|want\w*|bur(?:y|ied|ial)|home|lost|loss|memor\w*|"
    r"care|palliat\w*|discuss\w*|consult\w*|recommend\w*|exam\w*|plan\w*|start\w*|enrol\w*|option\w*|quality|"
    r"comfort\w*|euth\w*|pts|were|are) "
)


def names_of(visit: Visit) -> frozenset[str]:
    """The names in a visit and each of their words: of the pet, the owner, the veterinarian and the branch."""
    whole = (visit.patient_name, visit.owner_name, visit.provider, visit.branch)
    return frozenset(part for name in whole for part in (name, *name.split()) if part)


def is_only_a_name(text: Wording, start: int, end: int, names: frozenset[str]) -> bool:
    """Whether words[start:end] is one of these names, written as a name, and nothing around it speaks of more.

    When in doubt it isn't.
    """
    said = text.written(start, end).removesuffix("'s").removesuffix("’s").rstrip("'’")
    if said not in names and not (said.istitle() and said.casefold() in {each.casefold() for each in names}):
        return False
    mark = f" {STOP} "
    first, last = text.words.rfind(mark, 0, start), text.words.find(mark, end)
    around = f"{text.words[max(first, 0) : start]} {text.words[end : None if last < 0 else last + 1]}"
    return said[:1].isupper() and not _MEANT.search(around.replace(" ", "  "))


def may_be_meant(names: frozenset[str], phrases: re.Pattern[str]) -> frozenset[str]:
    """Those of the names that are phrases of death; most visits have none."""
    return frozenset(name for name in names if phrases.search(wording(name).words))
