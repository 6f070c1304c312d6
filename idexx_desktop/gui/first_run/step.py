"""One step of the first start: a section that says when it may be left, and does its work on leaving."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Signal

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import first_run, tr
from idexx_desktop.gui.tokens import Tone


class Step(Section):
    """Set `heading`, `more` and `title` (that of the list). `go_on` is the button Next: it ends in `moved_on`.

    `changed` when `ready` or `busy` did.
    """

    heading: ClassVar[str] = ""
    more: ClassVar[str] = ""
    moved_on = Signal()
    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.ready = True
        self.busy = False

    @property
    def next_words(self) -> str:
        """What the button says."""
        return tr(first_run.NEXT)

    def entered(self) -> None:
        """The step came to the front: read what is there."""

    def go_on(self) -> None:
        """Check and keep what was entered, then emit `moved_on`."""
        self.moved_on.emit()

    def show_failure(self, failure: Failure) -> None:
        self.set_bar("failure", failure_bar(failure))

    def set_state(self, *, ready: bool | None = None, busy: bool | None = None) -> None:
        """Change what the buttons allow."""
        self.ready = self.ready if ready is None else ready
        self.busy = self.busy if busy is None else busy
        self.changed.emit()


def failure_bar(failure: Failure, *actions: BarAction) -> InlineBar:
    """What happened and what to do, in words that name no page that isn't there yet; closable without an action."""
    return InlineBar(Tone.ATTENTION, failure.title, failure.advice_at_set_up, actions, closable=not actions)
