"""Sentences that the clinic knows: who said so, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from idexx_desktop.domain.known_sentences import Known, KnownSentence
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.pages.settings_sections.answered_list import AnsweredList, told
from idexx_desktop.gui.strings import sentences, tr

_MOST_SHOWN = 60
_WORDS = {Known.STANDARD_TEXT: sentences.KNOWN_STANDARD, Known.ANOTHER_ANIMAL: sentences.KNOWN_OTHER}


def known_sentence_list(desk: Desk) -> AnsweredList:
    """What people said of sentences, the newest first."""

    def row(known: KnownSentence, _: Sequence[object]) -> KnownSentenceRow:
        return KnownSentenceRow(known, desk)

    return AnsweredList(
        desk,
        lambda: desk.opened.sentences.said(),
        row,
        lambda known, _: desk.opened.sentences.take_back(known.fingerprint),
        shown=_MOST_SHOWN,
    )


class KnownSentenceRow(QWidget):
    """One of them. `answered(known, None)` takes it back."""

    answered = Signal(object, object)

    def __init__(self, known: KnownSentence, desk: Desk) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(12)
        said = {"who": known.said_by, "when": timewords.short_day(known.said_at, desk.now(), desk.zone)}
        line.addLayout(told(tr(_WORDS[known.means]), tr(sentences.KNOWN_BY, **said)), 1)
        self.button = RowButton(tr(sentences.KNOWN_BACK), lambda: self.answered.emit(known, None))
        self.button.setAccessibleName(tr(sentences.KNOWN_BACK_NAMED, **said))
        line.addWidget(self.button)
