"""What is kept of owners' numbers: a list in which one is found by its digits, below a form for another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.chips import SearchField
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.text import Line, Text
from idexx_desktop.gui.strings import tr

_MOST_SHOWN = 30
_SEARCH_FROM = 8


@dataclass(frozen=True, slots=True)
class ListWords:
    """What the list says: how to find a number, that there is none, that none fits, that not all are shown."""

    find: str
    none: str
    no_match: str
    some: str


class FoundByNumber(QWidget):
    """A kind of it says what a row's number is, and how it is shown.

    `failed(Failure)` for what isn't said beside the field of the number.
    """

    failed = Signal(object)
    number_field: Field

    def __init__(self, desk: Desk, words: ListWords) -> None:
        super().__init__()
        self._desk, self._words = desk, words
        self._rows: list[Any] = []
        self.search = SearchField(tr(words.find))
        self.search.searched.connect(self._show)
        self.list = QVBoxLayout()
        self.list.setSpacing(0)

    def number_of(self, row: Any) -> str:
        """In E.164."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def shown_as(self, row: Any) -> QWidget:
        """The row as a widget."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def _ask(self, work: Callable[[], object], done: Callable[..., object]) -> None:
        self._desk.bridge.ask(work, done, self._refused)

    def _arrived(self, rows: Sequence[Any]) -> None:
        self._rows = list(rows)
        self._show()

    def _show(self, _: str = "") -> None:
        clear_layout(self.list)
        self.search.setVisible(len(self._rows) > _SEARCH_FROM)
        wanted = "".join(character for character in self.search.text() if character.isdigit())
        matching = [row for row in self._rows if wanted in self.number_of(row)]
        for row in matching[:_MOST_SHOWN]:
            self.list.addWidget(Line())
            self.list.addWidget(self.shown_as(row))
        if not matching:
            nothing = self._words.no_match if self._rows else self._words.none
            self.list.addWidget(Text(tr(nothing), Style.SECONDARY, "secondary"))
        elif len(matching) > _MOST_SHOWN:
            said = tr(self._words.some, shown=_MOST_SHOWN, count=f"{len(matching):,}")
            self.list.addWidget(Text(said, Style.SECONDARY, "secondary"))

    def _refused(self, failure: Failure) -> None:
        if failure.code is FailureCode.INVALID_INPUT:
            self.number_field.set_problem(failure.title)
        else:
            self.failed.emit(failure)
