"""A field for a password: write-only, and what is being typed can be looked at for as long as one is in the field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from idexx_desktop.gui.kit.buttons import QuietButton, put_inside
from idexx_desktop.gui.kit.inputs import MIDDLE, TextInput
from idexx_desktop.gui.strings import forms, tr

_Echo = QLineEdit.EchoMode
_HINTS = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText


class SecretInput(TextInput):
    """Pasting in works, copying out never does, whether it is shown or not. Nothing that is kept is ever put in here.

    The eye shows what was typed; it is hidden again when the focus leaves field and eye, when the window isn't the
    active one any more, and when the field is emptied.
    """

    def __init__(self, placeholder: str = "", *, wide: int = MIDDLE) -> None:
        super().__init__(placeholder, wide=wide)
        # what the eye asked for; for a moment what was typed may be hidden all the same
        self._revealed = False
        self._echo(shown=False)
        self.eye = _Eye(self)
        self.setTextMargins(0, 0, self.eye.width(), 0)
        self.textChanged.connect(self._text_changed)
        self._text_changed("")

    @property
    def is_shown(self) -> bool:
        """Whether what was typed can be read."""
        return self.echoMode() is _Echo.Normal

    def show_typed(self, shown: bool) -> None:
        """Show what was typed, or hide it again."""
        self._revealed = shown
        self._echo(shown=shown)
        self.eye.say(shown)

    def look_away(self) -> None:
        """Hide it unless the focus is still here."""
        if self._revealed and QApplication.focusWidget() not in (self, self.eye):
            self.show_typed(False)

    def setText(self, text: str | None) -> None:
        # as it is: of a secret every character counts
        QLineEdit.setText(self, text)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.eye.name(name)

    def clear(self) -> None:
        self.show_typed(False)
        super().clear()

    # ways out of the field, all of which Qt closes for hidden text only

    def copy(self) -> None:
        with self._hidden():
            super().copy()

    def cut(self) -> None:
        with self._hidden():
            super().cut()

    def createStandardContextMenu(self) -> QMenu:
        with self._hidden():
            return super().createStandardContextMenu()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with self._hidden():
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        with self._hidden():
            super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        with self._hidden():
            super().contextMenuEvent(event)

    # when it is hidden again

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.look_away()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.show_typed(False)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.show_typed(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        put_inside(self, self.eye)

    def _text_changed(self, text: str) -> None:
        self.eye.setEnabled(bool(text))
        if not text:
            self.show_typed(False)

    @contextmanager
    def _hidden(self) -> Iterator[None]:
        """As if nothing were shown; the screen isn't painted in between.

        What happens meanwhile may take the focus away (Enter begins to test a sign-in): then it stays hidden.
        """
        self._echo(shown=False)
        try:
            yield
        finally:
            self.look_away()
            self._echo(shown=self._revealed)

    def _echo(self, *, shown: bool) -> None:
        self.setEchoMode(_Echo.Normal if shown else _Echo.Password)
        # Qt takes them away from what is shown; a keyboard must not learn it all the same
        self.setInputMethodHints(self.inputMethodHints() | _HINTS)


class _Eye(QuietButton):
    """The button inside the field."""

    def __init__(self, field: SecretInput) -> None:
        super().__init__(tr(forms.SHOW_TYPED), self._clicked, icon_name="eye", parent=field)
        self._field = field
        self._of = ""

    def say(self, shown: bool) -> None:
        """What a click does next."""
        words = tr(forms.HIDE_TYPED if shown else forms.SHOW_TYPED)
        self.set_icon("eye-off" if shown else "eye")
        self.setToolTip(words)
        self.setAccessibleName(f"{self._of}: {words}" if self._of else words)

    def name(self, of: str) -> None:
        """Which field it belongs to, for a screen reader."""
        self._of = of
        self.say(self._field.is_shown)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._field.look_away()

    def _clicked(self) -> None:
        shown = not self._field.is_shown
        if not self.hasFocus():
            # looked at only while one is here
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.show_typed(shown)
