"""Lucide icons, drawn in any colour and crisp at any scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from idexx_desktop.domain.resources import resource_folder

_SCALES = (1.0, 2.0, 3.0)


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    source = (resource_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))


def draw_icon(painter: QPainter, name: str, color: str, rect: QRectF) -> None:
    """Draw an icon of resources/icons into `rect`; FileNotFoundError where it isn't bundled."""
    _renderer(name, color).render(painter, rect)


def icon_pixmap(name: str, color: str, size: int, scale: float) -> QPixmap:
    """An icon as a picture of `size` device-independent pixels on a screen of this scale."""
    drawing = _renderer(
        name, color
    )  # before the painter: an exception inside it leaves Qt with half a picture
    pixmap = QPixmap(QSize(round(size * scale), round(size * scale)))
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


@lru_cache(maxsize=256)
def icon(name: str, color: str, size: int, disabled_color: str | None = None) -> QIcon:
    """An icon for buttons and menus, with pictures for screens of 100, 200 and 300 %."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(icon_pixmap(name, color, size, scale), QIcon.Mode.Normal)
        faded = disabled_color or QColor(color).name()
        made.addPixmap(icon_pixmap(name, faded, size, scale), QIcon.Mode.Disabled)
    return made


def forget() -> None:
    """Drop every picture and drawing that is kept."""
    icon.cache_clear()
    _renderer.cache_clear()
