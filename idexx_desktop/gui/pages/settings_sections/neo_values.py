"""Values of Neo's that nobody here knows: asked about once, and answered for every animal of the clinic."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from idexx_desktop.domain.neo_fields import NeoValue
from idexx_desktop.domain.visits import About
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.pages.settings_sections.answered_list import AnsweredList, told
from idexx_desktop.gui.strings import settings, tr

_MOST_SHOWN = 30


def neo_value_list(desk: Desk) -> AnsweredList:
    """Every value that this program doesn't know, and what it means."""
    return AnsweredList(
        desk,
        lambda: desk.opened.neo_words.values(),
        lambda value, _: NeoValueRow(value, desk),
        lambda value, is_alive: desk.opened.neo_words.answer([value.id], is_alive),
        shown=_MOST_SHOWN,
    )


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
        words = tr(settings.NEO_VALUE, name=value.name, value=value.value)
        line.addLayout(told(words, _state(value, desk)), 1)
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
