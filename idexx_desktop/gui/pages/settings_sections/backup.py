"""Backup: the last good one, one now, the folder of the daily ones, and what to do on a new computer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from idexx_desktop.domain.backup import KEPT, BackupState, LastBackup
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import InlineBar
from idexx_desktop.gui.kit.buttons import LinkButton, PrimaryButton, SecondaryButton
from idexx_desktop.gui.kit.cards import Card, clear_layout
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.facts import Facts
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import backup, tr, tr_count
from idexx_desktop.gui.tokens import Tone


class BackupSection(Section):
    """See the module."""

    key = "backup"
    title = backup.BACKUP
    icon = "copy"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.state: BackupState | None = None
        self.dialog: QFileDialog | None = None
        self.more = Text(tr(backup.MORE), Style.SECONDARY, "secondary", wrap=True)
        card = self.add_card(tr(backup.BACKUP), self.more)
        self.pill = Pill(_look(BackupState(), old=False))
        self.last = Text("", Style.SECONDARY, "secondary")
        self.facts = QVBoxLayout()
        self.same_disk = Text(tr(backup.SAME_DISK), Style.SECONDARY, "attention", wrap=True)
        self.now = PrimaryButton(tr(backup.NOW), self._make)
        self.choose = SecondaryButton(tr(backup.CHOOSE), self._ask_folder)
        self.stop = LinkButton(tr(backup.STOP), self._stop)
        self.hint = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.kit_hint = Text(tr(backup.HINT_KIT), Style.SECONDARY, "attention", wrap=True)
        self._build(card)
        self.in_it = self.add_card(tr(backup.IN_IT))
        self.new_computer = self.add_card(tr(backup.NEW_COMPUTER))
        _write(self.in_it, backup.IN_IT_CLEAR, backup.IN_IT_SEALED)
        _write(self.new_computer, backup.STEP_1, backup.STEP_2, backup.STEP_3, backup.STEP_4)

    def refresh(self) -> None:
        program = self.desk.opened
        if program.records_here:
            self.ask_anew(program.backups.state, self._arrived)
            return
        self.more.setText(tr(backup.ON_SERVER))
        for part in (self.pill, self.last, self.now, self.choose, self.in_it, self.new_computer):
            part.hide()

    def _build(self, card: Card) -> None:
        state = FlowRow(gap=10)
        for part in (self.pill, self.last):
            state.add(part)
        card.body.addWidget(state)
        card.body.addLayout(self.facts)
        card.body.addWidget(self.same_disk)
        card.body.addWidget(self.hint)
        card.body.addWidget(self.kit_hint)
        for hidden in (self.same_disk, self.hint, self.kit_hint, self.stop):
            hidden.hide()
        row = FlowRow(gap=10)
        for button in (self.now, self.choose, self.stop):
            row.add(button)
        card.body.addWidget(row)
        self.now.setEnabled(False)

    def _arrived(self, state: BackupState) -> None:
        self.state, last = state, state.last
        now, zone = self.desk.now(), self.desk.zone
        self.pill.set_look(_look(state, old=state.is_overdue(now)))
        self.last.setText(_last_words(last, timewords.full(last.made_at, now, zone)) if last else "")
        self.last.setToolTip(timewords.exact(last.made_at, zone) if last else "")
        clear_layout(self.facts)
        rows = ((tr(backup.FILE), last.file if last else ""), (tr(backup.DAILY), state.folder or ""))
        if any(value for _, value in rows):
            self.facts.addWidget(Facts(rows))
        self.same_disk.setVisible(last is not None and last.same_disk)
        self.hint.setText(tr(backup.HINT_DAILY, count=KEPT) if state.folder else tr(backup.HINT_NONE))
        self.kit_hint.setVisible(state.kit_advised)
        self.hint.show()
        self.stop.setVisible(state.folder is not None)
        # without a folder there is one step, which is to choose it
        self.now.setVisible(state.folder is not None)
        self._set_making(False)
        problem = state.unreadable or state.problem
        self.set_bar("problem", InlineBar(Tone.ATTENTION, problem.title, problem.advice) if problem else None)

    # one now

    def _make(self) -> None:
        self._set_making(True)
        self._clear_bars()
        self.ask(self.desk.opened.backups.make, self._made, self._not_made)

    def _made(self, _: LastBackup) -> None:
        self.desk.say(tr(backup.MADE))
        self._changed()

    def _not_made(self, failure: Failure) -> None:
        self._set_making(False)
        self.show_failure(failure)
        self.refresh()

    def _set_making(self, making: bool) -> None:
        self.now.set_words(tr(backup.MAKING if making else backup.NOW))
        self.now.setEnabled(not making and self.state is not None and self.state.folder is not None)
        self.choose.setEnabled(not making)
        self.stop.setEnabled(not making)

    # the folder

    def _ask_folder(self) -> None:
        begin = self.state.folder if self.state and self.state.folder else str(Path.home())
        self.dialog = dialog = QFileDialog(self, tr(backup.CHOOSE_TITLE), begin)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._folder_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder_chosen(self, name: str) -> None:
        backups = self.desk.opened.backups
        self._clear_bars()
        self.ask(lambda: backups.choose(Path(name)), self._chosen)

    def _chosen(self, state: BackupState) -> None:
        self._arrived(state)
        # a folder that was never tried is a promise; the first backup is made at once
        self._make()

    def _stop(self) -> None:
        backups = self.desk.opened.backups
        self.ask(lambda: backups.choose(None), self._stopped)

    def _stopped(self, _: BackupState) -> None:
        self.desk.say(tr(backup.STOPPED))
        self._changed()

    def _clear_bars(self) -> None:
        self.set_bar("failure", None)
        self.set_bar("problem", None)

    def _changed(self) -> None:
        self.refresh()
        self.desk.bridge.records_changed(Topic.SETTINGS)


def _write(card: Card, *words: str) -> None:
    lines = QVBoxLayout()
    lines.setSpacing(6)
    for each in words:
        lines.addWidget(Text(tr(each), wrap=True), 0, Qt.AlignmentFlag.AlignTop)
    card.body.addLayout(lines)


def _last_words(last: LastBackup, when: str) -> str:
    size = f"{last.size / 2**20:,.1f}"
    return tr_count(backup.LAST_ONE, backup.LAST_MANY, last.visits, when=when, size=size)


def _look(state: BackupState, *, old: bool) -> PillLook:
    if state.unreadable is not None:
        return PillLook("circle-alert", tr(backup.STOPPED_WORKING), Tone.ATTENTION)
    if state.last is None:
        return PillLook("circle-alert", tr(backup.NONE), Tone.ATTENTION)
    if old:
        return PillLook("circle-alert", tr(backup.OLD), Tone.ATTENTION)
    return PillLook("circle-check", tr(backup.GOOD), Tone.GOOD)
