"""A table model that reads rows page by page, by key, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import Enum
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.orders import Order
from idexx_desktop.domain.records import Page
from idexx_desktop.gui.bridge import Bridge, Ticket
from idexx_desktop.gui.shown import shown_lines
from idexx_desktop.gui.tables.columns import Column, Sort

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
CellRole = Qt.ItemDataRole.UserRole + 1
MarkRole = Qt.ItemDataRole.UserRole + 2
_MOST_AT_ONCE = 500


class Loading(Enum):
    """What the model is doing."""

    NEVER_ASKED = "never_asked"
    FIRST = "first"
    READY = "ready"
    FAILED = "failed"


class PagedModel(QAbstractTableModel, Generic[Row]):
    """Rows of one query, as far as they were scrolled to.

    `key` names a row (selection survives a refresh by it), `position` is the keyset after which the next page
    starts, `order` the usual order, if the table has several. Answers of an older query are dropped, so a slow one
    never replaces a newer one. Signal: `settled` when rows arrived or reading failed (see `state`, `failure`). Where
    `state` is READY and there is a `failure` beside it, the rows that are here aren't all, and `read_on` tries again.
    """

    settled = Signal()

    def __init__(
        self,
        bridge: Bridge,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        position: Callable[[Row], tuple[Any, ...]],
        *,
        page_size: int = 100,
        order: Order | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.order = self._usual = order
        self.state = Loading.NEVER_ASKED
        self.failure: Failure | None = None
        self._bridge, self._key, self._position = bridge, key, position
        self._page_size = page_size
        self._rows: list[Row] = []
        self._fetch: Callable[[Page], list[Row]] | None = None
        self._ticket: Ticket | None = None
        self._limit = page_size
        self._more = False
        self._about: object = None
        self._once_more: Callable[[], None] | None = None
        # whether the rows that come next answer the same question at another time
        self.is_again = False
        # how far down somebody looks, in lines; whoever shows the rows knows
        self.needed: Callable[[], int] = lambda: len(self._rows)

    def ask(self, fetch: Callable[[Page], list[Row]], about: object = None, *, again: bool = False) -> None:
        """Show another query. The rows of the last one stay until its first answer is there.

        `again`, or `about` the same as before: the same question at another time, which `refresh` asks.
        """
        again = again or (about is not None and about == self._about)
        self._fetch, self._about = fetch, about
        if again:
            self.refresh()
        else:
            self._read_first(self._page_size)

    def set_order(self, order: Order) -> None:
        """Say another order in the header; whoever asks reads the rows in it."""
        self.order = order
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def refresh(self) -> None:
        """Read again what is shown, as far down as somebody looks and a page more; the rest is read on scrolling."""
        if self._fetch:
            wanted = min(len(self._rows), self.needed() + self._page_size)
            self._read_first(max(self._page_size, wanted), again=True)

    def read_on(self) -> None:
        """Try once more what couldn't be read at an end of the list."""
        if self._once_more and self.failure and self._ticket is None:
            self.failure = None
            self._once_more()

    def start_order(self, usual: Order) -> None:
        """The usual order is another from now on, and holds."""
        self._usual = usual
        self.set_order(usual)

    @property
    def asked_order(self) -> Order | None:
        """What a filter asks for; None is the usual order."""
        return None if self.order == self._usual else self.order

    def turned(self, sort: Sort) -> Order:
        """What choosing this once more leads to."""
        if self.order is not None and self.order.by is sort.by:
            return Order(sort.by, not self.order.down)
        return Order(sort.by, sort.down_first)

    def row(self, number: int) -> Row | None:
        """The row at this line, None where there is none."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def line_of(self, key: str) -> int | None:
        """Where a row is, None where it isn't loaded."""
        return next((i for i, row in enumerate(self._rows) if self._key(row) == key), None)

    def lines_of(self, keys: Collection[str]) -> dict[str, int]:
        """Where these rows are; those that aren't loaded are left out."""
        return {key: line for line, row in enumerate(self._rows) if (key := self._key(row)) in keys}

    def key_at(self, number: int) -> str | None:
        """The key of the row at this line."""
        row = self.row(number)
        return None if row is None else self._key(row)

    # Qt's side

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, immutable
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, immutable
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row())
        if row is None or not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == CellRole:
            return column.cell(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.cell(row).spoken()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.cell(row).spoken()}"
        if role == Qt.ItemDataRole.ToolTipRole and column.tooltip:
            return shown_lines(column.tooltip(row))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column, order = self.columns[section], self.order
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        sort = next((each for each in column.sorts if order and each.by is order.by), None)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}, {sort.words(down=order.down)}" if sort and order else column.title
        if role == MarkRole and sort and order:
            return "down" if order.down else "up"
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._more and self._ticket is None

    def fetchMore(self, parent: Index) -> None:
        # what couldn't be read isn't asked for with every movement of the wheel, but by a person
        if self.canFetchMore(parent) and self._rows and self.failure is None:
            self._read_more(Page(self._position(self._rows[-1]), self._page_size), self._next_arrived)

    # answers

    def _read_first(self, limit: int, *, again: bool = False) -> None:
        assert self._fetch is not None  # noqa: S101 - both callers have one
        if self._ticket:
            self._ticket.cancel()
        if self.state is not Loading.READY:
            self.state = Loading.FIRST
        fetch, position = self._fetch, self._position
        self._limit, self.is_again = limit, again
        self._ticket = self._bridge.ask(
            lambda: _in_steps(fetch, position, limit), self._first_arrived, self._first_failed
        )

    def _read_more(self, page: Page, arrived: Callable[[list[Row]], object]) -> None:
        assert self._fetch is not None  # noqa: S101 - there are rows
        fetch = self._fetch
        self._once_more = partial(self._read_more, page, arrived)
        self._ticket = self._bridge.ask(lambda: fetch(page), arrived, self._next_failed)

    def _first_arrived(self, rows: list[Row]) -> None:
        self._ticket = None
        self.state, self.failure = Loading.READY, None
        self._more = len(rows) >= self._limit
        if [self._key(row) for row in rows] == [self._key(row) for row in self._rows]:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
        else:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
        self.settled.emit()

    def _first_failed(self, failure: Failure) -> None:
        self._ticket = None
        self.state, self.failure = Loading.FAILED, failure
        self.settled.emit()

    def _next_arrived(self, rows: list[Row]) -> None:
        self._ticket = None
        self._more = len(rows) >= self._page_size
        known = {self._key(row) for row in self._rows}
        # a row that moved down between two pages would be shown twice
        fresh = [row for row in rows if self._key(row) not in known]
        if fresh:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(fresh) - 1)
            self._rows.extend(fresh)
            self.endInsertRows()
        self.settled.emit()

    def _next_failed(self, failure: Failure) -> None:
        self._ticket = None
        self.failure = failure
        self.settled.emit()


def _in_steps(
    fetch: Callable[[Page], list[Row]], position: Callable[[Row], tuple[Any, ...]], limit: int
) -> list[Row]:
    """The first `limit` rows, so many at once that no question takes long."""
    rows = fetch(Page(None, min(limit, _MOST_AT_ONCE)))
    count = len(rows)
    while rows and count == _MOST_AT_ONCE and len(rows) < limit:
        more = fetch(Page(position(rows[-1]), min(limit - len(rows), _MOST_AT_ONCE)))
        count = len(more)
        rows += more
    return rows
