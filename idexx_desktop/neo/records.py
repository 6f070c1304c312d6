"""One record of an answer, read field by field: under any spelling of a key, and as far as each value can be read.

What nobody needs and nobody can read is as if it weren't there. `ValueError` is raised only for ids, which say whose
record it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from idexx_desktop.domain.key_words import plain_key
from idexx_desktop.domain.visits import CUT
from idexx_desktop.neo.fields import flag, identifier, line_of, quantity_of, rich_of

# where an object stands in place of a text: what it calls itself
_OWN_NAMES = ("name", "label", "title", "text", "value", "description", "content", "html")
_DEEPEST = 6
_MOST_LEAVES = 500


class Record:
    """A JSON object; anything else is one without a field. Names are given in any spelling."""

    __slots__ = ("_fields", "raw")

    def __init__(self, raw: object) -> None:
        self.raw: Mapping[str, object] = raw if isinstance(raw, dict) else {}
        self._fields: dict[str, object] = {}
        for key, value in self.raw.items():
            plain = plain_key(key)
            if plain not in self._fields or self._fields[plain] in (None, ""):
                self._fields[plain] = value

    def has(self, name: str) -> bool:
        """Whether the key is there, whatever it holds."""
        return plain_key(name) in self._fields

    def value(self, *names: str) -> object:
        """The first of these fields that holds anything, None where none does."""
        for name in names:
            value = self._fields.get(plain_key(name))
            if value or value == 0:
                return value
        return None

    def line(self, *names: str) -> str:
        """A name, a number, a status: one line. An object is called by its name, a list by those of its parts."""
        value = self.value(*names)
        return "" if value is None else line_of(value if isinstance(value, str) else _short(value))

    def rich(self, *names: str) -> str:
        """Text over several lines; of an object or a list all texts in it."""
        value = self.value(*names)
        if value is None or isinstance(value, bool):
            return ""
        return rich_of(value if isinstance(value, str) else "\n".join(leaves(value)))

    def optional_id(self, *names: str) -> str | None:
        """An id, None where there is none; an object's own. Raises `ValueError` for what is no id."""
        value = self.value(*names)
        return identifier(Record(value).value("id") if isinstance(value, dict) else value)

    def flag(self, name: str) -> bool:
        """Whether it says yes; what says neither yes nor no is no."""
        try:
            return flag(self.value(name))
        except ValueError:
            return False

    def quantity(self, name: str) -> str:
        """A number without the ".0" that some of Neo's answers carry."""
        value = self.value(name)
        return quantity_of(value) if isinstance(value, float) else line_of(_short(value))

    def full_name(self) -> str:
        """First and last name."""
        return f"{self.line('first_name')} {self.line('last_name')}".strip()

    def parts(self, *names: str) -> list[Record]:
        """The object in it, or each of a list of them."""
        value = self.value(*names)
        return [
            Record(each) for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)
        ]

    def part(self, *names: str) -> Record:
        """An object in it; one in a list of one, too, and one without a field where there is none."""
        value = self.value(*names)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return Record(value)


def leaves(value: object, depth: int = 0) -> Iterator[str]:
    """Every text and number in a value, `CUT` where there is too much; ids only where there is nothing else."""
    if depth > _DEEPEST:
        yield CUT
    elif isinstance(value, dict):
        named = {key: inner for key, inner in value.items() if plain_key(key) != "id"}
        for inner in named.values() if any(named.values()) else value.values():
            yield from leaves(inner, depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if number == _MOST_LEAVES:
                yield CUT
                return
            yield from leaves(inner, depth + 1)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield str(value).lower()
    elif value is not None:
        yield str(value)


def _short(value: object) -> str:
    if isinstance(value, dict):
        own = Record(value).value(*_OWN_NAMES)
        return (
            _short(own)
            if own is not None
            else ", ".join(said for said in leaves(value) if not said.isdigit())
        )
    if isinstance(value, list):
        return ", ".join(said for each in value[:20] if (said := _short(each)))
    return "" if value is None or isinstance(value, bool) else str(value)
