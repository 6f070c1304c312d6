"""The practice's own types of appointment and products: we propose what each means, a person confirms it once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.practice_words import HARMLESS, MEANINGS, NO_CALL, PracticeWord, WordAbout
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.inputs import Select
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.pages.settings_sections.kinds import KIND_WORDS
from idexx_desktop.gui.strings import settings, tr

_MOST_SHOWN = 60
_WORDS: dict[str, str] = {
    **{str(kind): words for kind, words in KIND_WORDS.items()},
    NO_CALL: settings.MEANS_NO_CALL,
    HARMLESS: settings.MEANS_HARMLESS,
}


class PracticeWordList(QWidget):
    """`failed(Failure)` for what couldn't be read or kept; `counted(int)` says how many words there are."""

    failed = Signal(object)
    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.rows: list[PracticeWordRow] = []
        self.list = QVBoxLayout(self)
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setSpacing(0)

    def refresh(self) -> None:
        """Read the list."""
        self._desk.bridge.ask_anew(self._desk.opened.neo_words.practice, self._arrived, self._refused)

    def _arrived(self, found: list[PracticeWord]) -> None:
        chosen = {row.word.id: row.choice.value for row in self.rows if row.choice is not None}
        clear_layout(self.list)
        self.rows = []
        for word in found[:_MOST_SHOWN]:
            row = PracticeWordRow(word, self._desk, chosen.get(word.id))
            row.answered.connect(self._answer)
            self.rows.append(row)
            self.list.addWidget(Line())
            self.list.addWidget(row)
        if len(found) > _MOST_SHOWN:
            more = tr(settings.NEO_VALUES_SOME, shown=_MOST_SHOWN, count=f"{len(found):,}")
            self.list.addWidget(Text(more, Style.SECONDARY, "secondary"))
        self.counted.emit(len(found))

    def _refused(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _answer(self, word: PracticeWord, meaning: str | None) -> None:
        words = self._desk.opened.neo_words
        self._desk.bridge.ask(lambda: words.confirm(word.id, meaning), self._kept, self._refused)

    def _kept(self, _: object) -> None:
        self._desk.say(tr(settings.NEO_VALUE_KEPT))
        self.refresh()
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.bridge.records_changed(Topic.CALLS)


class PracticeWordRow(QWidget):
    """One word: what it seems to mean, to be chosen and confirmed; or what somebody said. `answered(word, meaning)`."""

    answered = Signal(object, object)

    def __init__(self, word: PracticeWord, desk: Desk, chosen: object = None) -> None:
        super().__init__()
        self.word = word
        self.choice: Select | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(12)
        named = settings.PRACTICE_TYPE if word.about is WordAbout.TYPE else settings.PRACTICE_PRODUCT
        line.addWidget(ElidedText(tr(named, name=word.name), Style.MEDIUM), 2)
        if word.meaning is None:
            self.choice = Select([(code, tr(_WORDS[code])) for code in MEANINGS[word.about]], wide=180)
            self.choice.set_value(chosen or word.proposed)
            self.choice.setAccessibleName(tr(settings.PRACTICE_MEANS_NAMED, name=word.name))
            line.addWidget(self.choice)
            words, spoken = settings.PRACTICE_CONFIRM, settings.PRACTICE_CONFIRM_NAMED
        else:
            line.addWidget(ElidedText(_said(word, desk), Style.SECONDARY, "secondary"), 2)
            words, spoken = settings.NEO_VALUE_AGAIN, settings.NEO_VALUE_AGAIN_NAMED
        self.button = RowButton(tr(words), self._pressed)
        self.button.setAccessibleName(tr(spoken, value=word.name))
        line.addWidget(self.button)

    def _pressed(self) -> None:
        self.answered.emit(self.word, str(self.choice.value) if self.choice is not None else None)


def _said(word: PracticeWord, desk: Desk) -> str:
    means = tr(_WORDS[word.meaning]) if word.meaning in _WORDS else ""
    when = timewords.short_day(word.answered_at, desk.now(), desk.zone)
    return tr(settings.PRACTICE_SAID, means=means, who=word.answered_by, when=when)
