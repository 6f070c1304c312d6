"""A layout that breaks into lines, like words do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget


class FlowLayout(QLayout):
    """Widgets side by side, on as many lines as they need.

    It needs its widget from the start: in another layout that Python doesn't hold, its items are found gone once
    somebody has looked at that.
    """

    def __init__(self, parent: QWidget, gap: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        widest = QSize()
        for item in self._items:
            widest = widest.expandedTo(item.minimumSize())
        return widest

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, high = rect.x(), rect.y(), 0
        line: list[tuple[QLayoutItem, int, QSize]] = []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(rect.width(), item.minimumSize().width()), 16_777_215))
            if line and x + size.width() > rect.right() + 1:
                _put(line, y, high, move=move)
                x, y, high, line = rect.x(), y + high + self._gap, 0, []
            line.append((item, x, size))
            x += size.width() + self._gap
            high = max(high, size.height())
        _put(line, y, high, move=move)
        return y + high - rect.y()


class FlowRow(QWidget):
    """Filters above a table: side by side, and on a further line where the window is narrow. Fill `row`."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        super().__init__(parent)
        self.row = FlowLayout(self, gap=gap)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


def _put(line: list[tuple[QLayoutItem, int, QSize]], y: int, high: int, *, move: bool) -> None:
    """Lower ones stand in the middle of their line."""
    for item, x, size in line if move else ():
        item.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
