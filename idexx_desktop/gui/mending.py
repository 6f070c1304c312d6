"""What a person can do in the window about records that are damaged or gone: put a backup back, or begin anew.

Both ask first, and the answer that does no harm is what Return and Escape give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.panels.putting_back import PutsBack, PuttingBack
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.strings import backup, tr


class Mends(PutsBack, Protocol):
    """As `PutsBack`, in the place of records that are there; they are set aside."""

    def begin_anew(self) -> None:
        """Set aside what is there, so that this computer can be set up anew."""
        ...


class Mending(QObject):
    """One per window, for the failures that it offers its two ways for."""

    def __init__(self, window: MainWindow, mends: Mends, open_program: Callable[[], Program]) -> None:
        """`open_program`: what leads to the first start once there are no records any more."""
        super().__init__(window)
        self._window, self._mends, self._open_program = window, mends, open_program
        self.question: VerbDialog | None = None
        self.putting_back = PuttingBack(window, window.desk, mends)
        self.putting_back.began.connect(self._began)
        self.putting_back.ended.connect(self._ended)
        self.putting_back.opened.connect(window.opened)
        self.putting_back.failed.connect(self._failed)
        for trouble in (Trouble.DAMAGED, Trouble.GONE):
            window.other_ways[trouble] = (
                (backup.PUT_BACK, self._ask_put_back),
                (backup.ANEW, self._ask_anew),
            )

    def _ask_put_back(self) -> None:
        words = tr(backup.PUT_BACK_ASK), tr(backup.PUT_BACK_TEXT), tr(backup.PUT_BACK_VERB)
        self._ask(words, self.putting_back.choose)

    def _ask_anew(self) -> None:
        self._ask((tr(backup.ANEW_ASK), tr(backup.ANEW_TEXT), tr(backup.ANEW_VERB)), self._begin_anew)

    def _ask(self, words: tuple[str, str, str], then: Callable[[], None]) -> None:
        self.question = VerbDialog(self._window, *words, safe=tr(backup.LEAVE))
        self.question.accepted.connect(then)
        self.question.open()

    def _begin_anew(self) -> None:
        self._began()
        self._window.desk.bridge.ask(self._mends.begin_anew, self._set_aside, self._failed)

    def _set_aside(self, _: object) -> None:
        self._ended()
        self._window.open(self._open_program)

    def _began(self) -> None:
        """Nothing is opened or mended a second time meanwhile."""
        self._set_busy(True)

    def _ended(self) -> None:
        self._set_busy(False)

    def _failed(self, failure: Failure) -> None:
        self._ended()
        self._window.tell(failure.title, failure.advice)

    def _set_busy(self, busy: bool) -> None:
        self._window.is_opening = busy
        for button in self._window.notice.buttons if self._window.notice else ():
            button.setEnabled(not busy)
