"""Labels: plain text in the styles of the design."""

from __future__ import annotations

import re
import unicodedata
from html import escape

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QDrag,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QMenu, QSizePolicy, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.shown import shown, shown_lines
from idexx_desktop.gui.strings import kit, tr

_BREAK = "\u200b"
_LONGEST_WORD, _PIECE = 20, 10
_SEPARATORS = r"/\\_\-.@,;:|=&?"  # of paths, addresses, zones and the like: better places than any
# a longer one would be higher than the screen: what may be longer has a panel
_LONGEST_TIP = 1500


class Text(QLabel):
    """Plain text. `color` is secondary, accent, or a tone's name; None is ink.

    Where it wraps, a word that is longer than a line may go on in the next one.
    """

    def __init__(
        self,
        text: str = "",
        style: Style = Style.BODY,
        color: str | None = None,
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        # where what is marked was pressed, to be dragged
        self._grasped: QPoint | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(style))
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.set_color(color)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show it harmless: one line, or as many as it has where it wraps."""
        super().setText(_broken(shown_lines(text)) if self.wordWrap() else shown(text))

    def text(self) -> str:
        """What it says, without the places where a long word may break."""
        return super().text().replace(_BREAK, "")

    def marked(self) -> str:
        """What somebody has marked, as it is to be copied: with its lines, without the places where words may break."""
        return self.selectedText().replace(_BREAK, "").replace("\u2029", "\n")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._copy()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        before = self.selectionStart(), self.selectedText()
        super().mousePressEvent(event)
        # pressed beside of what is marked, Qt takes the mark away
        stays = self.hasSelectedText() and before == (self.selectionStart(), self.selectedText())
        self._grasped = event.position().toPoint() if stays else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grasped is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        moved = event.position().toPoint() - self._grasped
        if moved.manhattanLength() >= QApplication.startDragDistance():
            self._grasped = None
            self._drag()

    def _drag(self) -> None:
        """What is marked, as it would be copied: Qt's own drag has the places where words may break in it."""
        data = QMimeData()
        data.setText(self.marked())
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        clipboard = QGuiApplication.clipboard()
        if self.hasSelectedText() and clipboard.supportsSelection():
            clipboard.setText(self.marked(), QClipboard.Mode.Selection)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().contextMenuEvent(event)
            return
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """What the other mouse button opens where a text can be marked."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.addAction(tr(kit.COPY), self._copy).setEnabled(self.hasSelectedText())
        made.addAction(tr(kit.SELECT_ALL), self._select_all)
        return made

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.marked())

    def _select_all(self) -> None:
        self.setSelection(0, len(super().text()))

    def set_color(self, color: str | None) -> None:
        """Change the colour."""
        self.setProperty("color", color or "")
        self.style().unpolish(self)
        self.style().polish(self)


class ElidedText(Text):
    """One line that ends in … where it is too long, and then shows the whole on hover, above its own `tip`."""

    tip = ""

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def set_tip(self, words: str) -> None:
        """What hovering says, whether or not the text is cut."""
        self.tip = words
        self._tell()

    def _tell(self) -> None:
        """At once and not when it is painted: a screen reader asks for what was scrolled away, too."""
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(plain_tip("\n".join(part for part in (self.text() if cut else "", self.tip) if part)))

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()


def selectable(words: Text) -> None:
    """Let a text be marked and copied, with the mouse and with keys."""
    flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    words.setTextInteractionFlags(flags)
    words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)


def plain_tip(text: str) -> str:
    """Text from outside for a tooltip, which would else take it for HTML where it looks like it."""
    if len(text) > _LONGEST_TIP:
        text = f"{text[:_LONGEST_TIP].rstrip()}…"
    return f'<p style="white-space: pre-wrap">{escape(_broken(shown_lines(text)))}</p>' if text else ""


def _broken(text: str) -> str:
    """Let words break that may be longer than a line, never between a letter and its marks."""
    return re.sub(rf"\S{{{_LONGEST_WORD + 1},}}", _in_pieces, text)


def _in_pieces(word: re.Match[str]) -> str:
    parts = re.split(rf"(?<=[{_SEPARATORS}])(?![\u0300-\u036f])", word[0])
    return _BREAK.join(part if len(part) <= _PIECE else _anywhere(part) for part in parts if part)


def _anywhere(part: str) -> str:
    made, since = [], 0
    for symbol in part:
        if since >= _PIECE and unicodedata.category(symbol)[0] not in "MC":
            made.append(_BREAK)
            since = 0
        made.append(symbol)
        since += 1
    return "".join(made)


class Line(QFrame):
    """A hairline between rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kit", "line")
        self.setFixedHeight(1)
