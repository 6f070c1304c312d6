"""One widget by itself: shown in a size, looked at by its colours, clicked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.pictures import picture

LEFT = Qt.MouseButton.LeftButton


class Clicks:
    """Counts."""

    def __init__(self) -> None:
        self.count = 0

    def click(self) -> None:
        self.count += 1


def shown(qtbot: QtBot, widget: QWidget, width: int = 600, height: int = 60) -> None:
    """Show a widget in this size."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()


def colors(widget: QWidget) -> set[str]:
    """Every colour that a widget is painted with."""
    image = picture(widget).toImage()
    return {
        image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())
    }
