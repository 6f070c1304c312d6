"""Who calls: people or a system, and whether a system's calls wait for the owner's consent."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.choices import CheckChoice, RadioChoice
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import law as words
from idexx_desktop.gui.strings import tr


class CallerChoice(QWidget):
    """`changed` when a person chose."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.people, self.system = RadioChoice(tr(words.PEOPLE)), RadioChoice(tr(words.SYSTEM))
        self.hold = CheckChoice(tr(words.HOLD))
        self.warning = Text(tr(words.NO_CONSENT), Style.SECONDARY, "secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.people, self.system, self.warning, self.hold):
            column.addWidget(part)
        for button in (self.people, self.system, self.hold):
            button.clicked.connect(self._clicked)

    def set_value(self, *, automated: bool, hold: bool) -> None:
        """Show it, without a signal."""
        (self.system if automated else self.people).setChecked(True)
        self.hold.setChecked(hold)
        self._show()

    @property
    def automated(self) -> bool:
        """Whether a system calls."""
        return self.system.isChecked()

    @property
    def holds(self) -> bool:
        """Whether a system's calls without a consent on record are held."""
        return self.hold.isChecked()

    def _clicked(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.hold.setVisible(self.automated)
        self.warning.setVisible(self.automated and not self.holds)
