"""Neo sign-in: write-only, tested once before it is saved, forgotten on request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.domain.signin import NeoLogin, SignedIn
from idexx_desktop.gui import timewords
from idexx_desktop.gui.access import SHUT_OUT, Access, reading
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import LinkButton, SecondaryButton
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.forms import FormFoot
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.login_fields import BY_HAND, LoginFields
from idexx_desktop.gui.panels.allow_host import AllowsHosts
from idexx_desktop.gui.panels.answer_neo import AnswersNeo
from idexx_desktop.gui.panels.choose_branch import ChoosesBranch
from idexx_desktop.gui.panels.code_dialog import recovery_dialog
from idexx_desktop.gui.panels.proxy_dialog import SignsInToProxy
from idexx_desktop.gui.panels.start_over import start_over_bar, start_over_dialog
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import computers, forms, settings, tr
from idexx_desktop.gui.tokens import Tone

_STATES = {
    "valid": ("circle-check", settings.STATE_VALID, Tone.GOOD),
    "invalid": ("circle-x", settings.STATE_INVALID, Tone.ACT),
    "unknown": ("info", settings.STATE_UNKNOWN, Tone.ATTENTION),
    "shut_out": ("lock", settings.STATE_SHUT_OUT, Tone.ATTENTION),
    "not_configured": ("minus", settings.STATE_NONE, Tone.OFF),
}


class SignInSection(AllowsHosts, AnswersNeo, ChoosesBranch, SignsInToProxy, Section):
    """See the module. Nothing is kept of a password beyond the test and saving of it."""

    key = "sign_in"
    title = settings.SIGN_IN
    icon = "key-round"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.status: CredentialStatus | None = None
        self._access: Access | None = None
        self._tested: NeoLogin | None = None
        self._wanted: NeoLogin | None = None
        self._busy = False
        self.card = self.add_card(tr(settings.SIGN_IN), tr(settings.SIGN_IN_MORE))
        self.pill = Pill(_look("not_configured"))
        self.last = Text("", Style.SECONDARY, "secondary")
        self.kept_in = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.fields = LoginFields()
        self.test = SecondaryButton(tr(settings.TEST), self._test)
        self.foot = FormFoot(self._save)
        self.forget = LinkButton(tr(settings.FORGET), self._ask_forget)
        self._build()
        self.fields.changed.connect(self._changed)
        self.fields.entered.connect(self._test)
        self._follow()

    def refresh(self) -> None:
        self.ask_anew(self.desk.opened.credentials.status, self._arrived)
        self.ask_anew(reading(self.desk.opened), self._access_arrived)
        self.ask_anew(self.desk.opened.allowed_hosts.hosts, self._hosts_arrived)
        self.ask_anew(self.desk.opened.neo_address.branch, self._branch_arrived)

    def attend(self, failure_code: object) -> None:
        if failure_code == FailureCode.NEO_ASKS:
            self._rejected(Failure(FailureCode.NEO_ASKS))
        self.fields.ask_password()

    def _build(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(10)
        state.addWidget(self.pill)
        state.addWidget(self.last, 1)
        self.card.body.addLayout(state)
        self.card.body.addWidget(self.fields)
        self.card.body.addWidget(self.kept_in)
        self.foot.row.insertWidget(0, self.test)
        self.foot.row.addWidget(self.forget)
        self.card.body.addWidget(self.foot)

    # what is known

    def _arrived(self, status: CredentialStatus) -> None:
        self.status = status
        now, zone = self.desk.now(), self.desk.zone
        self._show_pill()
        there = status.state != "not_configured"
        accepted = status.last_validated_at
        words = tr(settings.LAST_ACCEPTED, when=timewords.spoken(accepted, now, zone)) if accepted else ""
        self.last.setText(words or (tr(settings.NEVER_ACCEPTED) if there else ""))
        self.last.setToolTip(timewords.exact(accepted, zone))
        self.kept_in.setText(tr(settings.KEPT_IN, place=status.kept_in))
        self.forget.setVisible(there)
        self.fields.show_status(status)
        self._show_suspended(status.suspended)
        self._follow()

    def _show_pill(self) -> None:
        shut_out = self._access is not None and self._access.failure is not None
        if self.status:
            self.pill.set_look(_look("shut_out" if shut_out else self.status.state))

    def _show_suspended(self, failure: Failure | None) -> None:
        bar = None
        rejection = self.bar("failure")
        # what was said just now, after a test, says the same, and newer
        if failure and (rejection is None or rejection.isHidden()):
            actions = [BarAction(tr(settings.UPDATE_PASSWORD), self._update_password)]
            if failure.code is FailureCode.KEY_FILE_PUT_BACK:
                actions = [BarAction(tr(settings.KEY_FILE_USE), self._ask_key_file)]
            by_hand = [BarAction(tr(settings.OPEN_NEO), self._open_neo)] if failure.code in BY_HAND else []
            actions += self.answer_actions(failure) or by_hand
            bar = InlineBar(Tone.ACT, failure.title, failure.advice, tuple(actions))
        self.set_bar("suspended", bar)

    def _ask_key_file(self) -> None:
        title, text = tr(settings.KEY_FILE_TITLE), tr(settings.KEY_FILE_TEXT)
        dialog = ConfirmDialog(self, title, text, tr(settings.KEY_FILE_USE))
        dialog.accepted.connect(self._use_key_file)
        dialog.open()

    def _use_key_file(self) -> None:
        self.ask(self.desk.opened.credentials.accept_key_file, self._key_file_used)

    def _key_file_used(self, _: bool) -> None:
        self.desk.say(tr(settings.KEY_FILE_USED))
        self.desk.bridge.records_changed(Topic.SETTINGS)

    def _access_arrived(self, access: Access) -> None:
        self._access = access
        self._show_pill()
        bar = None
        if access.failure:
            ask = BarAction(tr(computers.ASK), self._go_to_computers)
            use_kit = BarAction(tr(computers.USE_KIT), self._use_kit)
            actions = (use_kit,) if access.alone else (ask, use_kit)
            bar = InlineBar(Tone.ACT, access.failure.title, access.failure.advice, actions)
        self.set_bar("access", bar)

    def _go_to_computers(self) -> None:
        self.desk.go("settings", "computers")

    def _use_kit(self) -> None:
        dialog = recovery_dialog(self, self.desk)
        dialog.accepted.connect(self._unlocked)
        dialog.open()

    def _unlocked(self) -> None:
        self.set_bar("failure", None)
        self.desk.say(tr(computers.JOINED))
        self.desk.bridge.records_changed(Topic.SETTINGS)

    def _update_password(self) -> None:
        self.fields.ask_password()

    def _open_neo(self) -> None:
        self.ask(self.desk.opened.neo_address.to_open, self._open_address)

    def _open_address(self, address: str) -> None:
        QDesktopServices.openUrl(QUrl(address))

    # what is typed

    def _changed(self) -> None:
        self.foot.say("")
        self.set_bar("start_over", None)
        self._follow()

    def _follow(self) -> None:
        tested = self._tested is not None and self._tested == self.fields.login
        self.foot.save.setEnabled(tested and not self._busy)
        self.foot.save.setToolTip("" if tested else tr(settings.TEST_FIRST))
        self.test.setEnabled(not self._busy)
        self.test.set_words(tr(settings.TESTING if self._busy else settings.TEST))

    # testing and saving

    def _test(self) -> None:
        if self._busy:
            return
        service = self.desk.opened.credentials
        saved_one = (
            self.status is not None and self.status.state != "not_configured" and not self.fields.edited
        )
        self.set_bar("failure", None)
        if saved_one:
            self._set_busy(True)
            self.ask(service.test_saved, self._saved_accepted, self._rejected)
        elif self.fields.is_complete():
            login = self.fields.login
            self._wanted = login
            self._set_busy(True)
            self.ask(lambda: service.test(login), self._accepted, self._rejected)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.foot.say("")
        self.fields.setEnabled(not busy)
        self._follow()

    def _accepted(self, signed_in: SignedIn) -> None:
        self._tested = self._wanted
        self._set_busy(False)
        self.foot.say(tr(settings.SIGNED_IN_SAVE, name=signed_in.display_name))
        self.foot.save.setFocus()

    def _saved_accepted(self, signed_in: SignedIn) -> None:
        self._set_busy(False)
        self.foot.say(tr(settings.SIGNED_IN_AS, name=signed_in.display_name))
        self.desk.bridge.records_changed(Topic.SETTINGS)

    def _rejected(self, failure: Failure) -> None:
        self._tested = self._wanted = None
        self._set_busy(False)
        by_hand = (BarAction(tr(settings.OPEN_NEO), self._open_neo),) if failure.code in BY_HAND else ()
        actions = (
            self.answer_actions(failure)
            or by_hand
            or self.branch_actions(failure)
            or self.allow_actions(failure)
            or self.proxy_actions(failure)
        )
        # that this computer is shut out stands there already, with what helps
        if failure.code not in SHUT_OUT or self.bar("access") is None:
            # where it can be chosen right here, nobody is sent here
            advice = failure.advice_at_set_up if failure.choices else failure.advice
            bar = InlineBar(Tone.ATTENTION, failure.title, advice, actions, closable=True)
            self.set_bar("failure", bar)
        self.fields.ask_password()
        self.refresh()

    # what Neo asks

    def _answering(self) -> Callable[[], SignedIn]:
        login = self._wanted = self.fields.login if self.fields.edited else None
        self.set_bar("suspended", None)
        self._set_busy(True)
        return partial(self.desk.opened.credentials.answer_by_hand, login)

    def _neo_answered(self, signed_in: SignedIn) -> None:
        self.set_bar("failure", None)
        if self._wanted is not None:
            self._accepted(signed_in)
        else:
            self._saved_accepted(signed_in)

    # the branch

    def _chosen(self, name: str) -> None:
        super()._chosen(name)
        self.refresh()

    def _branch_arrived(self, branch: str | None) -> None:
        bar = None
        if branch:
            action = BarAction(tr(settings.BRANCH_FORGET), partial(self._choose, ""))
            bar = InlineBar(Tone.OFF, tr(settings.BRANCH_IN_USE, branch=branch), actions=(action,))
        self.set_bar("branch", bar)

    # files of other sites

    def _allowed(self, done: object) -> None:
        super()._allowed(done)
        self.refresh()

    def _hosts_arrived(self, hosts: tuple[str, ...]) -> None:
        bar = None
        if hosts:
            words = tr(settings.HOSTS_ALLOWED, hosts=", ".join(hosts))
            action = BarAction(tr(settings.HOSTS_FORGET), partial(self._forget_hosts, hosts))
            bar = InlineBar(Tone.OFF, words, actions=(action,))
        self.set_bar("hosts", bar)

    def _forget_hosts(self, hosts: tuple[str, ...]) -> None:
        service = self.desk.opened.allowed_hosts
        self.ask(lambda: [service.remove(host) for host in hosts], self._hosts_forgotten)

    def _hosts_forgotten(self, _: object) -> None:
        self.desk.say(tr(settings.HOSTS_FORGOTTEN))
        self.refresh()

    @property
    def unsaved(self) -> bool:
        return self.fields.edited

    def save(self) -> None:
        """What wasn't tested isn't kept: then it is tested, and a person sees the result here."""
        if self.foot.save.isEnabled():
            self._save()
        else:
            self._test()
            self.save_ended.emit(False)

    def discard(self) -> None:
        self._empty()
        if self.status is not None:
            self.fields.show_status(self.status)
        self._follow()

    def _save(self) -> None:
        self._keep(start_over=False)

    def _start_over(self) -> None:
        self._keep(start_over=True)

    def _keep(self, *, start_over: bool) -> None:
        login, service = self.fields.login, self.desk.opened.credentials
        self.set_bar("start_over", None)
        self.foot.set_saving(True)
        self.ask(lambda: service.save(login, start_over=start_over), self._was_saved, self._not_saved)

    def _was_saved(self, _: object) -> None:
        self._empty()
        self.foot.set_saving(False)
        self.foot.say(tr(forms.SAVED))
        self._follow()
        self.desk.bridge.records_changed(Topic.SETTINGS)
        self.save_ended.emit(True)

    def _not_saved(self, failure: Failure) -> None:
        self.foot.set_saving(False)
        self.save_ended.emit(False)
        if failure.code in SHUT_OUT:
            action = BarAction(tr(computers.START_OVER), self._ask_start_over)
            self.set_bar("start_over", start_over_bar(action))
        else:
            self.show_failure(failure)

    def _ask_start_over(self) -> None:
        dialog = start_over_dialog(self)
        dialog.accepted.connect(self._start_over)
        dialog.open()

    def _empty(self) -> None:
        """Keep nothing of what was typed."""
        self.fields.forget()
        self._tested = self._wanted = None

    # forgetting

    def _ask_forget(self) -> None:
        dialog = ConfirmDialog(
            self, tr(settings.FORGET_ASK), tr(settings.FORGET_TEXT), tr(settings.FORGET_VERB)
        )
        dialog.accepted.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.ask(self.desk.opened.credentials.forget, self._forgotten)

    def _forgotten(self, _: object) -> None:
        self._empty()
        self.desk.say(tr(settings.FORGOTTEN))
        self.desk.bridge.records_changed(Topic.SETTINGS)


def _look(state: str) -> PillLook:
    icon, words, tone = _STATES.get(state, _STATES["unknown"])
    return PillLook(icon, tr(words), tone)
