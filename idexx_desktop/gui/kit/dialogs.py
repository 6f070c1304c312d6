"""Dialogs, for what is critical and can be acted on. Buttons are verbs; Cancel is safe and takes Escape."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import PrimaryButton, SecondaryButton
from idexx_desktop.gui.kit.keyboard import Keyboard
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.place import fit_at_first, keep_in_sight, room_for_windows
from idexx_desktop.gui.shown import shown, shown_lines
from idexx_desktop.gui.strings import kit, shell, tr

_WIDE, _SIDE = 460, 24


class OwnDialog(QDialog):
    """What every dialog of ours shares: Tab goes as things are seen, and it is deleted when it is over."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.keyboard = Keyboard(self)
        self.finished.connect(self.deleteLater)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.keyboard.move(forward)


class VerbDialog(OwnDialog):
    """A question with a verb and Cancel. Fill `form` (a column), connect `accepted`, call `open()`.

    `safe`: what Cancel is called where it is the answer that does no harm: Enter presses it then, as Escape does.
    """

    def __init__(self, parent: QWidget, title: str, text: str, verb: str, *, safe: str = "") -> None:
        super().__init__(parent)
        # the question may name a pet, and a window's title is shown in places that anybody sees
        self.setWindowTitle(tr(shell.PRODUCT))
        self.setAccessibleName(shown(title))
        self._scroll = Scrolling(name="dialog")
        column = self._scroll.column
        # the room at the right is for the scroll bar
        column.setContentsMargins(_SIDE, 22, _SIDE, 0)
        column.setSpacing(8)
        column.addWidget(Text(title, Style.SENTENCE, wrap=True))
        if text:
            column.addWidget(Text(text, Style.BODY, "secondary", wrap=True))
        self.form = QVBoxLayout()
        self.form.setContentsMargins(0, 6, 0, 0)
        self.form.setSpacing(8)
        column.addLayout(self.form)
        self.foot = row = QHBoxLayout()
        row.setContentsMargins(_SIDE, 14, _SIDE, 20)
        row.setSpacing(8)
        row.addStretch(1)
        self.cancel = SecondaryButton(safe or tr(kit.CANCEL), self.reject)
        self.verb = PrimaryButton(verb, self.accept)
        self.verb.setAutoDefault(not safe)
        (self.cancel if safe else self.verb).setDefault(True)
        row.addWidget(self.cancel)
        row.addWidget(self.verb)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        # not in what scrolls: a question can be answered whatever its length
        outer.addLayout(row)

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        super().showEvent(event)

    def fit(self) -> None:
        """Take the size that the words need, as far as the screen has it; the rest is scrolled to.

        Call it where they change while the dialog is shown.
        """
        room = room_for_windows(self)
        wide = min(_WIDE, room.width())
        high = self._scroll.needed_height(wide) + self.foot.sizeHint().height()
        if high > room.height():
            wide = min(wide + self._scroll.verticalScrollBar().sizeHint().width(), room.width())
        self.setFixedSize(wide, min(high, room.height()))
        if self.isVisible():
            keep_in_sight(self)


class ConfirmDialog(VerbDialog):
    """Asks before something that can't be undone; with `typed_word` the verb works only once it is typed."""

    def __init__(self, parent: QWidget, title: str, text: str, verb: str, typed_word: str = "") -> None:
        super().__init__(parent, title, text, verb)
        self._word = typed_word
        self.typed: QLineEdit | None = None
        if typed_word:
            label = Text(tr(kit.TYPE_TO_CONFIRM, word=typed_word), Style.LABEL)
            self.typed = QLineEdit()
            self.typed.setAccessibleName(label.text())
            self.typed.textChanged.connect(self._typed)
            label.setBuddy(self.typed)
            self.form.addWidget(label)
            self.form.addWidget(self.typed)
            self.verb.setEnabled(False)

    def _typed(self, text: str) -> None:
        self.verb.setEnabled(text.strip().casefold() == self._word.casefold())


class DetailsDialog(OwnDialog):
    """Technical text for support: shown, selectable, free of names and secrets."""

    def __init__(self, parent: QWidget, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        fit_at_first(self, 520, 360)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(12)
        column.addWidget(Text(title, Style.SENTENCE))
        self.shown = QPlainTextEdit(shown_lines(text))
        self.shown.setReadOnly(True)
        self.shown.setAccessibleName(shown(title))
        column.addWidget(self.shown, 1)
        column.addWidget(SecondaryButton(tr(kit.CLOSE), self.accept), 0, Qt.AlignmentFlag.AlignRight)
