"""What a record says under keys that have no place of their own: of life and death, of its course, and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from idexx_desktop.domain.key_words import words_in
from idexx_desktop.domain.life import Meaning, about, meaning
from idexx_desktop.domain.visits import CUT, About, Told
from idexx_desktop.neo.fields import line_of, rich_of
from idexx_desktop.neo.notes import storable
from idexx_desktop.neo.records import leaves

_DEEPEST = 4
_LONGEST_KEY = 60
_SAYS_MORE = re.compile(r"[^\W\d_]{2}")
_MOST = 100  # of one record; where there are more, what follows counts as unread, which holds
# the words of keys under which people write
_WRITTEN = re.compile(
    r"notes?|summary|comments?|remarks?|description|history|plans?|assessments?|diagnos[ie]s|diagnostics?|problems?|"
    r"reasons?|complaints?|titles?|labels?|alerts?|warnings?|tags?|flags?|types?|products?|services?|items?|"
    r"procedures?|treatments?|instructions?|outcomes?|dispositions?|popup|text|categor(?:y|ies)|memos?|subjects?|"
    r"details?|findings?|conditions?|prognosis|messages?|class|branch|group|color|colour"
)
_ANIMAL = frozenset({"patient", "patients", "pet", "pets", "animal", "animals"})
# whole lists of the practice, which say nothing of this visit
_OF_PRACTICE = frozenset(
    {"page_data", "providers", "users", "settings", "permissions", "options", "templates"}
)


def told_in(
    record: Mapping[str, object],
    name: str,
    read: frozenset[str],
    patient_id: str | None = None,
    *,
    of_animal: bool = False,
) -> tuple[Told, ...]:
    """What it says, each once; `read` are the keys (as `plain_key` writes them) that are read elsewhere.

    `name` stands before each key. `of_animal`: it is what Neo says of the animal itself. `patient_id`: of several
    animals in a list, the one that the visit is about; an owner's other pets may have died long ago.
    """
    found: dict[Told, None] = {}
    for told in _walk(_At(name, patient_id, of_animal), record, read):
        if len(found) == _MOST:
            found[Told(About.WORDS, name, CUT)] = None
            break
        found[told] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _At:
    """Where in a record we are."""

    name: str
    patient_id: str | None
    of_animal: bool
    depth: int = 0


def _walk(at: _At, record: Mapping[str, object], read: frozenset[str]) -> Iterator[Told]:
    for key, value in record.items():
        if value is None or value == "" or value == [] or value == {}:
            continue
        what, plain, is_animal = _of(key, at.of_animal)
        if plain in read or plain in _OF_PRACTICE:
            continue
        place = f"{at.name}.{storable(key[:_LONGEST_KEY])}"
        if what is About.WORDS:
            text = rich_of("\n".join(said for said in leaves(value) if not said.isdigit()))
            if text and text not in ("true", "false"):
                yield Told(what, place, text)
        elif what is not None:
            yield from _values(what, place, value)
        else:
            inner = replace(at, name=place, of_animal=at.of_animal or is_animal, depth=at.depth + 1)
            for each in _objects(value, inner.patient_id if is_animal else None):
                if at.depth == _DEEPEST:
                    yield Told(About.WORDS, place, CUT)
                    return
                yield from _walk(inner, each, frozenset())


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


@lru_cache(maxsize=8192)
def _of(key: str, of_animal: bool) -> tuple[About | None, str, bool]:
    """What a key speaks of, its plain spelling, and whether it names the animal."""
    words = words_in(key)
    what = about(key, of_animal=of_animal)
    if what is None and any(_WRITTEN.fullmatch(word) for word in words) and words[-1] != "id":
        what = About.WORDS
    return what, "_".join(words), not _ANIMAL.isdisjoint(words)
