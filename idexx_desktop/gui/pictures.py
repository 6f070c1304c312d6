"""Pictures of every page, without a screen: for the demo and the README."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.theme import THEME, ThemeChoice

_PATIENCE_MS = 60_000  # a busy computer is waited for: what is half read must not be taken for all


def save_pictures(
    window: MainWindow,
    folder: Path,
    themes: Sequence[ThemeChoice] = (ThemeChoice.LIGHT, ThemeChoice.DARK),
    scales: Sequence[int] = (1,),
    size: QSize = QSize(1366, 768),  # noqa: B008 - never changed
) -> list[Path]:
    """Save `<page>-<theme>[@2x].png` of every page into `folder`; returns the paths in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    before, saved = THEME.choice, []
    window.resize(size)
    window.show()
    for theme in themes:
        THEME.choose(theme)
        for page_id in window.entries:
            window.go(page_id)
            settle(window)
            for scale in scales:
                suffix = "" if scale == 1 else f"@{scale}x"
                path = folder / f"{page_id}-{theme}{suffix}.png"
                picture(window, scale).save(str(path))
                saved.append(path)
    THEME.choose(before)
    return saved


def picture(widget: QWidget, scale: int = 1) -> QPixmap:
    """A widget as it would look on a screen of this scale."""
    pixmap = QPixmap(widget.size() * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    widget.render(pixmap)
    return pixmap


def settle(window: MainWindow) -> None:
    """Let everything that is asked now or in a moment be answered and painted. TimeoutError after a minute."""
    deadline = QDeadlineTimer(_PATIENCE_MS)
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    while _waits(window) and not deadline.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    if _waits(window):
        raise TimeoutError("the window still waits for answers")
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def _waits(window: MainWindow) -> bool:
    return not window.desk.bridge.idle or any(panel.waits for panel in window.findChildren(SidePanel))
