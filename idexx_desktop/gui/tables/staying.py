"""Where somebody is in a table, in a way that outlives another set of rows: by the keys of rows, not their numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idexx_desktop.gui.tokens import SPACE

if TYPE_CHECKING:
    from idexx_desktop.gui.tables.view import Table


@dataclass(frozen=True, slots=True)
class Place:
    """What is selected (`chosen`), where the keyboard is (`current`, "" for nowhere), and what is on screen.

    `seen`: rows that are on screen with their distance from the top in pixels, those to hold on to first; none where
    somebody looks at the very top, and what is new above belongs there.
    """

    chosen: tuple[str, ...] = ()
    current: str = ""
    seen: tuple[tuple[str, int], ...] = field(default=())


def place_in(table: Table) -> Place:
    """Where somebody is now."""
    rows = table.rows
    lines = sorted(index.row() for index in table.selectionModel().selectedRows())
    chosen = tuple(key for line in lines if (key := rows.key_at(line)) is not None)
    current = rows.key_at(table.currentIndex().row()) or ""
    top, scrolled = max(0, table.rowAt(0)), table.verticalScrollBar().value()
    last = table.rowAt(table.viewport().height() - 1)
    on_screen = range(top, (rows.rowCount() if last < 0 else last + 1))
    holds = [line for line in lines if line in on_screen]
    if scrolled:
        holds += [line for line in on_screen if line not in lines]
    seen = tuple((rows.key_at(line) or "", line * SPACE.row - scrolled) for line in holds)
    return Place(chosen, current, seen)


def go_back(table: Table, place: Place) -> None:
    """Bring a row that was on screen to where it was; the next one where it is gone."""
    lines = table.rows.lines_of({key for key, _ in place.seen})
    for key, distance in place.seen:
        if key in lines:
            table.verticalScrollBar().setValue(lines[key] * SPACE.row - distance)
            return
