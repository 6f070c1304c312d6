"""What pages and sections share: asking off the window's thread, and lasting messages on top."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.bridge import Ticket
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import InlineBar
from idexx_desktop.gui.tokens import Tone

Answer = TypeVar("Answer")


class AsksAndTells:
    """Mixed into a widget that makes `desk`, `_bars` (empty) and `_bar_column` in its `__init__`."""

    desk: Desk
    _bars: dict[str, InlineBar]
    _bar_column: QVBoxLayout

    def ask(
        self,
        work: Callable[[], Answer],
        done: Callable[[Answer], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Ticket:
        """Do `work` off this thread; failures become a bar unless `failed` takes them. Bound methods only."""
        return self.desk.bridge.ask(work, done, failed or self.show_failure)

    def ask_anew(
        self,
        work: Callable[[], Answer],
        done: Callable[[Answer], object],
        failed: Callable[[Failure], object] | None = None,
    ) -> Ticket:
        """Like `ask`, for what is only read: an earlier question with the same `done` is dropped."""
        return self.desk.bridge.ask_anew(work, done, failed or self.show_failure)

    def show_failure(self, failure: Failure) -> None:
        """What happened and what to do, as a bar that can be closed."""
        self.set_bar("failure", InlineBar(Tone.ATTENTION, failure.title, failure.advice, closable=True))

    def keep_bar(self, key: str, of: object, make: Callable[[], InlineBar]) -> None:
        """Show the bar that `make` makes of this; None takes it away. One that was made of the same stays as it is.

        A button that somebody is at, with the mouse or with the keys, isn't taken away under their hands.
        """
        old = self._bars.get(key)
        if of is None:
            self.set_bar(key, None)
        elif old is None or old.made_of != of:
            bar = make()
            bar.made_of = of
            self.set_bar(key, bar)

    def set_bar(self, key: str, bar: InlineBar | None) -> None:
        """Show a lasting message on top, in place of the last of this key; None takes it away."""
        old = self._bars.pop(key, None)
        if old:
            self._bar_column.removeWidget(old)
            old.hide()
            old.deleteLater()
        if bar:
            self._bars[key] = bar
            self._bar_column.addWidget(bar)
