"""A list of words of Neo's that people say the meaning of, each in a row with its answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.strings import settings, tr


class AnsweredList(QWidget):
    """`failed(Failure)` for what couldn't be read or kept; `counted(int)` says how many there are.

    `read` and `keep(item, answer)` block and may raise Failure; `row(item, rows before)` makes a widget with a signal
    `answered(item, answer)`. At most `shown` have a row.
    """

    failed = Signal(object)
    counted = Signal(int)

    def __init__(
        self,
        desk: Desk,
        read: Callable[[], Sequence[Any]],
        row: Callable[[Any, Sequence[Any]], Any],
        keep: Callable[[Any, Any], object],
        *,
        shown: int,
    ) -> None:
        super().__init__()
        self._desk, self._read, self._row, self._keep, self._shown = desk, read, row, keep, shown
        self.rows: list[Any] = []
        self.list = QVBoxLayout(self)
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setSpacing(0)

    def refresh(self) -> None:
        """Read the list."""
        self._desk.bridge.ask_anew(self._read, self._arrived, self._refused)

    def _arrived(self, found: Sequence[Any]) -> None:
        rows = [self._row(item, self.rows) for item in found[: self._shown]]
        clear_layout(self.list)
        self.rows = rows
        for row in rows:
            row.answered.connect(self._answer)
            self.list.addWidget(Line())
            self.list.addWidget(row)
        if len(found) > self._shown:
            more = tr(settings.NEO_VALUES_SOME, shown=self._shown, count=f"{len(found):,}")
            self.list.addWidget(Text(more, Style.SECONDARY, "secondary"))
        self.counted.emit(len(found))

    def _refused(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _answer(self, item: object, answer: object) -> None:
        self._desk.bridge.ask(lambda: self._keep(item, answer), self._kept, self._refused)

    def _kept(self, _: object) -> None:
        self._desk.say(tr(settings.NEO_VALUE_KEPT))
        self.refresh()
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.bridge.records_changed(Topic.CALLS)


def told(words: str, state: str) -> QVBoxLayout:
    """What it is about, and below it how it stands: on a narrow page neither takes the other's room."""
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(ElidedText(words, Style.MEDIUM))
    if state:
        column.addWidget(ElidedText(state, Style.SECONDARY, "secondary"))
    return column
