"""A model over a list of any length that keeps only the rows around those that are shown, and what goes with it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from idexx_desktop.domain.records import Page
from idexx_desktop.gui.tables.model import PagedModel, Row
from idexx_desktop.gui.tables.view import Table
from idexx_desktop.gui.tokens import SPACE

# as many as somebody scrolls through without noticing, and few enough for the memory
KEPT = 2000
_NEAR_TOP = 12 * SPACE.row


class SlidingModel(PagedModel[Row]):
    """Pages are added at either end, and rows far from them are let go; reading them again is cheap.

    The query must answer pages that go `backwards`. Signal: `letting_go(first, last)`, before these lines are removed;
    Qt's own comes after views have chosen another row in place of one that goes.
    """

    letting_go = Signal(int, int)
    _above = False

    @property
    def at_start(self) -> bool:
        """Whether the first kept row is the first of all."""
        return not self._above

    @property
    def whole(self) -> bool:
        """Whether every row there is is kept."""
        return not (self._above or self._more)

    def read_above(self) -> None:
        """Add the page above the first kept row, if there is one and nothing is being read."""
        if self._above and self._rows and self._ticket is None and self.failure is None:
            page = Page(self._position(self._rows[0]), self._page_size, backwards=True)
            self._read_more(page, self._above_arrived)

    def go_to_start(self) -> bool:
        """Read the first page in place of what is kept; False where it is here already."""
        if not self._above or not self._fetch:
            return False
        self._read_first(self._page_size)
        return True

    def go_to_end(self) -> bool:
        """Read the last page in place of what is kept; False where it is here already."""
        if not self._more or not self._fetch:
            return False
        if self._ticket:
            self._ticket.cancel()
        self._read_more(Page(None, self._page_size, backwards=True), self._end_arrived)
        return True

    # answers

    def _first_arrived(self, rows: list[Row]) -> None:
        self._above = False
        super()._first_arrived(rows)

    def _end_arrived(self, rows: list[Row]) -> None:
        self._ticket, self.failure = None, None
        self._above, self._more = len(rows) >= self._page_size, False
        self.is_again = False
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()
        self.settled.emit()

    def _next_arrived(self, rows: list[Row]) -> None:
        super()._next_arrived(rows)
        extra = len(self._rows) - KEPT
        if extra > 0:
            self._above = True
            self._let_go(0, extra - 1)

    def _above_arrived(self, rows: list[Row]) -> None:
        self._ticket = None
        self._above = len(rows) >= self._page_size
        if rows:
            self.beginInsertRows(QModelIndex(), 0, len(rows) - 1)
            self._rows[:0] = rows
            self.endInsertRows()
        if len(self._rows) > KEPT:
            self._more = True
            self._let_go(KEPT, len(self._rows) - 1)
        self.settled.emit()

    def _let_go(self, first: int, last: int) -> None:
        self.letting_go.emit(first, last)
        self.beginRemoveRows(QModelIndex(), first, last)
        del self._rows[first : last + 1]
        self.endRemoveRows()


class StaysInPlace(QObject):
    """Lets a table show a sliding model as if all of its rows were there.

    What is shown stays where it is while rows come and go above it; Home and End lead to the first and the last row
    of all, and scrolling up reads what was let go. A chosen row that is let go isn't chosen any more.
    """

    def __init__(self, table: Table, model: SlidingModel[Any]) -> None:
        super().__init__(table)
        self._table, self._model = table, model
        self._going_to: Qt.Key | None = None
        table.installEventFilter(self)
        table.verticalScrollBar().valueChanged.connect(self._scrolled)
        model.rowsInserted.connect(self._inserted)
        model.letting_go.connect(self._letting_go)
        model.rowsRemoved.connect(self._removed)
        model.settled.connect(self._settled)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            ways = {Qt.Key.Key_Home: self._model.go_to_start, Qt.Key.Key_End: self._model.go_to_end}
            key = Qt.Key(event.key())
            if key in ways and ways[key]():
                self._going_to = key
                return True
        return super().eventFilter(watched, event)

    def _scrolled(self, value: int) -> None:
        if value < _NEAR_TOP:
            self._model.read_above()

    def _inserted(self, _: QModelIndex, first: int, last: int) -> None:
        if first == 0:
            self._table.move_by(last - first + 1)

    def _letting_go(self, first: int, last: int) -> None:
        if first <= self._table.currentIndex().row() <= last:
            self._table.selectionModel().clear()

    def _removed(self, _: QModelIndex, first: int, last: int) -> None:
        if first == 0:
            self._table.move_by(-(last - first + 1))

    def _settled(self) -> None:
        key, self._going_to = self._going_to, None
        if key is not None and self._model.rowCount():
            line = 0 if key == Qt.Key.Key_Home else self._model.rowCount() - 1
            self._table.choose_line(line)
