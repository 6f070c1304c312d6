"""State pills and icon tiles: painted, so that tables and widgets show the very same."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.kit.text import plain_tip
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE, Tone

_HIGH, _SIDE, _ICON, _GAP = 24.0, 8.0, 14.0, 6.0


def pill_size(look: PillLook) -> QSizeF:
    """How much room a pill takes when nothing is cut off."""
    words = QFontMetricsF(font(Style.LABEL)).horizontalAdvance(look.text)
    return QSizeF(_SIDE + _ICON + _GAP + words + _SIDE, _HIGH)


def paint_pill(painter: QPainter, look: PillLook, left_center: QPointF, room: float) -> None:
    """Draw a pill whose left end is at `left_center`, not wider than `room`."""
    width = min(pill_size(look).width(), room)
    box = QRectF(left_center.x(), left_center.y() - _HIGH / 2, width, _HIGH)
    color = tokens().text(look.tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().soft(look.tone)))
    painter.drawRoundedRect(box, SPACE.pill_radius, SPACE.pill_radius)
    glyph = QRectF(box.left() + _SIDE, box.center().y() - _ICON / 2, _ICON, _ICON)
    draw_icon(painter, look.icon, color, glyph)
    words = box.adjusted(_SIDE + _ICON + _GAP, 0, -_SIDE + 1, 0)
    painter.setFont(font(Style.LABEL))
    painter.setPen(QColor(color))
    metrics = QFontMetricsF(font(Style.LABEL))
    text = metrics.elidedText(shown(look.text), Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


class Pill(QWidget):
    """Icon, word and colour of a state. `wide` fills the room there is."""

    def __init__(self, look: PillLook, *, wide: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wide = wide
        self.setFixedHeight(int(_HIGH))
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed
        )
        self.set_look(look)

    def set_look(self, look: PillLook) -> None:
        """Show another state."""
        self.look = look
        self.setAccessibleName(shown(look.text))
        self._tell()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(pill_size(self.look).width()) + 1, int(_HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, int(_HIGH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        cut = pill_size(self.look).width() > self.width()
        self.setToolTip(plain_tip(self.look.text) if cut else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._wide:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().soft(self.look.tone)))
            painter.drawRoundedRect(QRectF(self.rect()), SPACE.pill_radius, SPACE.pill_radius)
        paint_pill(painter, self.look, QPointF(0, self.height() / 2), self.width())
        painter.end()


class IconTile(QWidget):
    """An icon on its tone's quiet surface, at the start of a row. Decoration: the words say the same."""

    def __init__(self, icon_name: str, tone: Tone, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone = icon_name, tone
        self.setFixedSize(30, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().soft(self._tone)))
        painter.drawRoundedRect(QRectF(self.rect()), SPACE.pill_radius, SPACE.pill_radius)
        draw_icon(painter, self._icon, tokens().tone(self._tone), QRectF(8, 5, 14, 14))
        painter.end()


class Icon(QWidget):
    """An icon alone, in the colour of a tone, or of secondary text. Decoration."""

    def __init__(
        self, name: str, size: int, tone: Tone | None = None, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFixedSize(size, size)
        self.set_icon(name, tone)

    def set_icon(self, name: str, tone: Tone | None = None) -> None:
        """Show another icon."""
        self._name, self._tone = name, tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = tokens().tone(self._tone) if self._tone else tokens().secondary
        draw_icon(painter, self._name, color, QRectF(self.rect()))
        painter.end()
