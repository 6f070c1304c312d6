"""Paints every cell of every table: one or two lines, or a pill; hairlines, hover and selection."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.pills import paint_pill, pill_size
from idexx_desktop.gui.tables.columns import Cell
from idexx_desktop.gui.tables.header import EDGE, SIDE
from idexx_desktop.gui.tables.model import CellRole
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE

# no cell is wide enough for more characters
_SHOWN = 400
_RING = 2  # px
_LINES = {True: (Style.STRONG, Style.SMALL), False: (Style.BODY, Style.SMALL)}


class CellDelegate(QStyledItemDelegate):
    """See the module."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, SPACE.row)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view, cell = option.widget, index.data(CellRole)
        if not isinstance(view, QTableView) or not isinstance(cell, Cell):
            return
        painter.save()
        self._paint_surface(painter, option, view, index)
        room = cell_room(view, option.rect, index.column())
        if cell.pill:
            paint_pill(painter, cell.pill, QPointF(room.left(), room.center().y()), room.width())
        else:
            self._paint_words(painter, room, cell)
        painter.restore()

    def _paint_surface(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        view: QTableView,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme, rect = tokens(), option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or view.property("hoverRow") == index.row():
            painter.fillRect(rect, QColor(theme.selection if selected else theme.hover))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        if view.hasFocus() and view.currentIndex().row() == index.row():
            shown = [
                number for number in range(view.model().columnCount()) if not view.isColumnHidden(number)
            ]
            sides = [
                QRect(rect.left(), top, rect.width(), _RING)
                for top in (rect.top(), rect.bottom() + 1 - _RING)
            ]
            if index.column() == shown[0]:
                sides.append(QRect(rect.left(), rect.top(), _RING, rect.height()))
            if index.column() == shown[-1]:
                sides.append(QRect(rect.right() + 1 - _RING, rect.top(), _RING, rect.height()))
            for side in sides:
                painter.fillRect(side, QColor(theme.accent))

    def _paint_words(self, painter: QPainter, room: QRectF, cell: Cell) -> None:
        theme = tokens()
        first, second = _LINES[cell.strong]
        side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        color = theme.secondary if cell.muted else theme.ink
        if cell.second:
            upper = QRectF(room.left(), room.top() + 5, room.width(), 18)
            lower = QRectF(room.left(), room.top() + 22, room.width(), 17)
            _line(painter, upper, cell.text, first, color, side)
            _line(painter, lower, cell.second, second, theme.secondary, side)
        else:
            self._paint_one(painter, room, cell, first, color, side)

    def _paint_one(
        self,
        painter: QPainter,
        room: QRectF,
        cell: Cell,
        style: Style,
        color: str,
        side: Qt.AlignmentFlag,
    ) -> None:
        metrics = QFontMetrics(font(Style.SECONDARY))
        if not cell.wrap or metrics.horizontalAdvance(cell.text) <= room.width():
            _line(painter, room, cell.text, Style.SECONDARY if cell.wrap else style, color, side)
            return
        upper, lower = two_lines(_one_line(cell.text), metrics, int(room.width()) - 2)
        above = QRectF(room.left(), room.top() + 4, room.width(), 18)
        _line(painter, above, upper, Style.SECONDARY, color, side)
        _line(painter, above.translated(0, 17), lower, Style.SECONDARY, color, side)


def is_cut(cell: Cell, room: float) -> bool:
    """Whether some of its words end in … in so much room."""
    if cell.pill:
        return pill_size(cell.pill).width() > room
    first, second = _LINES[cell.strong]
    if cell.second and _wide(cell.second, second) > room:
        return True
    if not cell.wrap or cell.second:
        return _wide(cell.text, first) > room
    if _wide(cell.text, Style.SECONDARY) <= room:
        return False
    lines = two_lines(_one_line(cell.text), QFontMetrics(font(Style.SECONDARY)), int(room) - 2)
    return len(cell.text) > _SHOWN or any(_wide(line, Style.SECONDARY) > room for line in lines)


def _wide(text: str, style: Style) -> float:
    return QFontMetricsF(font(style)).horizontalAdvance(text[: _SHOWN + 1])


def two_lines(text: str, metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """A text in two parts, cut between words so that the first fits; the second may be too long still."""
    words = text.split(" ")
    fits = 1
    while fits < len(words) and metrics.horizontalAdvance(" ".join(words[: fits + 1])) <= width:
        fits += 1
    return " ".join(words[:fits]), " ".join(words[fits:])


def cell_room(view: QTableView, rect: QRect, column: int) -> QRectF:
    """Where the words of a cell may stand."""
    last = view.model().columnCount() - 1
    left = EDGE if column == 0 else SIDE
    return QRectF(rect).adjusted(left, 0, -(EDGE if column == last else SIDE), 0)


def _line(
    painter: QPainter, room: QRectF, text: str, style: Style, color: str, side: Qt.AlignmentFlag
) -> None:
    painter.setFont(font(style))
    painter.setPen(QColor(color))
    shown = painter.fontMetrics().elidedText(_one_line(text), Qt.TextElideMode.ElideRight, int(room.width()))
    flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(room, flags, shown)


def _one_line(text: str) -> str:
    return " ".join(text[:_SHOWN].split()) if "\n" in text or len(text) > _SHOWN else text
