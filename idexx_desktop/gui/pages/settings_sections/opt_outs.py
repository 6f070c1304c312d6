"""Numbers that are not to be called: the list, adding one, withdrawing one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import OptOut
from idexx_desktop.gui import call_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton, SecondaryButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.chips import SearchField
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.strings import settings, tr

_MOST_SHOWN = 30
_SEARCH_FROM = 8


class OptOutList(QWidget):
    """`failed(Failure)` for what isn't said beside the field."""

    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rows: list[OptOut] = []
        self._asked_phone = ""
        self.number = TextInput(wide=190)
        self.why = TextInput(wide=240)
        self.add = SecondaryButton(tr(settings.OPT_OUT_ADD), self._add, icon_name="phone-off")
        self.number_field = Field(tr(settings.OPT_OUT_NUMBER), self.number, wide=True)
        self.search = SearchField(tr(settings.OPT_OUT_FIND))
        self.search.searched.connect(self._show)
        self.list = QVBoxLayout()
        self.list.setSpacing(0)
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

    def _ask(self, work: Callable[[], object], done: Callable[..., object]) -> None:
        self._desk.bridge.ask(work, done, self._refused)

    def _arrived(self, rows: list[OptOut]) -> None:
        self._rows = list(rows)
        self._show()

    def _show(self, _: str = "") -> None:
        clear_layout(self.list)
        self.search.setVisible(len(self._rows) > _SEARCH_FROM)
        wanted = "".join(character for character in self.search.text() if character.isdigit())
        matching = [row for row in self._rows if wanted in row.phone]
        for row in matching[:_MOST_SHOWN]:
            line = _OptOutRow(row, self._desk)
            line.asked.connect(self._ask_withdraw)
            self.list.addWidget(Line())
            self.list.addWidget(line)
        if not matching:
            words = settings.OPT_OUT_NO_MATCH if self._rows else settings.OPT_OUT_NONE
            self.list.addWidget(Text(tr(words), Style.SECONDARY, "secondary"))
        elif len(matching) > _MOST_SHOWN:
            words = tr(settings.OPT_OUT_SOME, shown=_MOST_SHOWN, count=f"{len(matching):,}")
            self.list.addWidget(Text(words, Style.SECONDARY, "secondary"))

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

    def _refused(self, failure: Failure) -> None:
        if failure.code is FailureCode.INVALID_INPUT:
            self.number_field.set_problem(failure.title)
        else:
            self.failed.emit(failure)

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
