"""Radio buttons and check boxes, painted: the system's own can't be seen in every theme."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.theme import tokens

# before the box there is room for its ring
_LEFT, _BOX, _GAP, _HIGH, _NARROWEST = 4.0, 18.0, 10.0, 28, 160
_WRAPPED = Qt.TextFlag.TextWordWrap


class RadioChoice(QRadioButton):
    """One of several."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(shown(text).replace("&", "&&"), parent)
        _prepare(self, text)

    def sizeHint(self) -> QSize:
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_size(self).width(), _NARROWEST), _HIGH)

    def heightForWidth(self, width: int) -> int:
        return _height(self, width)

    def hitButton(self, pos: QPoint) -> bool:
        return pos.x() < _size(self).width()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = _paint_frame(painter, self, _BOX / 2)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().on_accent))
            painter.drawEllipse(box.center(), 3.5, 3.5)
        painter.end()


class CheckChoice(QCheckBox):
    """On or off."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(shown(text).replace("&", "&&"), parent)
        _prepare(self, text)

    def sizeHint(self) -> QSize:
        return _size(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_size(self).width(), _NARROWEST), _HIGH)

    def heightForWidth(self, width: int) -> int:
        return _height(self, width)

    def hitButton(self, pos: QPoint) -> bool:
        return pos.x() < _size(self).width()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = _paint_frame(painter, self, 5.0)
        if self.isChecked():
            draw_icon(painter, "check", tokens().on_accent, box.adjusted(2, 2, -2, -2))
        painter.end()


def _prepare(button: QAbstractButton, text: str) -> None:
    button.setAccessibleName(shown(text))
    button.setFont(font(Style.BODY))
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def _size(button: QAbstractButton) -> QSize:
    words = QFontMetrics(button.font()).horizontalAdvance(button.accessibleName())
    return QSize(int(_LEFT + _BOX + _GAP + words + 4), _HIGH)


def _height(button: QAbstractButton, width: int) -> int:
    """One line, or as many as its words need."""
    words = QRect(0, 0, int(width - _LEFT - _BOX - _GAP), 10_000)
    needed = QFontMetrics(button.font()).boundingRect(words, _WRAPPED, button.accessibleName())
    return max(_HIGH, needed.height() + 8)


def _paint_frame(painter: QPainter, button: QAbstractButton, radius: float) -> QRectF:
    """The box or circle with its words; returns where it stands."""
    theme, enabled = tokens(), button.isEnabled()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(QPointF(_LEFT, (button.height() - _BOX) / 2), QSizeF(_BOX, _BOX))
    if button.hasFocus():
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = box.adjusted(1 - _LEFT, 1 - _LEFT, _LEFT - 1, _LEFT - 1)
        painter.drawRoundedRect(ring, radius + _LEFT - 1, radius + _LEFT - 1)
    on = button.isChecked()
    fill = (theme.accent if enabled else theme.off) if on else theme.card
    painter.setPen(QPen(QColor(fill if on else theme.off), 1.4))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(box.adjusted(0.7, 0.7, -0.7, -0.7), radius - 0.7, radius - 0.7)
    painter.setFont(button.font())
    painter.setPen(QColor(theme.ink if enabled else theme.off))
    left = int(box.right() + _GAP)
    painter.drawText(
        QRect(left, 0, button.width() - left, button.height()),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | _WRAPPED,
        button.accessibleName(),
    )
    return box
