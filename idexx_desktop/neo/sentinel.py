"""Has Neo changed? Its answers against what calls need of them, in words that name fields and never hold a value."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.key_words import plain_key
from idexx_desktop.neo.known_shapes import CONSULTATION_PAGE, CONSULTATION_STATUS, Kind, Known

ENOUGH = 5  # records before what all of them lack counts as gone; fewer may be chance, and stop everything
_MISSING = object()


def changed(what: str) -> Failure:
    """Neo's answers aren't what this program knows: stop before anything wrong is saved."""
    return Failure(FailureCode.PAYLOAD_CHANGED, f"Neo changed: {what}")


def check_rows(name: str, rows: Sequence[object], shape: Sequence[Known]) -> None:
    """Raise what has gone from all rows of a list. An odd row among good ones is its own problem."""
    records = [row for row in rows if isinstance(row, dict)]
    if len(records) < ENOUGH:
        return
    for known in shape:
        if all(_is_missing(row, known) is True for row in records):
            raise changed(f"{name}.{_spelled(known)} is missing in all of {len(records)} rows")
        odd = [words for row in records if (words := _of_other_kind(row, known))]
        if len(odd) == len(records):
            raise changed(f"{name}.{odd[0]} in all of {len(records)} rows")


def oddity(page: object) -> str:
    """What makes this one consultation's page unreadable, "" where nothing does."""
    for known in CONSULTATION_PAGE:
        if odd := _of_other_kind(page, known):
            return odd
        if known.always and _is_missing(page, known):
            return f"{_spelled(known)} is missing"
    return ""


@dataclass(slots=True)
class PageWatch:
    """The pages of one session: a field that a page may lack, but that none of them has, is gone.

    `to_come`: how many more pages are expected; as long as one of them may have the field, those without it wait.
    `status_is_listed`: Neo's lists tell how far the visits have come, so that the pages needn't.
    """

    to_come: int = 0
    status_is_listed: bool = False
    _seen: set[Known] = field(default_factory=set)
    _without: defaultdict[Known, int] = field(default_factory=lambda: defaultdict(int))
    _waiting: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def come(self) -> None:
        """One of the expected pages is no longer to come: it was read, or couldn't be."""
        self.to_come = max(0, self.to_come - 1)
        self._move()

    async def check(self, page: object) -> None:
        """Note one readable page; raise what has changed, once that is known of all pages that are to come."""
        lacking = self._lacking(page)
        while still := [known for known in lacking if known not in self._seen]:
            if self.to_come <= self._waiting + 1:  # nobody is left but those who wait, and this one
                self._move()
                gone = next((known for known in still if self._without[known] >= ENOUGH), None)
                if gone is None:
                    return
                raise changed(f"{_spelled(gone)} is missing in all of {self._without[gone]} pages")
            self._waiting += 1
            try:
                await self._moved.wait()
            finally:
                self._waiting -= 1

    def _lacking(self, page: object) -> list[Known]:
        """The needed fields that this page lacks, and no page before it had."""
        lacking: list[Known] = []
        for known in CONSULTATION_PAGE:
            if known in self._seen or (known is CONSULTATION_STATUS and self.status_is_listed):
                continue
            missing = _is_missing(page, known)
            if missing is False:
                self._seen.add(known)
                self._move()
            elif missing:
                self._without[known] += 1
                lacking.append(known)
        return lacking

    def _move(self) -> None:
        """Let those who wait look again."""
        self._moved.set()
        self._moved = asyncio.Event()


def _is_missing(record: object, known: Known) -> bool | None:
    """Whether the field isn't there under any of its names; None where what it belongs to isn't there either."""
    found = [values for name in known.names if (values := _values(record, name))]
    if not found:
        return None
    return all(any(value is _MISSING for value in values) for values in found)


def _of_other_kind(record: object, known: Known) -> str:
    """Which field is of a kind that it shouldn't be, and of which; "" where none is."""
    for name in known.names if known.kinds is not None else ():
        kinds = (
            _kind_of(value) for value in _values(record, name) if value not in (_MISSING, None, "", [], {})
        )
        if odd := next((kind for kind in kinds if kind not in (known.kinds or ())), None):
            return f"{name} is {odd}"
    return ""


def _values(record: object, name: str) -> list[object]:
    """What stands under a dotted name: several values below a list, none where its object isn't there."""
    if not isinstance(record, dict):
        return []
    head, _, rest = name.partition(".")
    value = next((value for key, value in record.items() if plain_key(key) == plain_key(head)), _MISSING)
    if not rest:
        return [value]
    inner = value if isinstance(value, list) else [value]
    return [one for each in inner for one in _values(each or None, rest)]


def _kind_of(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.FLAG
    if isinstance(value, int | float):
        return Kind.NUMBER
    if isinstance(value, list):
        return Kind.LIST
    return Kind.OBJECT if isinstance(value, dict) else Kind.TEXT


def _spelled(known: Known) -> str:
    return " or ".join(known.names)
