"""What stands where rows would be: nothing yet, no match, couldn't load, loading. Each says what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.tokens import Tone

_WIDEST = 520


class EmptyState(QWidget):
    """An icon, a sentence, one more, and the button that helps. The functions below make the kinds."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        more: str = "",
        button: str = "",
        clicked: Callable[[], object] | None = None,
        *,
        tone: Tone | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(shown(f"{title} {more}".strip()))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 28, 24, 28)
        column.setSpacing(6)
        column.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(Icon(icon_name, 28, tone), 0, centre)
        column.addSpacing(6)
        self.title = Text(title, Style.CARD_TITLE, wrap=True)
        self.more = Text(more, Style.BODY, "secondary", wrap=True)
        for words in (self.title, self.more):
            words.setAlignment(centre)
            words.setMaximumWidth(_WIDEST)
            column.addLayout(_in_the_middle(words))
        self.more.setVisible(bool(more))  # only now: without a parent it would be a window of its own
        self.button: SecondaryButton | None = None
        if button and clicked:
            column.addSpacing(8)
            self.button = SecondaryButton(button, clicked)
            column.addWidget(self.button, 0, centre)
        column.addStretch(3)


def _in_the_middle(words: Text) -> QHBoxLayout:
    """As wide as there is room for. An alignment would do it, too, but leave wrapped words too low."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(words, 1000)
    row.addStretch(1)
    return row


def no_match(clear_filters: Callable[[], object]) -> EmptyState:
    """Filters are on and nothing is left."""
    return EmptyState("search", tr(kit.NO_MATCH), tr(kit.NO_MATCH_MORE), tr(kit.CLEAR_FILTERS), clear_filters)


def not_loaded(failure: Failure, try_again: Callable[[], object]) -> EmptyState:
    """The list couldn't be read: what happened, and what to do."""
    more = f"{failure.title} {failure.advice}"
    return EmptyState("unplug", tr(kit.NOT_LOADED), more, tr(kit.TRY_AGAIN), try_again, tone=Tone.ATTENTION)


def not_opened(failure: Failure) -> EmptyState:
    """Nothing can be shown before the program is open; what helps stands above all pages."""
    return EmptyState("unplug", tr(kit.NOT_OPENED), failure.title, tone=Tone.ATTENTION)


def still_opening() -> EmptyState:
    """It takes longer than anybody would wait without a word."""
    return EmptyState("loader", tr(kit.STILL_OPENING), tr(kit.STILL_OPENING_MORE))


def loading() -> EmptyState:
    """Calm, while the first answer is on its way."""
    return EmptyState("loader", tr(kit.LOADING))
