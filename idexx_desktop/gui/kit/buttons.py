"""Buttons: primary, secondary, in rows, links, quiet icons, and the one that syncs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon, icon
from idexx_desktop.gui.kit.pressing import pressed_by_enter
from idexx_desktop.gui.kit.text import plain_tip
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import kit, shell, tr
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE

_ICON = 16
_TRAILING_GAP = 8
_MOST_CLAIMED = 220
_RING, _RING_IN, _RING_RADIUS = 2.0, 4.0, 5.0  # px: how thick, how far inside, how round
_FROM_EDGE = 4  # px between a field and the button inside it


class Button(QPushButton):
    """A button of the kit. Use one of the kinds below."""

    kind = ""
    style_of_text = Style.MEDIUM
    high = SPACE.button

    def __init__(
        self,
        text: str,
        clicked: Callable[[], object] | None = None,
        *,
        icon_name: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._whole, self._other_tip, self._cut = "", "", False
        self.setProperty("kit", self.kind)
        self.setFont(font(self.style_of_text))
        self.setFixedHeight(self.high)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setAutoDefault(False)
        # a click does not take the focus: its ring is for people on the keyboard
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_words(text)
        self.set_icon(icon_name)
        if clicked:
            self.clicked.connect(clicked)

    def set_words(self, text: str) -> None:
        """Change the text (an ampersand is shown, never a mnemonic)."""
        text = shown(text)
        self.setAccessibleName(text)
        # two leading spaces where an icon stands: Qt leaves 4 px there, the design 8
        self._whole = ("  " if self._icon_name and text else "") + text.replace("&", "&&")
        if self._cut:  # what was said on hover were the words of before
            self._cut = False
            self.setToolTip(self._other_tip)
        self.setText(self._whole)
        self._fit()

    def set_icon(self, name: str | None) -> None:
        """Change the icon, drawn in the colour of the text."""
        self._icon_name = name
        if name:
            self.setIcon(icon(name, self._icon_color(), _ICON, self._off_color()))

    def sizeHint(self) -> QSize:
        """The room that all of its words need."""
        return super().sizeHint() + QSize(self._wide(self._whole) - self._wide(self.text()), 0)

    def minimumSizeHint(self) -> QSize:
        """Names in it may be of any length, and must not push others out of sight."""
        whole = self.sizeHint()
        return QSize(min(whole.width(), _MOST_CLAIMED), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """End in … where there is no room for all words, and say them on hover."""
        if not self.isVisible() or not self._whole:
            return
        lacking, fitting = self.sizeHint().width() - self.width(), self._whole
        if lacking > 0:
            room = self._wide(self._whole) - lacking
            fitting = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        if fitting != self.text():
            self.setText(fitting)
        if (fitting != self._whole) != self._cut:
            self._cut = not self._cut
            if self._cut:
                self._other_tip = self.toolTip()
            self.setToolTip(
                plain_tip(self._whole.strip().replace("&&", "&")) if self._cut else self._other_tip
            )

    def _wide(self, words: str) -> int:
        return self.fontMetrics().horizontalAdvance(words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.set_icon(self._icon_name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.kind == PrimaryButton.kind and self.hasFocus():
            self._draw_ring()

    def _draw_ring(self) -> None:
        # inside the accent's own surface, by hand: a stylesheet's double border is broken off at its corners
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens().on_accent), _RING))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(_RING_IN, _RING_IN, -_RING_IN, -_RING_IN), _RING_RADIUS, _RING_RADIUS
        )
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def _icon_color(self) -> str:
        return tokens().ink

    def _off_color(self) -> str:
        return tokens().off


class PrimaryButton(Button):
    """The one main action of a page or panel."""

    kind = "primary"

    def _icon_color(self) -> str:
        return tokens().on_accent

    def _off_color(self) -> str:
        return tokens().on_accent


class SecondaryButton(Button):
    """Any other action."""

    kind = "secondary"


class RowButton(Button):
    """An action inside a row or a bar."""

    kind = "row"
    style_of_text = Style.LABEL
    high = SPACE.row_button


class LinkButton(Button):
    """Text that leads somewhere."""

    kind = "link"
    style_of_text = Style.SECONDARY
    high = 24

    def _icon_color(self) -> str:
        return tokens().accent


class QuietButton(Button):
    """An icon alone, 28 px square; its words are its accessible name and tooltip."""

    kind = "quiet"
    high = 28

    def __init__(
        self,
        words: str,
        clicked: Callable[[], object] | None = None,
        *,
        icon_name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", clicked, icon_name=icon_name, parent=parent)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setFixedWidth(self.high)

    def _icon_color(self) -> str:
        return tokens().secondary


class TrailingButton(Button):
    """A button with an icon or a short hint at its right end."""

    def __init__(
        self,
        text: str,
        clicked: Callable[[], object] | None = None,
        *,
        icon_name: str | None = None,
        trailing_icon: str | None = None,
        trailing_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._trailing_icon, self._trailing_text = trailing_icon, trailing_text
        super().__init__(text, clicked, icon_name=icon_name, parent=parent)

    def set_trailing(self, *, icon_name: str | None = None, text: str = "") -> None:
        """Change what stands at the right end."""
        self._trailing_icon, self._trailing_text = icon_name, text
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(self._trailing_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        # text to the left only while something stands at the right: else it is centred like any button's
        super().paintEvent(event)
        inset = 13.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._trailing_icon:
            size = 14.0
            corner = QPointF(self.width() - inset - size, (self.height() - size) / 2)
            draw_icon(
                painter,
                self._trailing_icon,
                self._trailing_color(),
                QRectF(corner.x(), corner.y(), size, size),
            )
        elif self._trailing_text:
            painter.setPen(QColor(self._trailing_color()))
            painter.setFont(font(Style.SMALL))
            box = QRectF(self.rect()).adjusted(0, 0, -inset, 0)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._trailing_text
            )
        painter.end()

    def _trailing_width(self) -> int:
        if self._trailing_icon:
            return 14 + _TRAILING_GAP
        if self._trailing_text:
            from PySide6.QtGui import QFontMetrics

            return QFontMetrics(font(Style.SMALL)).horizontalAdvance(self._trailing_text) + _TRAILING_GAP + 4
        return 0

    def _trailing_color(self) -> str:
        return self._icon_color() if self.isEnabled() else self._off_color()


class KeyButton(TrailingButton):
    """An action inside a panel with the key that does the same at its right end."""

    kind = "row"
    style_of_text = Style.LABEL
    high = SPACE.row_button

    def __init__(
        self,
        text: str,
        clicked: Callable[[], object],
        icon_name: str,
        key: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, clicked, icon_name=icon_name, trailing_text=key, parent=parent)
        self.setProperty("trailing", True)
        self.setAccessibleDescription(tr(kit.KEY, key=key))

    def _trailing_width(self) -> int:
        # the figure stands where any button has room after its words
        return super()._trailing_width() - _TRAILING_GAP + 1

    def _trailing_color(self) -> str:
        return tokens().secondary if self.isEnabled() else self._off_color()


class NextButton(TrailingButton):
    """The main action of a panel, with its key at the right end."""

    kind = "primary"

    def __init__(
        self, text: str, clicked: Callable[[], object], *, trailing_text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, clicked, trailing_text=trailing_text, parent=parent)
        self.setProperty("trailing", True)

    def _icon_color(self) -> str:
        return tokens().on_accent


class SyncButton(TrailingButton):
    """Sync now; while a sync runs it says so."""

    kind = "primary"

    def __init__(self, clicked: Callable[[], object], *, parent: QWidget | None = None) -> None:
        super().__init__(
            tr(shell.SYNC_NOW),
            clicked,
            icon_name="refresh-cw",
            trailing_text=tr(shell.SYNC_KEY),
            parent=parent,
        )
        self.setProperty("trailing", True)
        self.setToolTip(tr(shell.SYNC_HELP))

    def set_syncing(self, syncing: bool) -> None:
        """Show whether a sync is running."""
        self.setEnabled(not syncing)
        self.set_words(tr(shell.SYNCING if syncing else shell.SYNC_NOW))
        self.set_trailing(text="" if syncing else tr(shell.SYNC_KEY))

    def _icon_color(self) -> str:
        return tokens().on_accent

    def _off_color(self) -> str:
        return tokens().on_accent


def put_inside(field: QWidget, button: QuietButton) -> None:
    """Put a button at the end of the field that it belongs to."""
    button.move(field.width() - button.width() - _FROM_EDGE, (field.height() - button.height()) // 2)
