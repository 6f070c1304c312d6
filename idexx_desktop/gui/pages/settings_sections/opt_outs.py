"""Numbers that are not to be called: the list, adding one, withdrawing one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.records import OptOut
from idexx_desktop.gui import call_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton, SecondaryButton
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.text import ElidedText, Text
from idexx_desktop.gui.pages.settings_sections.found_by_number import FoundByNumber, ListWords
from idexx_desktop.gui.strings import settings, tr


class OptOutList(FoundByNumber):
    """Read by `refresh`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            ListWords(
                settings.OPT_OUT_FIND, settings.OPT_OUT_NONE, settings.OPT_OUT_NO_MATCH, settings.OPT_OUT_SOME
            ),
        )
        self._asked_phone = ""
        self.number = TextInput(wide=190)
        self.why = TextInput(wide=240)
        self.add = SecondaryButton(tr(settings.OPT_OUT_ADD), self._add, icon_name="phone-off")
        self.number_field = Field(tr(settings.OPT_OUT_NUMBER), self.number, wide=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._entry())
        column.addWidget(self.search)
        column.addLayout(self.list)
        self.number.returnPressed.connect(self._add)

    def refresh(self) -> None:
        """Read the list."""
        self._desk.bridge.ask_anew(self._desk.opened.calls.opt_outs, self._arrived, self._refused)

    def _entry(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.number_field)
        row.addWidget(Field(tr(settings.OPT_OUT_WHY), self.why, wide=True))
        button = QVBoxLayout()
        button.setContentsMargins(0, 23, 0, 0)
        button.addWidget(self.add)
        button.addStretch(1)
        row.addLayout(button)
        row.addStretch(1)
        return row

    def number_of(self, row: OptOut) -> str:
        return row.phone

    def shown_as(self, row: OptOut) -> QWidget:
        line = _OptOutRow(row, self._desk)
        line.asked.connect(self._ask_withdraw)
        return line

    # adding

    def _add(self) -> None:
        phone, why, calls = self.number.text().strip(), self.why.text().strip(), self._desk.opened.calls
        self.number_field.set_problem("" if phone else tr(settings.ENTER_NUMBER))
        if phone:
            self._asked_phone = phone
            self._ask(lambda: calls.opt_out(phone, why=why), self._added)

    def _added(self, _: object) -> None:
        self.number.clear()
        self.why.clear()
        self._desk.say(tr(settings.OPT_OUT_ADDED, phone=self._asked_phone))
        self._desk.bridge.records_changed(Topic.CALLS)

    # withdrawing

    def _ask_withdraw(self, row: OptOut) -> None:
        self._asked_phone = row.phone
        dialog = ConfirmDialog(
            self,
            tr(settings.WITHDRAW_ASK, phone=call_words.number(row.phone)),
            tr(settings.WITHDRAW_TEXT),
            tr(settings.WITHDRAW_VERB),
        )
        dialog.accepted.connect(self._withdraw)
        dialog.open()

    def _withdraw(self) -> None:
        phone, calls = self._asked_phone, self._desk.opened.calls
        self._ask(lambda: calls.withdraw_opt_out(phone), self._withdrawn)

    def _withdrawn(self, _: object) -> None:
        self._desk.say(tr(settings.WITHDRAWN, phone=call_words.number(self._asked_phone)))
        self._desk.bridge.records_changed(Topic.CALLS)


class _OptOutRow(QWidget):
    asked = Signal(object)

    def __init__(self, row: OptOut, desk: Desk) -> None:
        super().__init__()
        self._row = row
        since = tr(settings.OPT_OUT_SINCE, when=timewords.short_day(row.recorded_at, desk.now(), desk.zone))
        words = " · ".join(part for part in (since, row.why) if part)
        self.button = RowButton(tr(settings.WITHDRAW), self._press)
        self.button.setAccessibleName(tr(settings.WITHDRAW_NAMED, phone=call_words.number(row.phone)))
        phone = Text(call_words.number(row.phone), Style.MEDIUM)
        phone.setFixedWidth(150)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(12)
        line.addWidget(phone)
        line.addWidget(ElidedText(words, Style.SECONDARY, "secondary"), 1)
        line.addWidget(self.button)

    def _press(self) -> None:
        self.asked.emit(self._row)
