"""The table itself, and the pane that shows it or what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QTableView, QToolTip, QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.empty import EmptyState, loading, no_match, not_loaded
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.kit.text import plain_tip
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.delegate import CellDelegate, cell_room, is_cut
from idexx_desktop.gui.tables.header import Header
from idexx_desktop.gui.tables.model import CellRole, Loading, PagedModel
from idexx_desktop.gui.tables.staying import Place, go_back, place_in
from idexx_desktop.gui.tokens import SPACE, Tone

_LEAST_ROWS = 4


class Table(QTableView):
    """Rows of 44 px, selected whole: `row_chosen(row | None)`; `row_opened(row)` on Enter or double click.

    Where the rows are read again, what is shown and what is selected stays, by key, whatever came or went above it;
    `row_lost` where the selected row isn't among them any more.
    `order_chosen(order)` when a person sorts by a header: `rows.order` is then that, and the rows are to be asked for.

    Columns get their width and their share of what is left; arrows, Page, Home, End walk the rows.
    """

    row_chosen = Signal(object)
    row_opened = Signal(object)
    row_lost = Signal()
    order_chosen = Signal(object)

    def __init__(self, model: PagedModel[Any], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = model
        self._wanted = frozenset(range(len(model.columns)))
        self._place = Place()
        model.needed = self._lines_needed
        self.setAccessibleName(name)
        # held here: Qt's table doesn't, and Python's collector would take it away under it
        self._header = Header(model, self)
        self._header.order_chosen.connect(self._order_chosen)
        self.setHorizontalHeader(self._header)
        self.setItemDelegate(CellDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(SPACE.row)
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)

    def chosen_row(self) -> Any:
        """The row that is selected, or None."""
        lines = self.selectionModel().selectedRows()
        return self.rows.row(lines[0].row()) if lines else None

    def allow_several(self) -> None:
        """More rows than one may be selected, with Ctrl or Shift; `row_chosen` then tells of the first."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def chosen_rows(self) -> list[Any]:
        """The rows that are selected, top down."""
        lines = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.row(line) for line in lines]

    def choose(self, key: str) -> bool:
        """Select the row of this key; False where it isn't loaded."""
        line = self.rows.line_of(key)
        if line is None:
            return False
        self.choose_line(line)
        return True

    def choose_line(self, line: int) -> None:
        """Select this line and no other, whatever keys are held (Qt's own `selectRow` goes by them)."""
        index = self.rows.index(line, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)

    def stand_at(self, key: str | None) -> None:
        """Select nothing; the keyboard is at the row of this key, from which arrows and Enter go on, or nowhere."""
        line = self.rows.line_of(key) if key is not None else None
        self.clearSelection()
        index = self.rows.index(line, 0) if line is not None else QModelIndex()
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if line is not None:
            self.scrollTo(index)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.row_chosen.emit(self.chosen_row())

    def show_columns(self, numbers: Collection[int]) -> None:
        """Show these columns only, in their order, as far as there is room."""
        self._wanted = frozenset(numbers)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def sizeHint(self) -> QSize:
        # it scrolls by itself: a page that has less room for it than for its rows need not
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def move_by(self, rows: int) -> None:
        """So many rows came (or, below 0, went) above what is shown, which stays where it is."""
        self.updateGeometries()
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + rows * SPACE.row)

    def _share_width(self) -> None:
        columns = fitting(self.rows.columns, self._wanted, self.viewport().width())
        spare = max(0, self.viewport().width() - sum(column.width for column in columns.values()))
        shares = sum(column.share for column in columns.values()) or 1.0
        for number in range(len(self.rows.columns)):
            self.setColumnHidden(number, number not in columns)
        for number, column in columns.items():
            self.setColumnWidth(number, column.width + int(spare * column.share / shares))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.chosen_row() is not None:
            self.row_opened.emit(self.chosen_row())
        elif event.key() in ENTER and self.currentIndex().isValid():
            # nothing is selected, but the keyboard is somewhere
            self.choose_line(self.currentIndex().row())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.rows.rowCount():
            # Qt's own go to the first and last column, which says nothing where rows are selected whole
            line = 0 if event.key() == Qt.Key.Key_Home else self.rows.rowCount() - 1
            self.choose_line(line)
        elif event.key() == Qt.Key.Key_Escape and self.chosen_row() is not None:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if self.chosen_row() is not None:
            self.row_opened.emit(self.chosen_row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.tip(event.pos())), self)
            return True
        return super().viewportEvent(event)

    def tip(self, position: QPoint) -> str:
        """What hovering there says: the whole of what is cut off, and what the column adds to it."""
        index = self.indexAt(position)
        cell = index.data(CellRole)
        if cell is None:
            return ""
        own = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        room = cell_room(self, self.visualRect(index), index.column()).width()
        whole = cell.spoken() if is_cut(cell, room) else ""
        return own if whole in own else "\n".join(part for part in (whole, own) if part)

    def _hover(self, line: int) -> None:
        if line != self.property("hoverRow"):
            self.setProperty("hoverRow", line)
            self.viewport().update()

    def _order_chosen(self, order: object) -> None:
        self.scrollToTop()
        self.order_chosen.emit(order)

    def _keep(self) -> None:
        self._place = place_in(self)

    def _restore(self) -> None:
        place, self._place = self._place, Place()
        lines = self.rows.lines_of({place.current, *place.chosen})
        current = lines.get(place.current)
        if current is not None:
            self.selectionModel().setCurrentIndex(
                self.rows.index(current, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )
        chosen = QItemSelection()
        for key in place.chosen:
            if key in lines:
                index = self.rows.index(lines[key], 0)
                chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(chosen, flags)
        self.updateGeometries()
        if self.rows.is_again:
            go_back(self, place)
        elif chosen.indexes():
            self.scrollTo(chosen.indexes()[0])
        if place.chosen and not chosen.indexes():
            self.row_lost.emit()

    def _lines_needed(self) -> int:
        last = self.rowAt(self.viewport().height() - 1)
        chosen = max((index.row() for index in self.selectionModel().selectedRows()), default=-1)
        return max(self.rows.rowCount() if last < 0 else last + 1, chosen + 1)


class TablePane(Card):
    """A card with a table in it, or the empty state that fits.

    `nothing_yet` makes the first empty state; where `filtered()`, it is "no match" with `clear_filters`. Where only a
    part of the list could be read, `rest` below it says so: it never looks like the whole.
    """

    def __init__(
        self,
        model: PagedModel[Any],
        name: str,
        nothing_yet: Callable[[], EmptyState],
        filtered: Callable[[], bool],
        clear_filters: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(inside=6, parent=parent)
        self.table = Table(model, name)
        self.notice: EmptyState | None = None
        self.rest: InlineBar | None = None
        self._model = model
        self._nothing_yet, self._filtered, self._clear_filters = nothing_yet, filtered, clear_filters
        self._stack = QStackedLayout()
        self.body.addLayout(self._stack, 1)
        self._stack.addWidget(self.table)  # after its parent is known: else it would be a window for a moment
        self._around = Scrolling(name="notice", stretched=True)
        self._stack.addWidget(self._around)
        self.table.setMinimumHeight(_LEAST_ROWS * SPACE.row)
        model.settled.connect(self._settled)
        self._show_notice(loading())

    def say_again(self) -> None:
        """What stands in place of no rows depends on more than the rows, and that has changed."""
        if self._model.state in (Loading.READY, Loading.FAILED):
            self._settled()

    def _settled(self) -> None:
        failure = self._model.failure
        if self._model.state is Loading.FAILED and failure:
            self._show_notice(not_loaded(failure, self._model.refresh))
        elif self._model.rowCount():
            self._show_notice(None)
        elif self._filtered():
            self._show_notice(no_match(self._clear_filters))
        else:
            self._show_notice(self._nothing_yet())
        self._show_rest(failure if self._model.state is Loading.READY else None)

    def _show_rest(self, failure: Failure | None) -> None:
        if self.rest:
            self.body.removeWidget(self.rest)
            self.rest.hide()
            self.rest.deleteLater()
            self.rest = None
        if failure:
            again = BarAction(tr(kit.TRY_AGAIN), self._read_on)
            more = f"{failure.title} {failure.advice}"
            self.rest = InlineBar(Tone.ATTENTION, tr(kit.REST_NOT_LOADED), more, (again,))
            self.body.addWidget(self.rest)
            self.rest.show()  # at once, not with the layout's next turn

    def _read_on(self) -> None:
        self.table.setFocus()  # the button goes with its message
        self._model.read_on()

    def _show_notice(self, notice: EmptyState | None) -> None:
        if self.notice:
            self._around.column.removeWidget(self.notice)
            self.notice.hide()
            self.notice.deleteLater()
        self.notice = notice
        if notice:
            self._around.column.addWidget(notice)
            self._stack.setCurrentWidget(self._around)
        else:
            self._stack.setCurrentWidget(self.table)


def fitting(columns: Sequence[Column[Any]], wanted: Collection[int], room: int) -> dict[int, Column[Any]]:
    """The wanted columns by number, without those that are dropped because `room` pixels aren't enough for all.

    Where even the others are too wide, each gives up its share: what is cut off then is said on hover.
    """
    shown = {number: column for number, column in enumerate(columns) if number in wanted}
    while sum(column.width for column in shown.values()) > room:
        first = max(shown, key=lambda number: shown[number].drop)
        if not shown[first].drop:
            break
        del shown[first]
    needed = sum(column.width for column in shown.values())
    if needed <= room or room <= 0:
        return shown
    return {number: replace(column, width=column.width * room // needed) for number, column in shown.items()}
