"""Lasting messages in a page, and passing ones over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import QuietButton, RowButton
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import Tone

_TONE_ICONS = {
    Tone.GOOD: "circle-check",
    Tone.HELD: "hand",
    Tone.OFF: "info",
    Tone.ATTENTION: "triangle-alert",
    Tone.ACT: "circle-alert",
    Tone.ACCENT: "info",
}
_TOAST_MS = 8000
_TOAST_UP = 36  # px above the foot of the window: inside the cards of a page, not on their edge
_ONE_LINE, _BESIDE = 96, 12  # characters, and px between the words


@dataclass(frozen=True, slots=True)
class BarAction:
    """A button of a bar: a verb, and what it does."""

    text: str
    run: Callable[[], object]


class InlineBar(QFrame):
    """A message that stays until what it says is no longer so.

    Give `closable` only where nothing has to be done; `closed` is emitted when the person closes it.
    """

    closed = Signal()

    def __init__(
        self,
        tone: Tone,
        title: str,
        more: str = "",
        actions: tuple[BarAction, ...] = (),
        *,
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        # what it was made of, where whoever shows it wants to know
        self.made_of: object = None
        self.setProperty("kit", "bar")
        self.setProperty("tone", str(tone))
        self.setAccessibleName(shown(f"{title} {more}".strip()))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 8, 7)
        row.setSpacing(12)
        row.addWidget(Icon(_TONE_ICONS[tone], 18, tone))
        self._row, self._is_long = row, len(title) + len(more) > _ONE_LINE
        self.title = Text(title, Style.STRONG, wrap=self._is_long, parent=self)
        self.more = Text(more, Style.BODY, wrap=True, parent=self)
        self.more.setVisible(bool(more))
        self._words = words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.addLayout(words, 1)
        words.addWidget(self.title)
        if more:
            words.addWidget(self.more, 1)
        else:
            words.addStretch(1)
        self._stand(above=self._is_long)
        self.buttons = [RowButton(action.text, action.run) for action in actions]
        for button in self.buttons:
            row.addWidget(button)
        if closable:
            row.addWidget(QuietButton(tr(kit.CLOSE), self._close, icon_name="x"))
        self.setMinimumHeight(44)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self._row.sizeHint().width() - self._words.sizeHint().width()
        whole = self.more.fontMetrics().horizontalAdvance(self.more.text())
        needed = self.title.sizeHint().width() + _BESIDE + whole if whole else 0
        self._stand(above=self._is_long or needed > event.size().width() - beside)

    def _stand(self, *, above: bool) -> None:
        """The words above each other where a line has no room: beside the first the second would be a narrow column."""
        ways = QBoxLayout.Direction
        self._words.setDirection(ways.TopToBottom if above else ways.LeftToRight)
        self._words.setSpacing(1 if above else _BESIDE)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()


class Toast(QWidget):
    """A passing message at the foot of the window, with Undo where something can be undone.

    It stays while the mouse is on it or its button has the focus.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._undo_action: Callable[[], object] | None = None
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._undo = RowButton(tr(kit.UNDO), self._undo_now)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._words)
        row.addWidget(self._undo)
        row.addWidget(QuietButton(tr(kit.CLOSE), self.hide, icon_name="x"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TOAST_MS)
        self._timer.timeout.connect(self._over)
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Show a message; a new one takes the place of the last."""
        self._undo_action = undo
        self._words.setText(shown(text))
        self.setAccessibleName(shown(text))
        self._undo.setVisible(undo is not None)
        self.show()
        self.raise_()
        self.place()
        self._timer.start()

    def undo(self) -> bool:
        """Undo what it tells of; False where it tells of nothing now that can be undone."""
        offers = self.isVisible() and self._undo_action is not None
        if offers:
            self._undo_now()
        return offers

    def place(self) -> None:
        """Stand in the middle of the foot of the window."""
        host = self.parentWidget()
        self.adjustSize()
        if host:
            self.move((host.width() - self.width()) // 2, host.height() - self.height() - _TOAST_UP)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            # other words, or the same in the font that they get when they are first shown: no part is drawn out
            self.place()
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens().control_line))
        painter.setBrush(QColor(tokens().card))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 10, 10)
        painter.end()

    def _over(self) -> None:
        if self.underMouse() or self._undo.hasFocus():
            self._timer.start()
        else:
            self.hide()

    def _undo_now(self) -> None:
        action, self._undo_action = self._undo_action, None
        self.hide()
        if action:
            action()
