"""A column that scrolls where there isn't room for all of it: what is in it is never squeezed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class _Body(QWidget):
    """As high as its words need at the width that it has; Qt's own guess is made for another width."""

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        if layout is None:
            return QSize()
        least = layout.minimumSize()
        # where the height follows from the width, it is asked for with the width
        return QSize(least.width(), 0) if layout.hasHeightForWidth() else least


class Scrolling(QScrollArea):
    """Fill `column`. What is added stands at the top; `stretched` gives it the whole height instead."""

    def __init__(
        self, parent: QWidget | None = None, *, name: str = "scrolling", stretched: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inner = _Body()
        self.inner.setObjectName(f"{name}body")
        # held: when Python looks at a layout that it doesn't hold, the layouts in it are found gone afterwards
        self._outer = outer = QVBoxLayout(self.inner)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        outer.addLayout(self.column, 1 if stretched else 0)
        if not stretched:
            # and not an alignment: Qt then gives wrapped words the height that they need at another width
            outer.addStretch(1)
        self.setWidget(self.inner)

    def sizeHint(self) -> QSize:
        """Little: what scrolls takes the room that others leave."""
        return QSize(super().sizeHint().width(), max(self.minimumHeight(), self.minimumSizeHint().height()))

    def needed_height(self, width: int) -> int:
        """How high it must be to show everything at this width without scrolling."""
        for part in (*self.inner.findChildren(QWidget), self.inner):
            if (layout := part.layout()) is not None:
                layout.activate()
        return self.inner.heightForWidth(width)
