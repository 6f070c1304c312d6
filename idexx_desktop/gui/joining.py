"""On a computer that can't open the clinic's Neo sign-in: asking another one for approval, and the other ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.computers import ComputersOverview
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui import timewords
from idexx_desktop.gui.access import Access
from idexx_desktop.gui.bridge import Ticket
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import LinkButton, PrimaryButton, SecondaryButton
from idexx_desktop.gui.kit.codes import CodeView
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.code_dialog import recovery_dialog
from idexx_desktop.gui.ports import Computers
from idexx_desktop.gui.strings import computers, recovery, tr
from idexx_desktop.gui.tokens import Tone

_EVERY_MS = 3000


class JoinPanel(QWidget):
    """`joined` once this computer can open the sign-in, `start_over` when the person wants to enter it anew.

    While it is visible and this computer asks, it looks every few seconds whether the answer is there. `changed` when
    it asked or stopped asking: the host reads again then, and drops what it read before. `failed(Failure)`: once for
    each kind of failure, for the host's bar.
    """

    joined = Signal()
    changed = Signal()
    start_over = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._access: Access | None = None
        self._question: Ticket | None = None
        self._said: Failure | None = None
        self._by_keys = False
        self.looking = QTimer(self)
        self.looking.setInterval(_EVERY_MS)
        self.looking.timeout.connect(self._look)
        self.title = Text("", Style.CARD_TITLE)
        self.more = Text("", Style.BODY, "secondary", wrap=True)
        self.ask = PrimaryButton(tr(computers.ASK), self._ask)
        self.how = Text("", wrap=True)
        self.code = CodeView()
        self.waiting = Text("", Style.SECONDARY, "secondary")
        self.turned_down = Text(tr(computers.TURNED_DOWN), Style.SECONDARY, "attention", wrap=True)
        self.new_code = SecondaryButton(tr(computers.NEW_CODE), self._ask)
        self.withdraw = SecondaryButton(tr(computers.WITHDRAW), self._withdraw)
        self.use_kit = SecondaryButton(tr(computers.USE_KIT), self._use_kit, icon_name="life-buoy")
        self.enter = LinkButton("", self.start_over.emit)
        self._asking = _asking_part(self)
        self._build()

    def show_access(self, access: Access, *, may_enter: bool = True) -> None:
        """Show where this computer stands. `may_enter`: offer to enter the sign-in anew."""
        asked_before, asks = self._asks, access.overview.asked_at is not None
        self._access = access
        if asks or asked_before:
            self.turned_down.setVisible(not asks)
        if not asks:
            self.code.show_code("", "")
        self.title.setText(tr(computers.LOCKED if access.alone else computers.NOT_APPROVED))
        self.more.setText(tr(computers.LOCKED_MORE if access.alone else computers.NOT_APPROVED_MORE))
        self.enter.setVisible(may_enter)
        again = computers.ENTER_ONCE_MORE if access.alone else computers.START_OVER_WITH_PASSWORD
        self.enter.set_words(tr(again))
        self._show_asking()

    # building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.more)
        column.addLayout(words)
        column.addWidget(self.turned_down)
        column.addWidget(self._asking)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.ask)
        row.addWidget(self.use_kit)
        row.addWidget(self.enter)
        row.addStretch(1)
        column.addLayout(row)
        self.turned_down.hide()
        self._asking.hide()

    @property
    def _asks(self) -> bool:
        return self._access is not None and self._access.overview.asked_at is not None

    def _show_asking(self) -> None:
        asks, alone = self._asks, self._access is not None and self._access.alone
        self._asking.setVisible(asks)
        self.ask.setVisible(not asks and not alone)
        self.ask.setEnabled(True)
        self.ask.set_words(tr(computers.ASK))
        overview = self._access.overview if self._access else None
        if overview and overview.asked_at:
            known = bool(self.code.code)
            how = tr(computers.TYPE_THERE, name=overview.this_name)
            self.how.setText(how if known else tr(computers.CODE_GONE))
            self.code.setVisible(known)
            self.new_code.setVisible(not known)
            when = timewords.spoken(overview.asked_at, self._desk.now(), self._desk.zone)
            self.waiting.setText(tr(computers.WAITING, when=when))
        self._follow()

    # asking

    def _ask(self) -> None:
        self._drop_question()
        self._by_keys = self.ask.hasFocus() or self.new_code.hasFocus()
        self.turned_down.hide()
        self.ask.setEnabled(False)
        self.ask.set_words(tr(computers.ASKING))
        self._desk.bridge.ask(_ask(self._desk.opened.computers), self._asked, self._not_asked)

    def _asked(self, answer: tuple[str, ComputersOverview]) -> None:
        code, overview = answer
        self.code.show_code(code, tr(recovery.CODE_NAMED, code=code))
        self._said = None
        self._know(overview)
        if self._by_keys:
            self.code.setFocus()
        self.changed.emit()

    def _not_asked(self, failure: Failure) -> None:
        self._show_asking()
        self.failed.emit(failure)

    def _know(self, overview: ComputersOverview) -> None:
        if self._access:
            self._access = replace(self._access, overview=overview)
        self._show_asking()

    def _withdraw(self) -> None:
        self._drop_question()
        self.code.show_code("", "")
        self._desk.bridge.ask(_withdraw(self._desk.opened.computers), self._withdrawn, self._not_asked)

    def _withdrawn(self, overview: ComputersOverview) -> None:
        self._know(overview)
        self.changed.emit()

    # looking for the answer

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()
        if self.looking.isActive():
            self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.looking.stop()

    def _follow(self) -> None:
        if self._asks and self.isVisible():
            self.looking.start()
        else:
            self.looking.stop()

    def _look(self) -> None:
        if self._question is None and self._desk.program:
            work = _look(self._desk.opened.computers)
            self._question = self._desk.bridge.ask(work, self._looked, self._not_looked)

    def _drop_question(self) -> None:
        """What is on its way was true before this computer asked anew, or stopped asking."""
        if self._question:
            self._question.cancel()
            self._question = None

    def _looked(self, overview: ComputersOverview | None) -> None:
        self._question = self._said = None
        if overview is None:
            self._let_in()
        elif self._access and overview != self._access.overview:
            self.show_access(replace(self._access, overview=overview), may_enter=not self.enter.isHidden())

    def _not_looked(self, failure: Failure) -> None:
        self._question = None
        if failure.code is FailureCode.COMPUTERS_CHANGED:
            return  # until the answer is there, the list is the one that this computer doesn't trust
        if self._said is None or self._said.code is not failure.code:
            self._said = failure
            self.failed.emit(failure)

    def _let_in(self) -> None:
        self._drop_question()
        self._access = None
        self.code.show_code("", "")
        self._show_asking()
        self.joined.emit()

    # the other ways

    def _use_kit(self) -> None:
        dialog = recovery_dialog(self, self._desk)
        dialog.accepted.connect(self._let_in)
        dialog.open()


def _asking_part(panel: JoinPanel) -> QWidget:
    """What is shown while this computer asks."""
    part = QWidget(panel)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(panel.how)
    column.addWidget(panel.code)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(Icon("clock", 16, Tone.ATTENTION))
    row.addWidget(panel.waiting, 1)
    row.addWidget(panel.new_code)
    row.addWidget(panel.withdraw)
    column.addLayout(row)
    return part


def _ask(service: Computers) -> Callable[[], tuple[str, ComputersOverview]]:
    return lambda: (service.ask(), service.overview())


def _withdraw(service: Computers) -> Callable[[], ComputersOverview]:
    def work() -> ComputersOverview:
        service.withdraw()
        return service.overview()

    return work


def _look(service: Computers) -> Callable[[], ComputersOverview | None]:
    """None once this computer was let in."""
    return lambda: None if service.join() else service.overview()
