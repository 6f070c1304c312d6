"""The address of the clinic's server, masked because it may hold the password, and what a test of it found."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.gui.connection_steps import ConnectionSteps
from idexx_desktop.gui.first_run.ports import Server
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.secret import SecretInput
from idexx_desktop.gui.strings import first_run, tr

_WIDE = 460


class ServerFields(QWidget):
    """Nothing of it is remembered. `given`: the address comes from outside, so that there is nothing to enter."""

    def __init__(self, *, given: bool) -> None:
        super().__init__()
        self._given = given
        self.address, self.password = SecretInput(wide=_WIDE), SecretInput()
        self.address_field = Field(
            tr(first_run.SERVER_ADDRESS), self.address, tr(first_run.SERVER_HINT), wide=True
        )
        self.password_field = Field(
            tr(first_run.SERVER_PASSWORD), self.password, tr(first_run.SERVER_PASSWORD_HINT)
        )
        self.steps = ConnectionSteps()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for part in (self.address_field, self.password_field, self.steps):
            column.addWidget(part)
        for field in (self.address_field, self.password_field):
            field.setVisible(not given)
        for box in (self.address, self.password):
            box.textEdited.connect(self._edited)

    @property
    def server(self) -> Server | None:
        """What was entered; None where it comes from outside."""
        return None if self._given else Server(self.address.text().strip(), self.password.text())

    @property
    def lowest(self) -> QWidget:
        """The last thing that is to be seen: what a test found, or where to type."""
        return self.password_field if self.steps.isHidden() else self.steps

    def is_complete(self) -> bool:
        """Whether there is an address; that it is missing is said beside it."""
        missing = not self._given and not self.address.text().strip()
        self.address_field.set_problem(tr(first_run.SERVER_MISSING) if missing else "")
        return not missing

    def forget(self) -> None:
        """Keep nothing of what was typed, not in the boxes' history either."""
        self.address.setText("")
        self.password.setText("")

    def _edited(self, _: str) -> None:
        self.steps.show_steps(())
        self.address_field.set_problem("")
