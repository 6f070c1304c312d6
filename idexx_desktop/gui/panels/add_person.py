"""Adds a person to a shared server, and shows once what is to be handed over to them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from idexx_desktop.domain.people import HandOver, Logins, NewPerson, suggest_login
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.clinic_step import is_address
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import Select, TextInput
from idexx_desktop.gui.kit.secret import SecretInput
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.owner_dialog import OwnerDialog, Work
from idexx_desktop.gui.strings import people, tr

_WIDE, _HALF, _GAP = 412, 200, 12


class AddPersonDialog(OwnerDialog):
    """`answered` with `(HandOver, Logins)`."""

    def __init__(self, parent: QWidget, desk: Desk, known: Logins) -> None:
        words = (tr(people.ADD_ASK), tr(people.ADD_TEXT), tr(people.ADD_VERB))
        super().__init__(parent, desk, words, self._adding)
        self._known = {login.login: login.email for login in known.logins}
        self._login_typed = False
        self.email, self.login = TextInput(wide=_WIDE), TextInput(wide=_HALF)
        self.role = Select(
            (("user", tr(people.ROLE_USER)), ("admin", tr(people.ROLE_ADMIN_MORE))), wide=_HALF
        )
        self.clinic = Select([(name, name) for name in known.clinics], wide=_HALF)
        if desk.clinic_name in known.clinics:
            self.clinic.set_value(desk.clinic_name)
        self.way = Select(((False, tr(people.PASSWORD_MADE)), (True, tr(people.PASSWORD_TYPED))), wide=_HALF)
        self.password = SecretInput(wide=_WIDE)
        self.email_field = Field(tr(people.EMAIL), self.email, wide=True)
        self.login_field = Field(tr(people.LOGIN), self.login, tr(people.LOGIN_HINT), wide=True)
        hint = tr(people.PASSWORD_HINT)
        self.password_field = Field(tr(people.PASSWORD_OWN), self.password, hint, wide=True)
        self._build()
        self.email.textEdited.connect(self._email_edited)
        self.login.textEdited.connect(self._login_edited)
        self.way.picked.connect(self._way_picked)
        self.finished.connect(self._forget_password)
        self._way_picked()
        self.email.setFocus()

    def _build(self) -> None:
        role, clinic = (
            Field(tr(people.ROLE), self.role, wide=True),
            Field(tr(people.CLINIC), self.clinic, wide=True),
        )
        way = Field(tr(people.PASSWORD), self.way, wide=True)
        # above the owner's address, which is there already
        rows = (
            self.email_field,
            _beside(role, clinic),
            _beside(self.login_field, way),
            self.password_field,
        )
        for number, row in enumerate(rows):
            self.form.insertWidget(number, row)
        # in the order in which they stand
        order = (self.email, self.role, self.clinic, self.login, self.way, self.password, self.address)
        for one, next_one in pairwise(order):
            self.setTabOrder(one, next_one)

    def _adding(self) -> Work | None:
        users, typed = self._desk.opened.users, bool(self.way.value)
        person = NewPerson(
            self.email.text().strip(),
            str(self.role.value),
            str(self.clinic.value or ""),
            self.login.text().strip(),
            self.password.text() if typed else "",
        )
        self.email_field.set_problem("" if is_address(person.email) else tr(people.EMAIL_MISSING))
        self.login_field.set_problem("" if person.login else tr(people.LOGIN_MISSING))
        self.password_field.set_problem("" if person.password or not typed else tr(people.PASSWORD_MISSING))
        if not is_address(person.email) or not person.login or (typed and not person.password):
            return None
        return lambda address: users.add(address, person)

    def _email_edited(self, email: str) -> None:
        if not self._login_typed:
            self.login.setText(suggest_login(email, self._known))
            self._say_taken()

    def _login_edited(self, login: str) -> None:
        self._login_typed = bool(login)
        self._say_taken()

    def _say_taken(self) -> None:
        """A login that is there already isn't made twice, but gets a new password."""
        whose = self._known.get(self.login.text().strip())
        words = tr(people.LOGIN_TAKEN, email=whose) if whose else tr(people.LOGIN_HINT)
        if self.login_field.hint.text() != words:
            self.login_field.hint.setText(words)
            self.login.setAccessibleDescription(words)
            self.fit()

    def _way_picked(self) -> None:
        self.password_field.setVisible(bool(self.way.value))
        self._forget_password()
        self.fit()

    def _forget_password(self) -> None:
        self.password.setText("")


class HandOverDialog(VerbDialog):
    """What the new person needs. The password can't be marked or copied, and is gone with the dialog."""

    def __init__(self, parent: QWidget, given: HandOver) -> None:
        words = people.HAND_OVER_TEXT if given.password else people.HAND_OVER_TYPED
        super().__init__(parent, tr(people.HAND_OVER), tr(words), tr(people.HANDED_OVER))
        self.cancel.hide()
        self.address = TextInput(wide=_WIDE)
        self.address.setText(given.address)
        self.address.setReadOnly(True)
        self.address.setCursorPosition(0)
        self.form.addWidget(Field(tr(people.HAND_OVER_ADDRESS), self.address, wide=True))
        self.password = Text(given.password, Style.SENTENCE, parent=self)
        self.password.setVisible(bool(given.password))
        if given.password:
            self.form.addSpacing(4)
            self.form.addWidget(Field(tr(people.PASSWORD), self.password, wide=True))
            self.password.setAccessibleName(given.password)
        self.finished.connect(self._forget)

    def _forget(self) -> None:
        self.password.setText("")
        self.password.setAccessibleName("")


def _beside(left: QWidget, right: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(_GAP)
    for part in (left, right):
        part.setFixedWidth(_HALF)
        row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
    return both
