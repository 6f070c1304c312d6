"""Names that stand for no patient, or for a record that nobody should use: a person is asked about them.

Signs of death in a name (a dagger, "(D)") are no matter of this, but of `signs`.
"""

from __future__ import annotations

import re

from idexx_desktop.domain.visits import Visit
from idexx_desktop.domain.wording import wording, words

# as a whole name, or as a word of one where nobody is called so
_WHOLE = (
    r"testing|tests?|demo|dummy|sample|unknown|stray|no name|noname|none|n a|tbd|patient|pet|client|owner|"
    r"temp|xx+|"
    r"delete|deleted|duplicate|dupe|dup|void|placeholder|walk in|counter(?: sale)?s?|otc|new (?:patient|"
    r"client|pet)"
)
_IN_NAME = words(
    r"do not (?:use|book|call|see)|don't use|dont use|(?:unknown|test|dummy|demo|fake|duplicate|temp|new|"
    r"stray) (?:patient|pet|client|"
    r"owner|animal|account|record)s?|(?:patient|pet|client|owner|account|record) (?:test|unknown|duplicate)|"
    r"test\d*|duplicate|merged?(?: (?:into|with|record))|inactive(?: record)?|old record|delete me|"
    r"not a patient"
)
_ONLY = re.compile(rf" \. (?:(?:{_WHOLE}) )+\. ")
_FILED_LAST = re.compile(r"^\W*(?:z{3,}|zz[\W_a-z])|^\W*[xq]{3,}", re.IGNORECASE)


def odd_name(visit: Visit) -> str:
    """The name of the pet or the owner of a visit that nobody bears, as it stands there; "" where there is none.

    A pet without a name is none of them: Neo may simply not have it.
    """
    return next((name for name in (visit.patient_name, visit.owner_name) if name and _is_odd(name)), "")


def _is_odd(name: str) -> bool:
    read = wording(name.replace("_", " ").replace("-", " ")).words
    marked = read.replace(" , ", " ")
    return bool(_ONLY.fullmatch(marked) or _IN_NAME.search(marked) or _FILED_LAST.search(name))
