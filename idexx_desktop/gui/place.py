"""Where windows stand, and how large they are: always within what the screen has room for."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

# the title bar and the frame, which are known only once a window is shown
_FRAME = QSize(16, 40)
# so much of the title bar must be in sight for a window to be moved
_GRIP = QSize(120, 24)


def room_for_windows(widget: QWidget) -> QSize:
    """How large a window may be where this one stands: the screen without its taskbar, and without the frame."""
    return room_of(widget).size() - _FRAME


def room_of(widget: QWidget) -> QRect:
    """What the screen of the widget's window has room for; for what isn't shown yet, that of its parent.

    Found by its place: PySide takes a screen that a widget was asked for as the widget's own, and destroys it with it.
    """
    parent = widget.parentWidget()
    window = parent.window() if parent and not widget.isVisible() else widget.window()
    return _nearest_screen(QRect(window.pos(), window.size()))


def fit_at_first(window: QWidget, wide: int, high: int) -> None:
    """Open a window with this size, or as near to it as the screen allows. It may be made smaller."""
    room = room_for_windows(window)
    window.resize(min(wide, room.width()), min(high, room.height()))


def begin_in_the_middle(window: QWidget, wide: int, high: int) -> None:
    """The place of a window that has none yet."""
    fit_at_first(window, wide, high)
    room = room_of(window)
    spare = room.size() - _FRAME - window.size()
    window.move(room.topLeft() + QPoint(max(spare.width(), 0) // 2, max(spare.height(), 0) // 2))


def recall(window: QWidget, geometry: QByteArray) -> bool:
    """Put a window where it was; into sight where that is on no screen any more. False where nothing was kept."""
    if not window.restoreGeometry(geometry):
        return False
    keep_in_sight(window)
    return True


def keep_in_sight(window: QWidget) -> None:
    """Bring back a window that is larger than its screen, or out of every screen."""
    if window.isMaximized() or window.isFullScreen():
        return
    box = QRect(window.pos(), window.size())
    room = _nearest_screen(box)
    size = window.size().boundedTo(room.size() - _FRAME)
    if size != window.size():
        window.resize(size)
    box.setSize(size)
    if not any(_in_sight(box, screen.availableGeometry()) for screen in QGuiApplication.screens()):
        window.move(_nearest(box, room))


def _nearest_screen(box: QRect) -> QRect:
    """Of the screen that most of the window is on, else of the first; one that isn't shown doesn't know its own."""
    rooms = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    return max(rooms, key=lambda room: _area(room.intersected(box)))


def _area(box: QRect) -> int:
    return max(box.width(), 0) * max(box.height(), 0)


def _in_sight(box: QRect, screen: QRect) -> bool:
    """Whether the window can be moved by its title bar, and its foot with the buttons is seen."""
    grip = QRect(box.topLeft(), QSize(box.width(), _GRIP.height())).intersected(screen)
    enough = grip.width() >= min(_GRIP.width(), box.width()) and grip.height() >= _GRIP.height()
    return enough and box.bottom() <= screen.bottom()


def _nearest(box: QRect, room: QRect) -> QPoint:
    furthest = room.bottomRight() - QPoint(box.width() + _FRAME.width(), box.height() + _FRAME.height())
    return QPoint(
        max(room.left(), min(box.x(), furthest.x())),
        max(room.top(), min(box.y(), furthest.y())),
    )
