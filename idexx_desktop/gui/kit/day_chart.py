"""Visits by day as stacked bars, painted; the states are those of the ledger, in the same order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from idexx_desktop.domain.records import DayCount
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import timewords
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.states import VISIT_LOOKS
from idexx_desktop.gui.strings import kit, tr, tr_count
from idexx_desktop.gui.theme import tokens

_AXIS, _TOP, _WIDEST, _BETWEEN = 22, 10, 44.0, 1.5
# where a day has so much room, each says its date
_DATE = 72.0
# the numbers of the scale at the left; the room of a day where there are few of them; lines of the scale
_SCALE, _MOST_STEP, _MOST_LINES = 30, 96.0, 3


class DayChart(QWidget):
    """One bar a day, oldest left, from the first day that has visits, on a scale of visits.

    Hover and arrow keys tell the numbers; click or Enter: `chosen(date)`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: tuple[DayCount, ...] = ()
        self._current: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_days(self, days: Sequence[DayCount]) -> None:
        """Show these days, without the empty ones before the first that has visits. A chosen day stays chosen."""
        chosen = None if self._current is None else self._days[self._current].day
        ordered = sorted(days, key=lambda day: day.day)
        begin = next((place for place, day in enumerate(ordered) if any(day.counts.values())), len(ordered))
        self._days = tuple(ordered[begin:])
        places = {day.day: place for place, day in enumerate(self._days)}
        self._set_current(None if chosen is None else places.get(chosen))
        total = sum(sum(day.counts.values()) for day in self._days)
        if self._days:
            first, last = (timewords.long_day(self._days[i].day) for i in (0, -1))
            self.setAccessibleName(tr(kit.DAY_CHART, first=first, last=last, total=f"{total:,}"))
        self.update()

    def words_of(self, index: int) -> str:
        """A day in words: its date, its total, and each state that has visits."""
        day = self._days[index]
        total = sum(day.counts.values())
        lines = [
            timewords.long_day(day.day),
            tr_count(kit.DAY_TOTAL_ONE, kit.DAY_TOTAL_MANY, total),
            *(f"{day.counts[s]:,} {VISIT_LOOKS[s].label}" for s in VisitState if day.counts.get(s)),
        ]
        return "\n".join(lines)

    @property
    def count(self) -> int:
        """How many days are shown."""
        return len(self._days)

    def column(self, index: int) -> QRectF:
        """Where a day stands, over the whole height."""
        return QRectF(_SCALE + index * self._step, 0, self._step, self.height())

    def scale(self) -> tuple[int, ...]:
        """The numbers of visits that have a line, from 0 up to at least the highest day."""
        most = max((sum(day.counts.values()) for day in self._days), default=0)
        step = _round_step(most)
        return tuple(range(0, most + step, step)) if most else (0,)

    @property
    def _step(self) -> float:
        return min((self.width() - _SCALE) / max(len(self._days), 1), _MOST_STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - _AXIS
        most = self._paint_scale(painter, base)
        for index, day in enumerate(self._days):
            column = self.column(index)
            if index == self._current:
                painter.setPen(QPen(QColor(theme.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.hover))
                painter.drawRoundedRect(column.adjusted(1, 1, -1, -_AXIS), 6, 6)
            if most:
                self._paint_day(painter, column, day, (base - _TOP) / most)
            begins_week = day.day.weekday() == timewords.first_weekday()
            if begins_week or column.width() >= _DATE or index == len(self._days) - 1:
                self._paint_date(painter, column, index)
        painter.end()

    def _paint_scale(self, painter: QPainter, base: int) -> int:
        """Lines with their numbers; returns the number at the top."""
        lines = self.scale()
        painter.setFont(font(Style.SMALL))
        for number in lines:
            y = base - (base - _TOP) * number / lines[-1] if lines[-1] else float(base)
            painter.fillRect(QRectF(_SCALE, round(y), self.width() - _SCALE, 1), QColor(tokens().line))
            if self._days:
                painter.setPen(QColor(tokens().secondary))
                box = QRectF(0, y - 9, _SCALE - 8, 18)
                side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, side, f"{number:,}")
        return lines[-1]

    def _paint_day(self, painter: QPainter, column: QRectF, day: DayCount, per_visit: float) -> None:
        wide = min(_WIDEST, column.width() * 0.64)
        left, bottom = column.center().x() - wide / 2, float(self.height() - _AXIS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(0.88)  # large areas of the ledger's colours are louder than its thin bar
        for state in VisitState:
            count = day.counts.get(state, 0)
            if not count:
                continue
            high = max(count * per_visit, 3.0)
            box = QRectF(left, bottom - high, wide, max(high - _BETWEEN, 1.5))
            painter.setBrush(QColor(tokens().tone(VISIT_LOOKS[state].tone)))
            painter.drawRoundedRect(box, 2.5, 2.5)
            bottom -= high
        painter.setOpacity(1.0)

    def _paint_date(self, painter: QPainter, column: QRectF, index: int) -> None:
        day = self._days[index].day
        last = index == len(self._days) - 1
        near_last = not last and (len(self._days) - 1 - index) * column.width() < 56
        if near_last:
            return
        painter.setFont(font(Style.SMALL))
        painter.setPen(QColor(tokens().secondary))
        words = timewords.plain_day(day)
        box = QRectF(column.center().x() - 40, self.height() - _AXIS + 4, 80, _AXIS - 4)
        if box.right() > self.width():
            box.moveRight(self.width())
        side = Qt.AlignmentFlag.AlignRight if box.right() >= self.width() else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(box, side | Qt.AlignmentFlag.AlignTop, words)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(self._at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._go_to(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().x())
        if index is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self._days[index].day)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            index = self._at(event.pos().x())
            QToolTip.showText(event.globalPos(), self.words_of(index) if index is not None else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._days:
            start = len(self._days) if self._current is None else self._current
            self._go_to(max(0, min(len(self._days) - 1, start + steps[Qt.Key(event.key())])))
            assert self._current is not None  # noqa: S101 - just set
            middle = self.column(self._current).center()
            QToolTip.showText(
                self.mapToGlobal(QPoint(int(middle.x()), 0)), self.words_of(self._current), self
            )
        elif event.key() in ENTER and self._current is not None:
            self.chosen.emit(self._days[self._current].day)
        else:
            super().keyPressEvent(event)

    def _go_to(self, index: int | None) -> None:
        if index != self._current:
            self._set_current(index)

    def _set_current(self, index: int | None) -> None:
        self._current = index
        self.setAccessibleDescription(self.words_of(index) if index is not None else "")
        self.update()

    def _at(self, x: float) -> int | None:
        index = int((x - _SCALE) // self._step) if self._days else -1
        return index if 0 <= index < len(self._days) else None


def _round_step(most: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … with which a scale up to `most` has few lines."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= step * _MOST_LINES:
                return step
        size *= 10
