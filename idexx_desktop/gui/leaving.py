"""Leaving what was typed and not saved: asked before another page comes, the window closes, or the program ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import forms, tr

if TYPE_CHECKING:
    from idexx_desktop.gui.main_window import MainWindow

# set on the application when the system ends it: nobody is there to be asked
ENDING = "ending"


class UnsavedDialog(VerbDialog):
    """Save, Discard or Stay; Escape stays."""

    def __init__(self, parent: QWidget, names: Sequence[str]) -> None:
        text = tr(forms.UNSAVED_MORE, names=", ".join(names))
        super().__init__(parent, tr(forms.UNSAVED), text, tr(forms.SAVE))
        self.cancel.set_words(tr(forms.STAY))
        self.discard = SecondaryButton(tr(forms.DISCARD), self._discard)
        self.foot.insertWidget(self.foot.indexOf(self.verb), self.discard)
        self.discarded = False

    def _discard(self) -> None:
        self.discarded = True
        self.reject()


class Leaving(QObject):
    """One per window. `ask(go)` goes at once where nothing is unsaved, else once a person has said Save or Discard."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: UnsavedDialog | None = None
        self._go: Callable[[], object] | None = None

    @property
    def must_ask(self) -> bool:
        """Whether something would be lost, and somebody is there to be asked."""
        application = QGuiApplication.instance()
        ends = isinstance(application, QGuiApplication) and (
            application.isSavingSession() or bool(application.property(ENDING))
        )
        is_open = self._window.desk.program is not None
        return is_open and not ends and bool(self._window.current.unsaved())

    def ask(self, go: Callable[[], object]) -> None:
        """Go, or ask first; a question that is open already takes the new aim."""
        if not self.must_ask:
            go()
            return
        self._go = go
        if self.dialog is None:
            names = [tr(section.title) for section in self._window.current.unsaved()]
            self.dialog = UnsavedDialog(self._window, names)
            self.dialog.finished.connect(self._answered)
            self.dialog.open()

    def _answered(self, saved: int) -> None:
        dialog, self.dialog = self.dialog, None
        if saved:
            self._save_next()
        elif dialog is not None and dialog.discarded:
            for section in self._window.current.unsaved():
                section.discard()
            self._leave()

    def _save_next(self) -> None:
        section = next(iter(self._window.current.unsaved()), None)
        if section is None:
            self._leave()
            return
        section.save_ended.connect(partial(self._saved, section))
        section.save()

    def _saved(self, section: Section, done: bool) -> None:
        section.save_ended.disconnect()
        if done:
            self._save_next()
        else:
            self._window.go(self._window.current.page_id, section.key)  # what is wrong is said there

    def _leave(self) -> None:
        go, self._go = self._go, None
        if go is not None:
            go()
