"""Whether the program starts with the session: asked of this computer, changed at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.choices import CheckChoice
from idexx_desktop.gui.strings import settings, tr


class AutostartBox(QWidget):
    """One tick. `failed` carries the failure of a change, which is then not shown as made."""

    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.box = CheckChoice(tr(settings.AUTOSTART_ON))
        self.box.setAccessibleName(tr(settings.AUTOSTART_ON))
        self.box.setAccessibleDescription(tr(settings.AUTOSTART_MORE))
        self.box.setEnabled(False)
        self.box.clicked.connect(self._clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.box)

    def refresh(self) -> None:
        """Ask the computer."""
        self._desk.bridge.ask_anew(self._desk.opened.autostart.is_on, self._arrived, self._not_read)

    def _arrived(self, is_on: bool) -> None:
        self.box.setChecked(is_on)
        self.box.setEnabled(True)

    def _not_read(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _clicked(self, wanted: bool) -> None:
        autostart = self._desk.opened.autostart
        self._desk.bridge.ask(
            autostart.turn_on if wanted else autostart.turn_off, self._changed, self._not_changed
        )

    def _changed(self, _: object) -> None:
        self.refresh()

    def _not_changed(self, failure: Failure) -> None:
        self.failed.emit(failure)
        self.refresh()
