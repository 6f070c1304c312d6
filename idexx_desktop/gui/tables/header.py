"""The header of a table: titles, and for those that sort, the arrow of the order and the way to another one.

With the mouse a click, on the keyboard Tab to the header, left and right among the titles that sort, Enter. A title
that sorts by one thing turns its order around; one that sorts by several opens a menu of them.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAction,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QHeaderView, QWidget

from idexx_desktop.domain.orders import Order
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.kit.menus import ChoiceMenu
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.strings import sorting, tr
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.model import MarkRole, PagedModel
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE

EDGE, SIDE = 12, 8
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ARROW = 13.0
ARROW_ROOM = _ARROW + 3


class Header(QHeaderView):
    """Titles in the label style. `order_chosen(Order)` once the model says another order in its header."""

    order_chosen = Signal(object)

    def __init__(self, model: PagedModel[object], table: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self._rows = model
        self._at = 0
        self._pressed = -1
        self._menu = ChoiceMenu(self)
        self._menu.triggered.connect(self._picked)
        self.setFixedHeight(SPACE.row)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMinimumSectionSize(48)
        self.setMouseTracking(True)
        if any(column.sorts for column in model.columns):
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._say()

    def choose(self, section: int) -> None:
        """As a click on this title; nothing where it doesn't sort."""
        sorts = self._column(section).sorts
        if len(sorts) == 1:
            self._order(self._rows.turned(sorts[0]))
        elif sorts:
            self._menu.clear()
            for sort in sorts:
                for down in (sort.down_first, not sort.down_first):
                    order = Order(sort.by, down)
                    self._menu.add(order, sort.words(down=down)).setChecked(order == self._rows.order)
            self._menu.popup(
                self.viewport().mapToGlobal(QPoint(self.sectionViewportPosition(section), self.height()))
            )

    def menu(self) -> ChoiceMenu:
        """What a title opens that sorts by several things."""
        return self._menu

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._at not in self._sorting():
            self._at = next(iter(self._sorting()), 0)
        self._say()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(_STEPS[key])
        elif key in (*ENTER, Qt.Key.Key_Space):
            self.choose(self._at)
        elif key == Qt.Key.Key_Down:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        resizing = self.cursor().shape() is Qt.CursorShape.SplitHCursor
        sorts = event.button() is Qt.MouseButton.LeftButton and not resizing
        self._pressed = -1 if not sorts else self.logicalIndexAt(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, -1
        if pressed >= 0 and pressed == self.logicalIndexAt(event.position().toPoint()):
            self.choose(pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.cursor().shape() is not Qt.CursorShape.SplitHCursor:
            over = self.logicalIndexAt(event.position().toPoint())
            sorts = over >= 0 and self._column(over).sorts
            self.setCursor(Qt.CursorShape.PointingHandCursor if sorts else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.unsetCursor()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        theme = tokens()
        title = self._column(logicalIndex).title
        mark = self._rows.headerData(logicalIndex, Qt.Orientation.Horizontal, MarkRole)
        painter.save()
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        left = EDGE if logicalIndex == 0 else SIDE
        room = QRectF(rect).adjusted(left, 0, -SIDE, 0)
        if self.hasFocus() and logicalIndex == self._at:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(QRectF(rect).adjusted(left - 6, 6, -3, -7), 6, 6)
        words = QRectF(room)
        if mark:
            words.setRight(room.right() - ARROW_ROOM)
        metrics = QFontMetrics(font(Style.LABEL))
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.setFont(font(Style.LABEL))
        painter.setPen(QColor(theme.secondary))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if mark:
            start = room.left() + metrics.horizontalAdvance(shown) + 5
            box = QRectF(start, room.center().y() - _ARROW / 2, _ARROW, _ARROW)
            draw_icon(painter, f"arrow-{mark}", theme.secondary, box)
        painter.restore()

    def _column(self, section: int) -> Column[object]:
        return self._rows.columns[section]

    def _sorting(self) -> list[int]:
        """The titles that sort, from left to right."""
        shown = (number for number in range(self.count()) if not self.isSectionHidden(number))
        return [number for number in shown if self._column(number).sorts]

    def _step(self, by: int) -> None:
        sorting = self._sorting()
        place = sorting.index(self._at) + by if self._at in sorting else 0
        if 0 <= place < len(sorting):
            self._at = sorting[place]
            self._say()
            self.viewport().update()

    def _picked(self, action: QAction) -> None:
        self._order(action.data())

    def _order(self, order: Order) -> None:
        self._rows.set_order(order)
        self._say()
        self.order_chosen.emit(order)

    def _say(self) -> None:
        """The name of the header is the title at which it is: a widget has one name only."""
        words = self._rows.headerData(self._at, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
        self.setAccessibleName(tr(sorting.SORT_BY, title=words))
        if self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
