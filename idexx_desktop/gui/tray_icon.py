"""How the tray icon looks: a shape and a mark for each state, told apart without colour, from 16 px up."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from idexx_desktop.domain.needs import Needs
from idexx_desktop.gui.headline import Headline
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.strings import tray
from idexx_desktop.gui.tokens import DARK, LIGHT, Tone

_SIZES = (16, 20, 22, 24, 32, 44, 48, 64)


class TrayState(Enum):
    """What the icon says; the value is its word."""

    GOOD = tray.GOOD
    ATTENTION = tray.ATTENTION
    ACT = tray.ACT
    RETRYING = tray.RETRYING
    SYNCING = tray.SYNCING
    OFF = tray.OFF


# strokes of the marks, in shares of the icon's size: the bundled icons are too thin at 16 px
_MARKS: dict[TrayState, tuple[tuple[tuple[float, float], ...], ...]] = {
    TrayState.GOOD: (((0.28, 0.52), (0.44, 0.68), (0.73, 0.34)),),
    TrayState.ACT: (((0.33, 0.33), (0.67, 0.67)), ((0.67, 0.33), (0.33, 0.67))),
    TrayState.ATTENTION: (((0.5, 0.38), (0.5, 0.62)), ((0.5, 0.81), (0.5, 0.812))),
    TrayState.OFF: (((0.33, 0.5), (0.67, 0.5)),),
}
_ARROWS = {TrayState.RETRYING: "rotate-cw", TrayState.SYNCING: "refresh-cw"}
_INKS = {TrayState.ATTENTION: LIGHT.ink, TrayState.OFF: LIGHT.off}
_COLORS = {
    TrayState.GOOD: LIGHT.good,
    TrayState.ATTENTION: DARK.attention,
    TrayState.ACT: LIGHT.act,
    TrayState.RETRYING: LIGHT.off,
    TrayState.SYNCING: LIGHT.accent,
    TrayState.OFF: LIGHT.off,
}


def state_of(said: Headline, needs: Needs) -> TrayState:
    """The state that the sentence of Today stands for; all is well only where nothing needs a person."""
    if said.tone is Tone.GOOD and needs.count:
        return TrayState.ATTENTION
    if said.icon == "rotate-cw":
        return TrayState.RETRYING
    return {
        Tone.GOOD: TrayState.GOOD,
        Tone.ATTENTION: TrayState.ATTENTION,
        Tone.ACT: TrayState.ACT,
        Tone.ACCENT: TrayState.SYNCING,
    }.get(said.tone, TrayState.OFF)


def tray_icon(state: TrayState) -> QIcon:
    """The icon in every size that a system asks for."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(tray_pixmap(state, size))
    return made


def tray_pixmap(state: TrayState, size: int) -> QPixmap:
    """A round tile when all is well, a triangle for attention, an octagon to act, a ring when off."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0, 0, size, size).adjusted(0.5, 0.5, -0.5, -0.5)
    _paint_shape(painter, state, box)
    if state in _ARROWS:
        inset = size * 0.18
        draw_icon(painter, _ARROWS[state], "#FFFFFF", box.adjusted(inset, inset, -inset, -inset))
    else:
        _paint_mark(painter, state, size)
    painter.end()
    return pixmap


def _paint_shape(painter: QPainter, state: TrayState, box: QRectF) -> None:
    color = QColor(_COLORS[state])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if state is TrayState.ATTENTION:
        top = QPointF(box.center().x(), box.top() + box.height() * 0.04)
        bottom = box.bottom() - box.height() * 0.04
        painter.drawPolygon(QPolygonF([top, QPointF(box.right(), bottom), QPointF(box.left(), bottom)]))
    elif state is TrayState.ACT:
        painter.drawPolygon(_octagon(box))
    elif state is TrayState.OFF:
        pen = QPen(color, max(1.5, box.width() * 0.1))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = pen.widthF() / 2
        painter.drawEllipse(box.adjusted(half, half, -half, -half))
    elif state is TrayState.GOOD:
        painter.drawEllipse(box)
    else:
        painter.drawRoundedRect(box, box.width() * 0.26, box.width() * 0.26)


def _octagon(box: QRectF) -> QPolygonF:
    cut = box.width() * 0.29
    left, right, top, bottom = box.left(), box.right(), box.top(), box.bottom()
    return QPolygonF(
        [
            QPointF(left + cut, top), QPointF(right - cut, top), QPointF(right, top + cut),
            QPointF(right, bottom - cut), QPointF(right - cut, bottom), QPointF(left + cut, bottom),
            QPointF(left, bottom - cut), QPointF(left, top + cut),
        ]
    )  # fmt: skip


def _paint_mark(painter: QPainter, state: TrayState, size: int) -> None:
    pen = QPen(QColor(_INKS.get(state, "#FFFFFF")), max(1.8, size * 0.115))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    for stroke in _MARKS[state]:
        painter.drawPolyline(QPolygonF([QPointF(x * size, y * size) for x, y in stroke]))
