"""What a record says under keys that have no place of their own: of life and death, of its course, and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from idexx_desktop.domain.key_words import ANIMAL, plain_key, plain_keys, words_in
from idexx_desktop.domain.life import Meaning, about, meaning
from idexx_desktop.domain.visits import CUT, About, Told
from idexx_desktop.neo.fields import line_of, rich_of
from idexx_desktop.neo.notes import storable
from idexx_desktop.neo.records import leaves

_DEEPEST = 8
_MOST_OBJECTS = 500
_LONGEST_KEY = 60
_SAYS_MORE = re.compile(r"[^\W\d_]{2}")
_MOST = 100  # of one record; where there are more, what follows counts as unread, which holds
# the words of keys under which people write
_WRITTEN = re.compile(
    r"notes?|summary|comments?|remarks?|description|history|plans?|assessments?|diagnos[ie]s|diagnostics?|problems?|"
    r"reasons?|complaints?|titles?|labels?|alerts?|warnings?|tags?|flags?|types?|products?|services?|items?|"
    r"procedures?|treatments?|instructions?|outcomes?|dispositions?|popup|text|categor(?:y|ies)|memos?|subjects?|"
    r"details?|findings?|conditions?|prognosis|messages?|class|branch|group|color|colour|rooms?"
)
# whole lists of the practice, which say nothing of this visit
_OF_PRACTICE = plain_keys("pageData", "providers", "users", "settings", "permissions", "options", "templates")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an answer something stands.

    `name` stands before each key. `of_animal`: it is what Neo says of the animal itself. `patient_id`: of several
    animals in a list, the one that the visit is about; an owner's other pets may have died long ago.
    """

    name: str
    patient_id: str | None = None
    of_animal: bool = False
    depth: int = 0

    def inner(self, name: str, *, of_animal: bool) -> Place:
        """A place one object deeper."""
        return Place(name, self.patient_id, self.of_animal or of_animal, self.depth + 1)


def told_in(
    record: Mapping[str, object],
    place: Place,
    read: frozenset[str] = frozenset(),
    apart: frozenset[str] = frozenset(),
) -> tuple[Told, ...]:
    """What it says, each once. Keys are given as `plain_key` writes them.

    `read`: whose texts are read elsewhere; `apart`: what is no part of this record at all.
    """
    found: dict[Told, None] = {}
    for told in _walk(place, record, read, apart):
        if len(found) == _MOST:
            found[Told(About.WORDS, place.name, CUT)] = None
            break
        found[told] = None
    return tuple(found)


def _walk(
    at: Place, record: Mapping[str, object], read: frozenset[str], apart: frozenset[str]
) -> Iterator[Told]:
    seen: set[str] = set()
    for key, value in record.items():
        what, plain, is_animal = _of(key, at.of_animal)
        is_again = plain in seen
        seen.add(plain)
        if not value and value is not False and value != 0:
            continue
        is_read = plain in read and not is_again  # of two spellings of a key only the first is read
        has_inner = isinstance(value, dict | list)
        if (is_read or (what is None and not is_again)) and not has_inner:
            continue
        if plain in apart or plain in _OF_PRACTICE:
            continue
        name = f"{at.name}.{storable(key[:_LONGEST_KEY])}"
        if not is_read:
            yield from _said(what or (About.WORDS if plain in read else None), name, value)
        if has_inner:
            within = _within(at.inner(name, of_animal=is_animal), value, is_animal)
            yield from within if what is None else (told for told in within if told.about is not About.WORDS)


def _said(what: About | None, name: str, value: object) -> Iterator[Told]:
    """What a key of this kind says by its value."""
    if what is About.WORDS:
        text = rich_of("\n".join(said for said in leaves(value) if not said.isdigit()))
        if text and text not in ("true", "false"):
            yield Told(what, name, text)
    elif what is not None:
        yield from _values(what, name, value)


def _within(inner: Place, value: object, is_animal: bool) -> Iterator[Told]:
    """What the objects in a value say."""
    objects = list(_objects(value, inner.patient_id if is_animal else None))
    if inner.depth > _DEEPEST or len(objects) > _MOST_OBJECTS:
        yield Told(About.WORDS, inner.name, CUT)
        return
    for each in objects:
        yield from _walk(inner, each, frozenset(), frozenset())


def _objects(value: object, patient_id: str | None) -> Iterator[Mapping[str, object]]:
    """The objects in a value; of a list of animals the one with this id, if it has one."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, dict) and (
                patient_id is None or str(each.get("id", patient_id)) == patient_id
            ):
                yield each


def _values(what: About, name: str, value: object) -> Iterator[Told]:
    """What may matter: neither that the animal lives, nor the bare numbers and switches of a visit's course."""
    for said in leaves(value):
        told = Told(what, name, line_of(said))
        matters = (
            meaning(told) not in (Meaning.NOTHING, Meaning.ALIVE)
            if what is About.ANIMAL
            else _SAYS_MORE.search(told.value) is not None and told.value not in ("true", "false")
        )
        if matters:
            yield told


def speaks_in_words(key: str) -> bool:
    """Whether people write under a key of this name."""
    words = words_in(key)
    return bool(words) and words[-1] != "id" and any(_WRITTEN.fullmatch(word) for word in words)


@lru_cache(maxsize=8192)
def _of(key: str, of_animal: bool) -> tuple[About | None, str, bool]:
    """What a key speaks of, its plain spelling, and whether it names the animal."""
    words = words_in(key)
    what = about(key, of_animal=of_animal)
    if what is None and speaks_in_words(key):
        what = About.WORDS
    return what, plain_key(key), not ANIMAL.isdisjoint(words)
