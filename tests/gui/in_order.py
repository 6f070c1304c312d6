"""Sorts rows in memory as the database does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from idexx_desktop.domain.orders import Order
from idexx_desktop.domain.places import Place

Row = TypeVar("Row")


def in_order(rows: list[Row], order: Order | None, place: Callable[[Row, Order | None], Place]) -> list[Row]:
    """The rows, which stand in the usual order, in another one; no value is more than every value."""
    if order is None:
        return rows

    def key(row: Row) -> tuple[bool, Any]:
        value = place(row, order)[0]
        return value is None, 0 if value is None else value.casefold() if isinstance(value, str) else value

    return sorted(rows, key=key, reverse=order.down)
