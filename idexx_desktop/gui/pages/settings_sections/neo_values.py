"""Values of Neo's that nobody here knows: asked about once, and answered for every animal of the clinic."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.neo_fields import NeoValue
from idexx_desktop.domain.visits import About
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.strings import settings, tr

_MOST_SHOWN = 30


class NeoValueList(QWidget):
    """`failed(Failure)` for what couldn't be read or kept; `counted(int)` says how many values there are."""

    failed = Signal(object)
    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.rows: list[NeoValueRow] = []
        self.list = QVBoxLayout(self)
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setSpacing(0)

    def refresh(self) -> None:
        """Read the list."""
        self._desk.bridge.ask_anew(self._desk.opened.neo_words.values, self._arrived, self._refused)

    def _arrived(self, values: list[NeoValue]) -> None:
        clear_layout(self.list)
        self.rows = []
        for value in values[:_MOST_SHOWN]:
            row = NeoValueRow(value, self._desk)
            row.answered.connect(self._answer)
            self.rows.append(row)
            self.list.addWidget(Line())
            self.list.addWidget(row)
        if len(values) > _MOST_SHOWN:
            more = tr(settings.NEO_VALUES_SOME, shown=_MOST_SHOWN, count=f"{len(values):,}")
            self.list.addWidget(Text(more, Style.SECONDARY, "secondary"))
        self.counted.emit(len(values))

    def _refused(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _answer(self, value: NeoValue, is_alive: bool | None) -> None:
        words = self._desk.opened.neo_words
        self._desk.bridge.ask(lambda: words.answer([value.id], is_alive), self._kept, self._refused)

    def _kept(self, _: object) -> None:
        self._desk.say(tr(settings.NEO_VALUE_KEPT))
        self.refresh()
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.bridge.records_changed(Topic.CALLS)


class NeoValueRow(QWidget):
    """One value: what it says, and what can be answered; `answered(NeoValue, object)`."""

    answered = Signal(object, object)

    def __init__(self, value: NeoValue, desk: Desk) -> None:
        super().__init__()
        self.value = value
        self.buttons: list[RowButton] = []
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(12)
        line.addWidget(
            ElidedText(tr(settings.NEO_VALUE, name=value.name, value=value.value), Style.MEDIUM), 2
        )
        line.addWidget(ElidedText(_state(value, desk), Style.SECONDARY, "secondary"), 2)
        if value.about is not About.ANIMAL:
            return
        if value.is_alive is None:
            self._add(line, settings.NEO_VALUE_ALIVE, settings.NEO_VALUE_ALIVE_NAMED, True)
            self._add(line, settings.NEO_VALUE_GONE, settings.NEO_VALUE_GONE_NAMED, False)
        else:
            self._add(line, settings.NEO_VALUE_AGAIN, settings.NEO_VALUE_AGAIN_NAMED, None)

    def _add(self, line: QHBoxLayout, words: str, named: str, is_alive: bool | None) -> None:
        button = RowButton(tr(words), lambda: self.answered.emit(self.value, is_alive))
        button.setAccessibleName(tr(named, value=self.value.value))
        self.buttons.append(button)
        line.addWidget(button)


def _state(value: NeoValue, desk: Desk) -> str:
    if value.about is not About.ANIMAL:
        return tr(settings.NEO_VALUE_LISTED)
    if value.is_alive is None or value.answered_at is None:
        return tr(settings.NEO_VALUE_HOLDS)
    when = timewords.short_day(value.answered_at, desk.now(), desk.zone)
    words = settings.NEO_VALUE_IS_ALIVE if value.is_alive else settings.NEO_VALUE_IS_GONE
    return tr(words, who=value.answered_by, when=when)
