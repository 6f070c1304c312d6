"""The practice's own types of appointment and products: we propose what each means, a person confirms it once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from idexx_desktop.domain.practice_words import HARMLESS, MEANINGS, NO_CALL, PracticeWord, WordAbout
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.kit.inputs import Select
from idexx_desktop.gui.pages.settings_sections.answered_list import AnsweredList, told
from idexx_desktop.gui.pages.settings_sections.kinds import KIND_WORDS
from idexx_desktop.gui.strings import settings, tr

_MOST_SHOWN = 60
_WORDS: dict[str, str] = {
    **{str(kind): words for kind, words in KIND_WORDS.items()},
    NO_CALL: settings.MEANS_NO_CALL,
    HARMLESS: settings.MEANS_HARMLESS,
}


def practice_word_list(desk: Desk) -> AnsweredList:
    """The practice's types and products; a choice that isn't confirmed yet stays when the list is read again."""

    def row(word: PracticeWord, before: Sequence[PracticeWordRow]) -> PracticeWordRow:
        chosen = (each.choice.value for each in before if each.word.id == word.id and each.choice is not None)
        return PracticeWordRow(word, desk, next(chosen, None))

    return AnsweredList(
        desk,
        lambda: desk.opened.neo_words.practice(),
        row,
        lambda word, meaning: desk.opened.neo_words.confirm(word.id, meaning),
        shown=_MOST_SHOWN,
    )


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
        line.addLayout(told(tr(named, name=word.name), _said(word, desk)), 1)
        if word.meaning is None:
            self.choice = Select([(code, tr(_WORDS[code])) for code in MEANINGS[word.about]], wide=180)
            self.choice.set_value(chosen or word.proposed)
            self.choice.setAccessibleName(tr(settings.PRACTICE_MEANS_NAMED, name=word.name))
            line.addWidget(self.choice)
            words, spoken = settings.PRACTICE_CONFIRM, settings.PRACTICE_CONFIRM_NAMED
        else:
            words, spoken = settings.NEO_VALUE_AGAIN, settings.NEO_VALUE_AGAIN_NAMED
        self.button = RowButton(tr(words), self._pressed)
        self.button.setAccessibleName(tr(spoken, value=word.name))
        line.addWidget(self.button)

    def _pressed(self) -> None:
        self.answered.emit(self.word, str(self.choice.value) if self.choice is not None else None)


def _said(word: PracticeWord, desk: Desk) -> str:
    if word.meaning is None or word.answered_at is None:
        return ""
    means = tr(_WORDS[word.meaning]) if word.meaning in _WORDS else ""
    when = timewords.short_day(word.answered_at, desk.now(), desk.zone)
    return tr(settings.PRACTICE_SAID, means=means, who=word.answered_by, when=when)
