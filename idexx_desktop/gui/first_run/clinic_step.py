"""Step 1: what is read and kept, that the clinic allows it, whose clinic it is, and where the records go."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout

from idexx_desktop.domain.connection import ConnectionStep, problem_in
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.ports import Practice, Server, SetUp
from idexx_desktop.gui.first_run.server_fields import ServerFields
from idexx_desktop.gui.first_run.step import Step
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.choices import CheckChoice, RadioChoice
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.putting_back import PuttingBack
from idexx_desktop.gui.places import region_of, system_country, system_zone
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.strings import backup, first_run, tr
from idexx_desktop.gui.tokens import Tone

_PRACTICE, _EMAIL, _ALLOWED = "first_run/practice", "first_run/email", "first_run/allowed"
_SERVER_GIVEN_BY = "IDEXX_DESKTOP_DATABASE_URL"
_POINTS = (
    ("info", first_run.READS, Tone.ACCENT),
    ("lock", first_run.KEEPS, Tone.ACCENT),
    ("ban", first_run.NEVER, Tone.OFF),
)


class ClinicStep(Step):
    """`opened(Program)` once this computer is set up. What was typed is remembered until then."""

    key = "clinic"
    title = first_run.STEP_CLINIC
    heading = first_run.CLINIC_TITLE
    more = first_run.CLINIC_MORE
    opened = Signal(object)

    def __init__(self, desk: Desk, set_up: SetUp) -> None:
        super().__init__(desk)
        self._set_up = set_up
        self.allowed = CheckChoice(tr(first_run.ALLOWED))
        self.allowed_problem = Text("", Style.SECONDARY, "act")
        self.practice, self.email = TextInput(), TextInput()
        self.practice_field = Field(tr(first_run.PRACTICE), self.practice, tr(first_run.PRACTICE_HINT))
        self.email_field = Field(tr(first_run.EMAIL), self.email, tr(first_run.EMAIL_HINT))
        self.here = RadioChoice(tr(first_run.PLACE_HERE))
        self.on_server = RadioChoice(tr(first_run.PLACE_SERVER))
        self.place_hint = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.server = ServerFields(given=set_up.on_server)
        self.putting_back = PuttingBack(self, desk, set_up)
        self._build_what()
        self._build_who()
        self._build_where()
        self._build_restore()
        self._recall()

    def go_on(self) -> None:
        if self.desk.program:
            self.moved_on.emit()
        elif self._is_complete():
            self._start()

    def entered(self) -> None:
        # what exists can't be named anew here
        there = self.desk.program
        for part in (self.allowed, self.practice, self.email, self.here, self.on_server):
            part.setEnabled(there is None)
        self.server.setVisible(there is None and self.on_server.isChecked())
        self.restore_card.setVisible(there is None)
        if there:
            self.allowed.setChecked(True)
            self.practice.setText(there.clinic.name)
            self.email.setText(there.identity.email)
            self.place_hint.setText(tr(first_run.THERE_ALREADY, clinic=there.clinic.name))

    # building

    def _build_what(self) -> None:
        card = self.add_card(tr(self.heading), tr(self.more))
        points = QVBoxLayout()
        points.setSpacing(8)
        for icon, words, tone in _POINTS:
            line = QHBoxLayout()
            line.setSpacing(10)
            line.addWidget(Icon(icon, 18, tone), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(tr(words), wrap=True), 1)
            points.addLayout(line)
        card.body.addLayout(points)
        allow = QVBoxLayout()
        allow.setSpacing(2)
        allow.addWidget(self.allowed)
        allow.addWidget(self.allowed_problem)
        card.body.addLayout(allow)
        self.allowed_problem.hide()
        self.allowed.toggled.connect(self._remember)

    def _build_who(self) -> None:
        card = self.add_card(tr(first_run.STEP_CLINIC))
        card.body.addWidget(self.practice_field)
        card.body.addWidget(self.email_field)
        self.practice.textEdited.connect(self._remember)
        self.email.textEdited.connect(self._remember)

    def _build_where(self) -> None:
        card = self.add_card(tr(first_run.PLACE))
        group = QButtonGroup(self)
        choices = QVBoxLayout()
        choices.setSpacing(2)
        for button in (self.here, self.on_server):
            button.setAccessibleName(button.text())
            group.addButton(button)
            choices.addWidget(button)
        card.body.addLayout(choices)
        card.body.addWidget(self.place_hint)
        card.body.addWidget(self.server)
        self.here.setChecked(not self._set_up.on_server)
        self.on_server.setChecked(self._set_up.on_server)
        self.on_server.toggled.connect(self._place_changed)
        self.on_server.clicked.connect(self._show_server)
        self._place_changed()

    def _build_restore(self) -> None:
        self.restore_card = self.add_card(tr(backup.RESTORE_TITLE), tr(backup.RESTORE_MORE))
        self.restore = SecondaryButton(tr(backup.RESTORE), self.putting_back.choose)
        self.restore_card.body.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignLeft)
        self.putting_back.began.connect(self._restoring)
        self.putting_back.ended.connect(self._restored)
        self.putting_back.opened.connect(self._made)
        self.putting_back.failed.connect(self._not_made)

    def _place_changed(self, *_: object) -> None:
        if not self.on_server.isChecked():
            words = first_run.PLACE_HERE_HINT
        elif self._set_up.on_server:
            words = first_run.PLACE_SERVER_FOUND
        else:
            words = first_run.PLACE_SERVER_HINT
        self.place_hint.setText(tr(words, name=_SERVER_GIVEN_BY))
        self.place_hint.set_color("secondary")
        self.server.setVisible(self.on_server.isChecked())
        as_called = (
            first_run.PRACTICE_ON_SERVER_HINT if self.on_server.isChecked() else first_run.PRACTICE_HINT
        )
        self.practice_field.hint.setText(tr(as_called))
        self.practice.setAccessibleDescription(tr(as_called))

    # what was typed

    def _recall(self) -> None:
        kept = self.desk.preferences
        self.practice.setText(kept.get(_PRACTICE))
        self.email.setText(kept.get(_EMAIL))
        self.allowed.setChecked(bool(kept.get(_ALLOWED)))

    def _remember(self, *_: object) -> None:
        kept = self.desk.preferences
        kept.put(_PRACTICE, self.practice.text())
        kept.put(_EMAIL, self.email.text())
        kept.put(_ALLOWED, "yes" if self.allowed.isChecked() else "")

    def _is_complete(self) -> bool:
        allowed, practice = self.allowed.isChecked(), self.practice.text().strip()
        email = is_address(self.email.text().strip())
        self.allowed_problem.setText("" if allowed else tr(first_run.ALLOWED_MISSING))
        self.allowed_problem.setVisible(not allowed)
        self.allowed.setProperty("wrong", not allowed)
        self.practice_field.set_problem("" if practice else tr(first_run.PRACTICE_MISSING))
        self.email_field.set_problem("" if email else tr(first_run.EMAIL_MISSING))
        return self._is_place_complete() and bool(allowed and practice and email)

    def _is_place_complete(self) -> bool:
        self.here.setProperty("wrong", self._set_up.on_server and not self.on_server.isChecked())
        if self.on_server.isChecked():
            return self.server.is_complete()
        if self._set_up.on_server:
            # records on this computer and a server's address from outside exclude each other
            self.place_hint.setText(tr(first_run.PLACE_SERVER_FOUND, name=_SERVER_GIVEN_BY))
            self.place_hint.set_color("act")
        return not self._set_up.on_server

    # setting up

    def _start(self) -> None:
        self._set_busy(True)
        self.set_bar("failure", None)
        if self.on_server.isChecked():
            set_up, server = self._set_up, self.server.server
            self.ask(lambda: set_up.test(server), self._tested, self._not_made)
        else:
            self._make(None)

    def _restoring(self) -> None:
        self._set_busy(True)
        self.set_bar("failure", None)

    def _restored(self) -> None:
        self._set_busy(False)

    def _tested(self, steps: list[ConnectionStep]) -> None:
        """A server that can't be used is shown with the reason; nothing is made then."""
        self.server.steps.show_steps(steps)
        if problem_in(steps):
            self._set_busy(False)
            self._show_server()
        else:
            self._make(self.server.server)

    def _show_server(self) -> None:
        # once what was shown or hidden has its height
        QTimer.singleShot(0, self._scroll_to_server)

    def _scroll_to_server(self) -> None:
        self.ensureWidgetVisible(self.server.lowest)

    def _make(self, server: Server | None) -> None:
        country, set_up = system_country(), self._set_up
        wanted = Practice(
            self.practice.text().strip(),
            self.email.text().strip(),
            system_zone(),
            country,
            region_of(country),
            server=server,
        )
        self.ask(lambda: set_up(wanted), self._made, self._not_made)

    def _made(self, program: Program) -> None:
        for name in (_PRACTICE, _EMAIL, _ALLOWED):
            self.desk.preferences.put(name, "")
        self.server.forget()
        self._set_busy(False)
        self.opened.emit(program)
        self.moved_on.emit()

    def _not_made(self, failure: Failure) -> None:
        self._set_busy(False)
        self.show_failure(failure)

    def _set_busy(self, busy: bool) -> None:
        # what was tested is what is used
        self.server.setEnabled(not busy)
        self.restore.setEnabled(not busy)
        self.set_state(busy=busy)


def is_address(text: str) -> bool:
    """Whether it looks like an e-mail address; the program checks it again."""
    local, _, domain = text.partition("@")
    return bool(local) and "." in domain.strip(".") and not any(each.isspace() for each in text)
