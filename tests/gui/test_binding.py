"""What we need of PySide6 itself. PySide6 6.12.0 on Python 3.11 fails here, and would crash within minutes."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QStringListModel, Qt, Signal


class _Speaker(QObject):
    said = Signal(object)

    def hear(self, value: object) -> None:
        self.heard = value


def test_none_keeps_its_references() -> None:
    """A table that paints asks for hundreds of values that aren't there; each must leave None as it was."""
    # below the number of references that None has in any program, so that a failing run doesn't crash itself
    model = QStringListModel(["row"])
    index = model.index(0, 0)
    before = sys.getrefcount(None)
    for _ in range(200):
        index.data(Qt.ItemDataRole.FontRole)
    assert sys.getrefcount(None) - before > -100


def test_true_keeps_its_references() -> None:
    """Emitting returns a truth value of Qt; it must be a reference of our own."""
    speaker = _Speaker()
    speaker.said.connect(speaker.hear)
    before = sys.getrefcount(True)
    for _ in range(60):
        speaker.said.emit("word")
    assert sys.getrefcount(True) - before > -30
    assert speaker.heard == "word"
