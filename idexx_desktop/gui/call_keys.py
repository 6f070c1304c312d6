"""The keys of the page Discharge calls: figures note what came of a call, letters help with it.

A text field that has the focus takes them as text first, and a dialog is a window of its own: neither is disturbed.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from idexx_desktop.gui.panels.call_panel import CallPanel

FIGURES = range(1, 10)
NOTE, DIAL, COPY, CLAIM = "N", "D", "C", "I"


class CallKeys(QObject):
    """Held by the page. A key that is held down presses once."""

    def __init__(self, page: QWidget, panel: CallPanel, back: Callable[[], object]) -> None:
        super().__init__(page)
        self._panel = panel
        self._page = page
        for figure in FIGURES:
            self._key(str(figure), self._figure).setObjectName(str(figure))
        self._key(NOTE, self._note)
        self._key(DIAL, self._dial)
        self._key(COPY, self._copy)
        self._key(CLAIM, self._claim)
        panel.form.note.done.connect(back)

    def _key(self, key: str, press: Callable[[], object]) -> QShortcut:
        made = QShortcut(QKeySequence(key), self._page)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setAutoRepeat(False)
        made.activated.connect(press)
        return made

    @Slot()
    def _figure(self) -> None:
        self._panel.form.press(int(self.sender().objectName()))

    @Slot()
    def _note(self) -> None:
        if self._panel.form.isVisible():
            self._panel.form.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _dial(self) -> None:
        if self._panel.isVisible():
            self._panel.dial()

    @Slot()
    def _claim(self) -> None:
        if self._panel.isVisible():
            self._panel.claim()

    @Slot()
    def _copy(self) -> None:
        if self._panel.isVisible():
            self._panel.copy()
