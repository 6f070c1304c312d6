"""What Neo sent in one stay: the names and kinds of fields by answer, never a value; and values that nobody knows.

A name is written down only if it looks like one that a programmer chose: under a key that is somebody's name or number
stands a `*`. However much a site sends, the diary of a run stays small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from idexx_desktop.domain.key_words import plain_key
from idexx_desktop.domain.life import LONGEST_VALUE
from idexx_desktop.domain.neo_fields import SentField
from idexx_desktop.domain.visits import Consultation, Told, VisitList
from idexx_desktop.neo.envelopes import page_of, rows_of
from idexx_desktop.neo.known_shapes import EXPECTED

_NAME = re.compile(r"[a-z_][A-Za-z0-9_]{0,39}")
_DEEPEST = 3
_LONGEST_NAME = 120
_MOST_FIELDS, _MOST_VALUES, _MOST_KEYS = 800, 100, 60
_KINDS = {bool: "yes or no", int: "number", float: "number", str: "text", list: "list", dict: "object"}


class SentDiary:
    """Filled while Neo is read, by whatever thread reads; asked once, when the reading is over."""

    def __init__(self) -> None:
        self._fields: dict[tuple[str, str], set[str]] = {}
        self._seen: dict[str, set[str]] = {}
        self._values: dict[tuple[str, str], Told] = {}

    def note_list(self, endpoint: str, payload: object) -> None:
        """The rows of a list."""
        found = rows_of(payload)
        for row in found[0] if found else ():
            self._note(endpoint, row)

    def note_page(self, payload: object) -> None:
        """A consultation's page."""
        self._note("page", page_of(payload))

    def note_questions(self, read: VisitList | Consultation) -> None:
        """Values in what was read that nobody here knows."""
        from idexx_desktop.domain.questions import questions_about  # all signs: not before a sign-in

        for told in questions_about(read):
            key = (told.name, told.value)
            fits = len(told.value) <= LONGEST_VALUE and len(told.name) <= _LONGEST_NAME
            if fits and (len(self._values) < _MOST_VALUES or key in self._values):
                self._values[key] = told

    def fields(self) -> list[SentField]:
        """What came, and what was expected in answers that came and is in none of them."""
        came = [
            SentField(endpoint, name, tuple(sorted(kinds)))
            for (endpoint, name), kinds in self._fields.items()
        ]
        absent = [
            SentField(endpoint, name, absent=True)
            for endpoint, seen in self._seen.items()
            for name in EXPECTED.get(endpoint, ())
            if plain_key(name) not in seen
        ]
        return came + absent

    def values(self) -> list[Told]:
        """Each value that a person has to be asked about, or shown."""
        return list(self._values.values())

    def _note(self, endpoint: str, record: object) -> None:
        if not isinstance(record, dict):
            return
        seen = self._seen.setdefault(endpoint, set())
        for name, kind in _fields_of(record, "", 0):
            key = (endpoint, name)
            kinds = self._fields.get(key)
            if kinds is None:
                if len(self._fields) >= _MOST_FIELDS:
                    continue
                kinds = self._fields[key] = set()
                seen.add(plain_key(name))
            kinds.add(kind)


def _fields_of(record: dict[str, object], place: str, depth: int) -> Iterator[tuple[str, str]]:
    is_map = len(record) > _MOST_KEYS  # keys that are data
    for key, value in record.items():
        name = place + ("*" if is_map else _name_of(key))
        if len(name) > _LONGEST_NAME:
            continue
        yield name, "nothing" if value is None or value == "" else _KINDS.get(type(value), "number")
        if depth < _DEEPEST:
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    yield from _fields_of(inner, f"{name}.", depth + 1)


@lru_cache(maxsize=4096)
def _name_of(key: str) -> str:
    return key if _NAME.fullmatch(key) else "*"
