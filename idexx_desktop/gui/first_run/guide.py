"""Puts the first start into the window when it is needed, and the pages back when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from idexx_desktop.gui.first_run.ports import STEP_REACHED, SetUp
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.ports import Program

if TYPE_CHECKING:
    from idexx_desktop.gui.first_run.flow import FirstRun


class FirstRunGuide(QObject):
    """One per window. A profile that was made by command has no step to go on at, and is left alone.

    `ready` once syncs may start by themselves: at once without a first run, in one when its own first sync has ended.
    """

    ready = Signal()

    def __init__(self, window: MainWindow, set_up: SetUp) -> None:
        super().__init__(window)
        self.flow: FirstRun | None = None
        self._window, self._set_up = window, set_up
        window.set_up_needed.connect(self._begin)
        window.program_opened.connect(self._resume)

    def _begin(self) -> None:
        self._show(0)

    def _resume(self) -> None:
        reached = self._window.desk.preferences.get(STEP_REACHED)
        if self.flow is None and reached.isdigit():
            # the program is open, so the first step is done
            self._show(max(1, min(int(reached), 3)))
        if self.flow is None:
            self.ready.emit()

    def _show(self, number: int) -> None:
        if self.flow is None:
            from idexx_desktop.gui.first_run.flow import FirstRun  # only at the first start

            self.flow = FirstRun(self._window.desk, self._set_up)
            self.flow.opened.connect(self._opened)
            self.flow.finished.connect(self._finished)
            self.flow.synced.connect(self.ready)
            self._window.show_instead(self.flow)
        self.flow.go(number)

    def _opened(self, program: Program) -> None:
        self._window.attach(program)

    def _finished(self) -> None:
        if self.flow is None:
            return
        self.flow = None
        self._window.show_pages()
        self._window.go("today")
        self.ready.emit()
