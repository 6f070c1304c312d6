"""A row that breaks into lines, like words do."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QChildEvent, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

_EXPLICITLY = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
_SHRINKS = QSizePolicy.PolicyFlag.ShrinkFlag.value


class FlowRow(QWidget):
    """Widgets side by side, on a further line where there is no more room; each in the middle of its line.

    It places them itself. The items of a layout of our own would have two owners, Qt and Python's collector, of which
    one now and then lets go of what the other still uses: the program crashed.
    """

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        super().__init__(parent)
        self._gap = gap
        self._parts: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Put it at the end; one that was hidden stays so."""
        hidden = widget.testAttribute(_EXPLICITLY) and widget.isHidden()
        self._parts.append(widget)
        widget.setParent(self)
        widget.setVisible(not hidden)
        self._changed()

    def clear(self) -> None:
        """Remove all of them for good."""
        gone, self._parts = self._parts, []
        for widget in gone:
            widget.hide()
            widget.deleteLater()
        self._changed()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        widest = QSize(0, 0)
        for part in self._shown():
            widest = widest.expandedTo(_least(part))
        return widest

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a part was shown, hidden, or has other words
            self._changed()
        return super().event(event)

    def childEvent(self, event: QChildEvent) -> None:
        if event.removed():
            gone = event.child()
            self._parts = [part for part in self._parts if part is not gone and shiboken6.isValid(part)]
            QApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))
        super().childEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def _changed(self) -> None:
        self.updateGeometry()
        self._place(self.width(), move=True)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _place(self, width: int, *, move: bool) -> int:
        """How high it is at this width."""
        x = y = high = 0
        line: list[tuple[QWidget, int, QSize]] = []
        for part in self._shown():
            least = _least(part)
            size = _wanted(part).boundedTo(QSize(max(width, least.width()), part.maximumHeight()))
            if line and x + size.width() > width:
                _put(line, y, high, move=move)
                x, y, high, line = 0, y + high + self._gap, 0, []
            line.append((part, x, size))
            x += size.width() + self._gap
            high = max(high, size.height())
        _put(line, y, high, move=move)
        return y + high


def _wanted(part: QWidget) -> QSize:
    return part.sizeHint().expandedTo(_least(part)).boundedTo(part.maximumSize())


def _least(part: QWidget) -> QSize:
    """What a layout would leave it at least."""
    policy, hint = part.sizePolicy(), part.sizeHint()
    shrunk = part.minimumSizeHint()
    wide = shrunk if policy.horizontalPolicy().value & _SHRINKS else hint
    high = shrunk if policy.verticalPolicy().value & _SHRINKS else hint
    return QSize(wide.width(), high.height()).boundedTo(part.maximumSize()).expandedTo(part.minimumSize())


def _put(line: list[tuple[QWidget, int, QSize]], y: int, high: int, *, move: bool) -> None:
    for part, x, size in line if move else ():
        part.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
