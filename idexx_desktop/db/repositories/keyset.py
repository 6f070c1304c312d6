"""Pages by key: the order of rows, and the condition for those behind a place in it.

No value is larger than every value, as PostgreSQL sorts: last upwards, first downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, true


@dataclass(frozen=True, slots=True)
class Key:
    """One part of an order. `given` makes what a place holds comparable to `column`; the last part must be unique."""

    column: ColumnElement[Any]
    down: bool = False
    given: Callable[[Any], Any] = literal
    nullable: bool = False

    def ordered(self) -> ColumnElement[Any]:
        """For ORDER BY."""
        return self.column.desc() if self.down else self.column.asc()

    def not_before(self, value: Any) -> ColumnElement[bool]:
        """At this value or behind it; what an index scan can start from."""
        if value is None:
            return true() if self.down else self.column.is_(None)
        return (
            self.column <= self.given(value) if self.down else self._or_none(self.column >= self.given(value))
        )

    def behind(self, value: Any) -> ColumnElement[bool]:
        """Behind this value."""
        if value is None:
            return self.column.is_not(None) if self.down else false()
        return (
            self.column < self.given(value) if self.down else self._or_none(self.column > self.given(value))
        )

    def _or_none(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return or_(condition, self.column.is_(None)) if self.nullable else condition


def name_key(column: ColumnElement[Any], *, down: bool) -> Key:
    """By a text as the database sorts it, whatever its case."""
    return Key(func.lower(column), down, lambda text: func.lower(literal(text)))


def id_key(column: ColumnElement[Any], *, down: bool = False) -> Key:
    """By an id, which is a string outside."""
    return Key(column, down, lambda text: literal(UUID(text)))


def behind(keys: Sequence[Key], place: Sequence[Any]) -> ColumnElement[bool]:
    """Behind the row with these values."""
    (key, *more), (value, *values) = keys, place
    if not more:
        return key.behind(value)
    if value is None and key.down:
        return or_(key.behind(value), and_(key.column.is_(None), behind(more, values)))
    return and_(key.not_before(value), or_(key.behind(value), behind(more, values)))
