"""What the reader is given: one visit's texts, each with the field in which it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Unit(NamedTuple):
    """One sentence, bill line or short field: what is judged alone. `text` is as it was written."""

    field: str
    text: str

    @property
    def is_written(self) -> bool:
        """Whether it is a sentence that somebody wrote about the visit."""
        return self.field in ("notes", "discharge")


@dataclass(frozen=True, slots=True)
class Record:
    """One visit, as plain text. `signs`: 0 where no careful phrase fired, 1 where one did, 2 where it leaves no doubt.

    `bill` are the lines of the invoice, `declined` what was offered and not taken.
    """

    kind: str = ""
    reason: str = ""
    notes: str = ""
    discharge: str = ""
    bill: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    name: str = ""
    signs: int = 0

    def texts(self) -> Iterator[Unit]:
        """Each text with its field, those of several sentences whole."""
        yield from (Unit(field, getattr(self, field)) for field in ("kind", "reason", "notes", "discharge"))
        yield from (Unit("bill", line) for line in self.bill)
        yield from (Unit("declined", line) for line in self.declined)
