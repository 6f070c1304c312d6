"""Step 2: Neo's address and the sign-in, tested live and kept at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.neo_address import NeoPlace
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.domain.records import SyncSettings
from idexx_desktop.domain.signin import NeoLogin, SignedIn
from idexx_desktop.gui.access import SHUT_OUT, Access, reading
from idexx_desktop.gui.address_question import question_bar, show_given
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.step import Step, failure_bar
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.joining import JoinPanel
from idexx_desktop.gui.kit.address_input import AddressInput
from idexx_desktop.gui.kit.bars import BarAction
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.forms import Field, FormFoot
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.login_fields import BY_HAND, LoginFields
from idexx_desktop.gui.panels.allow_host import AllowsHosts
from idexx_desktop.gui.panels.answer_neo import AnswersNeo
from idexx_desktop.gui.panels.choose_branch import ChoosesBranch
from idexx_desktop.gui.panels.proxy_dialog import SignsInToProxy
from idexx_desktop.gui.panels.start_over import start_over_bar, start_over_dialog
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.strings import computers, first_run, settings, tr


class SignInStep(AllowsHosts, AnswersNeo, ChoosesBranch, SignsInToProxy, Step):
    """Ready once Neo accepted a sign-in: at its test, or before."""

    key = "sign_in"
    title = first_run.STEP_SIGN_IN
    heading = first_run.SIGN_IN_TITLE
    more = first_run.SIGN_IN_MORE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.ready = False
        self._asked = ""
        self.join = JoinPanel(desk)
        self.join_card = Card()
        self.join_card.body.addWidget(self.join)
        self.column.addWidget(self.join_card)
        self.join_card.hide()
        self.join.joined.connect(self.entered)
        self.join.changed.connect(self._read_access)
        self.join.failed.connect(self.show_failure)
        card = self.add_card(tr(self.heading), tr(self.more))
        self.address = AddressInput()
        self.address_field = Field(tr(settings.ADDRESS), self.address)
        self.fields = LoginFields()
        self.kept_in = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.foot = FormFoot(self._test, verb=tr(first_run.TEST_AND_KEEP))
        card.body.addWidget(self.address_field)
        card.body.addWidget(self.fields)
        card.body.addWidget(self.kept_in)
        card.body.addWidget(self.foot)
        self.fields.changed.connect(self._changed)
        self.fields.entered.connect(self._test)
        self.address.changed.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.ready:
            # Next, which had the focus, can't be pressed yet
            self.fields.company.setFocus(Qt.FocusReason.OtherFocusReason)

    def entered(self) -> None:
        program = self.desk.opened
        self.ask_anew(program.settings.sync_settings, self._settings_arrived)
        self.ask_anew(_standing(program), self._standing_arrived)
        self._read_access()

    def _settings_arrived(self, sync: SyncSettings) -> None:
        if not self.fields.edited:
            self.address.set_value(sync.neo_url)

    def _standing_arrived(self, standing: tuple[CredentialStatus, NeoPlace]) -> None:
        status, place = standing
        self.fields.show_status(status)
        self.kept_in.setText(tr(first_run.KEPT_IN, place=status.kept_in))
        self._asked = place.question.address if place.question else ""
        show_given(self.address_field, self.address, place)
        self.set_bar("address", question_bar(place, self._use_asked, self._keep_ours))
        accepted = status.state == "valid" and not self.fields.edited and place.question is None
        if accepted and not self.ready:
            self.foot.say(tr(first_run.KEPT_ALREADY))
        self.set_state(ready=accepted or self.ready)

    def _use_asked(self) -> None:
        service, address = self.desk.opened.neo_address, self._asked
        self.ask(lambda: service.use(address), self._answered)

    def _keep_ours(self) -> None:
        self.ask(self.desk.opened.neo_address.keep, self._answered)

    def _answered(self, _: object) -> None:
        self.entered()

    def _read_access(self) -> None:
        self.ask_anew(reading(self.desk.opened), self._access_arrived)

    def _access_arrived(self, access: Access) -> None:
        self.join_card.setVisible(access.failure is not None)
        if access.failure:
            self.join.show_access(access, may_enter=False)

    def _changed(self) -> None:
        self.foot.say("")
        self.set_bar("start_over", None)
        self.set_state(ready=False)

    # testing

    def _test(self) -> None:
        problem = "" if self.address.fixed else self.address.problem()
        self.address_field.set_problem(problem)
        if self.busy or problem or not self.fields.is_complete():
            return
        self.set_bar("failure", None)
        self.set_bar("start_over", None)
        self.foot.say("")
        self._set_testing(True)
        address = None if self.address.fixed else self.address.value
        work = _test_and_keep(self.desk.opened, address, self.fields.login)
        self.ask(work, self._accepted, self._rejected)

    def _set_testing(self, testing: bool) -> None:
        self.fields.setEnabled(not testing)
        self.address.setEnabled(not testing)
        self.foot.save.setEnabled(not testing)
        self.foot.save.set_words(tr(settings.TESTING if testing else first_run.TEST_AND_KEEP))
        self.set_state(busy=testing)

    def _accepted(self, signed_in: SignedIn) -> None:
        self.fields.forget()
        self.set_bar("address", None)  # whoever tests a sign-in at an address has answered
        self._set_testing(False)
        self.foot.say(tr(first_run.SIGNED_IN_KEPT, name=signed_in.display_name))
        self.set_state(ready=True)

    def _rejected(self, failure: Failure) -> None:
        self._set_testing(False)
        if failure.code in SHUT_OUT:
            action = BarAction(tr(computers.START_OVER), self._ask_start_over)
            # for exactly what was tested: it goes when that is changed
            self.set_bar("start_over", start_over_bar(action))
            return
        by_hand = (BarAction(tr(settings.OPEN_NEO), self._open_neo),) if failure.code in BY_HAND else ()
        actions = (
            self.answer_actions(failure)
            or by_hand
            or self.branch_actions(failure)
            or self.allow_actions(failure)
            or self.proxy_actions(failure)
        )
        self.set_bar("failure", failure_bar(failure, *actions))
        self.fields.ask_password()

    def _ask_start_over(self) -> None:
        dialog = start_over_dialog(self)
        dialog.accepted.connect(self._start_over)
        dialog.open()

    def _start_over(self) -> None:
        login, service = self.fields.login, self.desk.opened.credentials
        self.set_bar("start_over", None)
        self._set_testing(True)
        self.ask(lambda: service.save(login, start_over=True), self._started_over, self._rejected)

    def _started_over(self, _: object) -> None:
        self.fields.forget()
        self._set_testing(False)
        self.entered()

    def _answering(self) -> Callable[[], SignedIn]:
        self._set_testing(True)
        program, login = self.desk.opened, self.fields.login
        return _kept(program, partial(program.credentials.answer_by_hand, login), login)

    def _neo_answered(self, signed_in: SignedIn) -> None:
        self.set_bar("failure", None)
        self._accepted(signed_in)

    def _open_neo(self) -> None:
        if not self.address.problem():
            QDesktopServices.openUrl(QUrl(self.address.value))


def _standing(program: Program) -> Callable[[], tuple[CredentialStatus, NeoPlace]]:
    return lambda: (program.credentials.status(), program.neo_address.place())


def _test_and_keep(program: Program, address: str | None, login: NeoLogin) -> Callable[[], SignedIn]:
    """One attempt. `address`: None to leave it."""

    def work() -> SignedIn:
        if address is not None:
            program.neo_address.use(address)
        return program.credentials.test(login)

    return _kept(program, work, login)


def _kept(program: Program, sign_in: Callable[[], SignedIn], login: NeoLogin) -> Callable[[], SignedIn]:
    """What Neo accepts is kept at once, so that nothing is typed twice."""

    def work() -> SignedIn:
        signed_in = sign_in()
        program.credentials.save(login)
        return signed_in

    return work
