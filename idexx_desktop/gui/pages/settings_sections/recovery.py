"""Recovery kit: whether there is one, a new one, and its use on a computer that can't open the sign-in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from idexx_desktop.domain.computers import KitRecord, RecoveryKit
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui import timewords
from idexx_desktop.gui.access import Access, reading
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.code_dialog import recovery_dialog
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import computers, recovery, shell, tr
from idexx_desktop.gui.tokens import Tone


class RecoverySection(Section):
    """See the module. The code of a new kit is handed to its dialog and kept nowhere else."""

    key = "recovery"
    title = recovery.KIT
    icon = "life-buoy"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.kit: KitRecord | None = None
        self.use_card = self.add_card(tr(recovery.USE), tr(recovery.USE_MORE))
        self.use = SecondaryButton(tr(computers.USE_KIT), self._ask_code, icon_name="life-buoy")
        self.use_card.body.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        self.use_card.hide()
        self.more = Text("", Style.SECONDARY, "secondary", wrap=True)
        card = self.add_card(tr(recovery.KIT), self.more)
        self.pill = Pill(_look(None))
        self.made = Text("", Style.SECONDARY, "secondary")
        self.make = SecondaryButton(tr(recovery.MAKE), self._ask_make)
        self.hint = Text("", Style.SECONDARY, "secondary", wrap=True)
        self._build(card)

    def refresh(self) -> None:
        self.ask_anew(reading(self.desk.opened), self._arrived)

    def _build(self, card: Card) -> None:
        state = QHBoxLayout()
        state.setSpacing(10)
        state.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignLeft)
        state.addWidget(self.made, 1)
        card.body.addLayout(state)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.make)
        row.addWidget(self.hint, 1)
        card.body.addLayout(row)
        self.make.setEnabled(False)

    def _arrived(self, seen: Access) -> None:
        self.kit = kit = seen.overview.kit
        self.more.setText(tr(recovery.KIT_MORE_HERE if seen.alone else recovery.KIT_MORE))
        self.pill.set_look(_look(kit))
        # a computer that is shut out can't tell which kit counts
        self.pill.setVisible(seen.failure is None)
        now, zone = self.desk.now(), self.desk.zone
        when = timewords.spoken(kit.made_at, now, zone) if kit else ""
        self.made.setText(tr(recovery.MADE, number=kit.number, when=when) if kit else "")
        self.made.setVisible(kit is not None)
        self.made.setToolTip(timewords.exact(kit.made_at, zone) if kit else "")
        self._set_making(False)
        self.make.setEnabled(seen.sign_in_there and seen.failure is None)
        self.hint.setText(_hint(seen))
        self.use_card.setVisible(seen.failure is not None)

    # making one

    def _ask_make(self) -> None:
        if self.kit is None:
            self._make()
            return
        dialog = ConfirmDialog(
            self,
            tr(recovery.NEW_ASK),
            tr(recovery.NEW_TEXT, number=self.kit.number),
            tr(recovery.NEW_VERB),
        )
        dialog.accepted.connect(self._make)
        dialog.open()

    def _make(self) -> None:
        self._set_making(True)
        self.ask(self.desk.opened.computers.make_kit, self._made, self._not_made)

    def _made(self, kit: RecoveryKit) -> None:
        from idexx_desktop.gui.panels.kit_dialog import (
            KitDialog,
        )  # Qt's printing: rarely, and not for nothing

        self._set_making(False)
        KitDialog(self, self.desk, kit).open()
        self.desk.bridge.records_changed(Topic.COMPUTERS)

    def _not_made(self, failure: Failure) -> None:
        self._set_making(False)
        self.show_failure(failure)

    def _set_making(self, making: bool) -> None:
        self.make.setEnabled(not making)
        words = recovery.MAKING if making else recovery.MAKE_NEW if self.kit else recovery.MAKE
        self.make.set_words(tr(words))

    # using one

    def _ask_code(self) -> None:
        dialog = recovery_dialog(self, self.desk)
        dialog.accepted.connect(self._unlocked)
        dialog.open()

    def _unlocked(self) -> None:
        sync = BarAction(tr(shell.SYNC_NOW), self.desk.sync_now)
        self.set_bar("done", InlineBar(Tone.GOOD, tr(computers.JOINED), "", (sync,), closable=True))
        self.refresh()
        self.desk.bridge.records_changed(Topic.SETTINGS)


def _hint(seen: Access) -> str:
    if not seen.sign_in_there:
        return tr(recovery.NEEDS_SIGN_IN)
    if seen.failure:
        return tr(recovery.NEEDS_APPROVAL)
    return tr(recovery.MAKE_NEW_HINT) if seen.overview.kit else ""


def _look(kit: KitRecord | None) -> PillLook:
    if kit:
        return PillLook("circle-check", tr(recovery.THERE), Tone.GOOD)
    return PillLook("circle-alert", tr(recovery.NONE), Tone.ATTENTION)
