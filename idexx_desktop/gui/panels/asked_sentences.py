"""The sentences for which a visit is held, each with what a person can say of it for all records to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.known_sentences import AskedSentence, Known
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import LinkButton
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.long_text import passage
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import sentences, tr

WORDS = {Known.STANDARD_TEXT: sentences.STANDARD_TEXT, Known.ANOTHER_ANIMAL: sentences.ANOTHER_ANIMAL}


class AskedSentences(QWidget):
    """`say(sentence, means)` is called when somebody answers."""

    def __init__(self, asked: Sequence[AskedSentence], say: Callable[[AskedSentence, Known], object]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(Text(tr(sentences.ASKED_MORE), Style.SECONDARY, "secondary", wrap=True))
        self.buttons: list[LinkButton] = []
        for each in asked:
            column.addSpacing(8)
            column.addWidget(passage(f"“{each.text}”", tr(sentences.ASKED)))
            row = FlowRow()
            for means in each.fingerprints:
                button = LinkButton(tr(WORDS[means]), partial(say, each, means))
                button.setAccessibleName(shown(tr(sentences.SAYS, means=tr(WORDS[means]), text=each.text)))
                row.add(button)
                self.buttons.append(button)
            column.addWidget(row)
