"""Company id, user name and password of Neo: typed or pasted in, never read back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.secret import SecretInput
from idexx_desktop.gui.strings import settings, tr

# what only a person can see or do, on Neo's own page
BY_HAND = frozenset(
    {
        FailureCode.CODE_ASKED,
        FailureCode.NEO_ASKS,
        FailureCode.PASSWORD_EXPIRED,
        FailureCode.SIGN_IN_REJECTED,
        FailureCode.LOCKED_OUT,
        FailureCode.ACCOUNT_DISABLED,
    }
)


class LoginFields(QWidget):
    """`changed` when a person typed, `entered` when they pressed Enter."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.edited = False
        self._there = False
        self.company = TextInput()
        self.user = TextInput()
        self.password = SecretInput()
        self.user_field = Field(tr(settings.USER_NAME), self.user)
        self.password_field = Field(tr(settings.PASSWORD), self.password, tr(settings.PASSWORD_HINT))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(Field(tr(settings.COMPANY_ID), self.company, tr(settings.COMPANY_ID_HINT)))
        column.addWidget(self.user_field)
        column.addWidget(self.password_field)
        for box in (self.company, self.user, self.password):
            box.textEdited.connect(self._typed)
            box.returnPressed.connect(self.entered)
        self.setFocusProxy(self.company)

    @property
    def login(self) -> NeoLogin:
        """What the fields hold."""
        return NeoLogin(self.company.text().strip(), self.user.text().strip(), self.password.text())

    def show_status(self, status: CredentialStatus) -> None:
        """Show what is known of the kept sign-in, unless the person is changing it."""
        self._there = status.state != "not_configured"
        self.password.setPlaceholderText(tr(settings.PASSWORD_KEPT) if self._there else "")
        self.password_field.hint.setVisible(self._there)
        if not self.edited:
            self.company.setText(status.company_id)
            self.user.setText(status.username_hint)

    def is_complete(self) -> bool:
        """Whether it can be tested; what is missing is said beside it."""
        login = self.login
        missing = settings.ENTER_PASSWORD_AGAIN if self._there else settings.ENTER_PASSWORD
        self.user_field.set_problem("" if login.username else tr(settings.ENTER_USER_NAME))
        self.password_field.set_problem("" if login.password else tr(missing))
        return bool(login.username and login.password)

    def forget(self) -> None:
        """Keep nothing of the password that was typed."""
        self.password.clear()
        self.edited = False
        self.user_field.set_problem("")
        self.password_field.set_problem("")

    def ask_password(self) -> None:
        """Put the cursor where the password goes."""
        self.password.setFocus()
        self.password.selectAll()

    def _typed(self, _: str) -> None:
        self.edited = True
        self.changed.emit()
