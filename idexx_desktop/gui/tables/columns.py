"""A column declared as data: how a row becomes words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from idexx_desktop.domain.orders import By
from idexx_desktop.gui.shown import shown, shown_lines
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import tr

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Sort:
    """What a column's title sorts by. `up` and `down` are phrases for its two orders; `down_first` is begun with."""

    by: By
    up: str
    down: str
    down_first: bool = False

    def words(self, *, down: bool) -> str:
        """`Newest first`."""
        return tr(self.down if down else self.up)


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column. `width` is the least, in pixels; `share` is its part of the room that is left over.

    `second` is the line below, `pill` replaces the text where it returns a look, `tooltip` is shown on hover.
    `strong` and `muted` set the style, `wrap` gives long text two small lines; by `sorts` the service can sort
    rows. Where there is no room for all columns, the one with the highest `drop` is left out first, never one with 0.
    """

    title: str
    text: Callable[[Row], str]
    second: Callable[[Row], str] | None = None
    pill: Callable[[Row], PillLook | None] | None = None
    tooltip: Callable[[Row], str] | None = None
    width: int = 110
    share: float = 0.0
    strong: bool = False
    muted: bool = False
    right: bool = False
    wrap: bool = False
    sorts: tuple[Sort, ...] = ()
    drop: int = 0

    def cell(self, row: Row) -> Cell:
        """What the delegate paints for a row."""
        return Cell(
            text=shown_lines(self.text(row)),
            second=shown(self.second(row)) if self.second else "",
            pill=self.pill(row) if self.pill else None,
            strong=self.strong,
            muted=self.muted,
            right=self.right,
            wrap=self.wrap,
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, ready to paint."""

    text: str
    second: str = ""
    pill: PillLook | None = None
    strong: bool = False
    muted: bool = False
    right: bool = False
    wrap: bool = False

    def spoken(self) -> str:
        """The cell for a screen reader and for copying."""
        words = self.pill.text if self.pill else self.text
        return f"{words}, {self.second}" if self.second else words
