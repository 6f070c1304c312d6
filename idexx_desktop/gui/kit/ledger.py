"""The ledger: one bar whose parts add up to the number of visits, with a legend of buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.pressing import pressed_by_enter
from idexx_desktop.gui.states import VISIT_LOOKS
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.theme import tokens

_BAR, _BETWEEN, _LEAST, _PAD, _GAP = 14, 2.0, 6.0, 2, 6


class LedgerPart(QAbstractButton):
    """One entry of the legend: icon, count, words. Clicking it shows those visits."""

    def __init__(self, state: VisitState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._count = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """Change the number."""
        self._count = count
        label = VISIT_LOOKS[self.state].label
        words = tr(kit.LEDGER_PART, count=f"{count:,}", state=label)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        count = QFontMetrics(font(Style.STRONG)).horizontalAdvance(f"{self._count:,}")
        words = QFontMetrics(font(Style.BODY)).horizontalAdvance(VISIT_LOOKS[self.state].label)
        return QSize(_PAD + 15 + _GAP + count + _GAP + words + 7, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, theme = VISIT_LOOKS[self.state], tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        draw_icon(painter, look.icon, theme.tone(look.tone), QRectF(_PAD, (self.height() - 15) / 2, 15, 15))
        number = f"{self._count:,}"
        left = _PAD + 15 + _GAP
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(Style.STRONG))
        painter.setPen(QColor(theme.ink))
        painter.drawText(QRectF(left, 0, self.width(), self.height()), middle, number)
        left += painter.fontMetrics().horizontalAdvance(number) + _GAP
        painter.setFont(font(Style.BODY))
        painter.setPen(QColor(theme.secondary))
        words = painter.fontMetrics().elidedText(look.label, Qt.TextElideMode.ElideRight, self.width() - left)
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), middle, words)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


class _Bar(QWidget):
    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.counts: dict[VisitState, int] = {}
        self.setFixedHeight(_BAR)
        self.setMouseTracking(True)

    def segments(self) -> list[tuple[VisitState, QRectF]]:
        """The parts that have visits, left to right; none is too narrow to hit."""
        present = [(state, self.counts.get(state, 0)) for state in VisitState if self.counts.get(state)]
        total = sum(count for _, count in present)
        room = self.width() - _BETWEEN * max(len(present) - 1, 0)
        spare = room - _LEAST * len(present)
        left, parts = 0.0, []
        for state, count in present:
            width = _LEAST + spare * count / total
            parts.append((state, QRectF(left, 0, width, _BAR)))
            left += width + _BETWEEN
        return parts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), _BAR / 2, _BAR / 2)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(tokens().card if self.counts else tokens().track))
        if not any(self.counts.values()):
            painter.fillRect(self.rect(), QColor(tokens().track))
        for state, box in self.segments():
            painter.fillRect(box, QColor(tokens().tone(VISIT_LOOKS[state].tone)))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        state = self._at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if state else Qt.CursorShape.ArrowCursor)
        if state:
            words = f"{self.counts[state]:,} {VISIT_LOOKS[state].label}"
            QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        state = self._at(event.position())
        if state and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(state)

    def _at(self, position: QPointF) -> VisitState | None:
        return next((state for state, box in self.segments() if box.contains(position)), None)


class LedgerBar(QWidget):
    """Visits by state. `chosen(VisitState)` when a part of the bar or of the legend is clicked."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.bar = _Bar(self)
        self.bar.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.bar)
        self._legend = FlowRow(gap=4)
        self.parts: dict[VisitState, LedgerPart] = {}
        for state in VisitState:
            part = LedgerPart(state, self)
            part.clicked.connect(self._part_clicked)
            self.parts[state] = part
            self._legend.add(part)
        column.addWidget(self._legend)

    def set_counts(self, counts: dict[VisitState, int]) -> None:
        """Show these numbers; a state that is missing has none."""
        self.bar.counts = dict(counts)
        self.bar.update()
        for state, part in self.parts.items():
            part.set_count(counts.get(state, 0))

    @property
    def total(self) -> int:
        """The number of visits that the parts add up to."""
        return sum(self.bar.counts.values())

    def _part_clicked(self) -> None:
        part = self.sender()
        if isinstance(part, LedgerPart):
            self.chosen.emit(part.state)
