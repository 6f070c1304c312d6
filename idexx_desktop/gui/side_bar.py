"""The bar at the left: the clinic, the pages, and where the records are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.pressing import pressed_by_enter
from idexx_desktop.gui.kit.text import ElidedText
from idexx_desktop.gui.pages.registry import PageEntry
from idexx_desktop.gui.strings import shell, tr
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE


class NavButton(QAbstractButton):
    """One page in the side bar, with a count where something waits there."""

    def __init__(self, entry: PageEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._count = 0
        self.setCheckable(True)
        self.setFixedHeight(36)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """Show how many wait; 0 shows no badge."""
        self._count = count
        title = tr(self.entry.title)
        self.setText(title)
        named = tr(shell.NAV_COUNT, title=title, count=f"{count:,}") if count else title
        self.setAccessibleName(named)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SPACE.side_bar - 24, 36)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, box = tokens(), QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        surface = theme.accent_soft if self.isChecked() else theme.track if self.underMouse() else None
        if surface or self.hasFocus():
            ring = QPen(QColor(theme.accent), 2) if self.hasFocus() else QPen(Qt.PenStyle.NoPen)
            painter.setPen(ring)
            painter.setBrush(QColor(surface) if surface else Qt.BrushStyle.NoBrush)
            inset = 1 if self.hasFocus() else 0
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 8, 8)
        color = theme.accent if self.isChecked() else theme.secondary
        draw_icon(painter, self.entry.icon, color, QRectF(10, 9, 18, 18))
        painter.setFont(font(Style.STRONG if self.isChecked() else Style.MEDIUM))
        painter.setPen(QColor(color))
        words = box.adjusted(38, 0, -8, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._count:
            self._paint_badge(painter)
        painter.end()

    def _paint_badge(self, painter: QPainter) -> None:
        words = f"{self._count:,}" if self._count < 1000 else "999+"
        wide = max(22.0, QFontMetrics(font(Style.SMALL_STRONG)).horizontalAdvance(words) + 14.0)
        box = QRectF(self.width() - 10 - wide, (self.height() - 18) / 2, wide, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().attention_soft))
        painter.drawRoundedRect(box, 9, 9)
        painter.setFont(font(Style.SMALL_STRONG))
        painter.setPen(QColor(tokens().attention))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class _Logo(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(30, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().accent))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        draw_icon(painter, "paw-print", tokens().on_accent, QRectF(7, 7, 16, 16))
        painter.end()


class SideBar(QWidget):
    """`chosen(page_id)` when the person picks a page; Tab and the arrows walk through them."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[PageEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(SPACE.side_bar)
        self.setAccessibleName(tr(shell.NAVIGATION))
        self.clinic = ElidedText(tr(shell.PRODUCT), Style.STRONG)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 20, 13, 22)
        column.setSpacing(2)
        column.addLayout(self._top())
        column.addSpacing(18)
        self.buttons: dict[str, NavButton] = {}
        for entry in entries:
            button = NavButton(entry, self)
            button.clicked.connect(self._clicked)
            self.buttons[entry.page_id] = button
            column.addWidget(button)
        column.addStretch(1)
        self._place = ElidedText("", Style.SMALL, "secondary")
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 0, 0)
        foot.setSpacing(6)
        self._lock = Icon("lock", 13)
        foot.addWidget(self._lock)
        foot.addWidget(self._place, 1)
        self._lock.hide()
        column.addLayout(foot)

    def set_clinic(self, name: str, place: str) -> None:
        """Say whose records are open, and where they are."""
        self.clinic.setText(name)
        self._place.setText(place)
        self._lock.show()

    def mark(self, page_id: str) -> None:
        """Show which page is in front."""
        for each, button in self.buttons.items():
            button.setChecked(each == page_id)

    def set_count(self, page_id: str, count: int) -> None:
        """Show how many wait on a page."""
        if page_id in self.buttons:
            self.buttons[page_id].set_count(count)

    def _top(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.clinic)
        words.addWidget(ElidedText(tr(shell.PRODUCT), Style.SMALL, "secondary"))
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 4, 0)
        top.setSpacing(10)
        top.addWidget(_Logo())
        top.addLayout(words, 1)
        return top

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, NavButton):
            self.chosen.emit(button.entry.page_id)
