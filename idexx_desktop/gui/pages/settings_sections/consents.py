"""What owners agreed to: the list, recording a consent, withdrawing one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.consents import Consent, ConsentScope, ConsentWay, NewConsent
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.kinds import KIND_LABELS
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.gui import call_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton, SecondaryButton
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import Select, TextInput
from idexx_desktop.gui.kit.text import ElidedText, Text
from idexx_desktop.gui.pages.settings_sections.found_by_number import FoundByNumber, ListWords
from idexx_desktop.gui.strings import law as words
from idexx_desktop.gui.strings import settings, tr

_SCOPES = {
    ConsentScope.ALL: words.SCOPE_ALL,
    ConsentScope.CALLS: words.SCOPE_CALLS,
    ConsentScope.TEXTS: words.SCOPE_TEXTS,
}
_WAYS = {
    ConsentWay.TELEPHONE: words.BY_TELEPHONE,
    ConsentWay.IN_PERSON: words.IN_PERSON,
    ConsentWay.FORM: words.ON_FORM,
    ConsentWay.EMAIL: words.BY_EMAIL,
    ConsentWay.TEXT: words.BY_TEXT,
    ConsentWay.OTHER: words.OTHERWISE,
}
_KINDS = [kind for kind in VisitKind if kind is not VisitKind.END_OF_LIFE]


class ConsentList(FoundByNumber):
    """Read by `refresh`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ListWords(words.FIND, words.NONE, words.NO_MATCH, words.SOME))
        self._asked_for: Consent | None = None
        self._asked_phone = ""
        self.number = TextInput(wide=230)
        self.number_field = Field(tr(words.NUMBER), self.number, wide=True)
        scopes: list[tuple[object, str]] = [((scope, ""), tr(said)) for scope, said in _SCOPES.items()]
        scopes += [((ConsentScope.KIND, str(kind)), _kind_words(kind)) for kind in _KINDS]
        self.scope = Select(scopes, wide=230)
        self.how = Select([(way, tr(said)) for way, said in _WAYS.items()], wide=230)
        self.given_by = TextInput(wide=230)
        self.add = SecondaryButton(tr(words.ADD), self._add, icon_name="check")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(_line(self.number_field, Field(tr(words.GIVEN_BY), self.given_by, wide=True)))
        column.addLayout(
            _line(Field(tr(words.SCOPE), self.scope, wide=True), Field(tr(words.HOW), self.how, wide=True))
        )
        column.addLayout(_line(self.add))
        column.addWidget(self.search)
        column.addLayout(self.list)
        self.number.returnPressed.connect(self._add)

    def refresh(self) -> None:
        """Read the list."""
        self._desk.bridge.ask_anew(self._desk.opened.consents.all, self._arrived, self._refused)

    def number_of(self, row: Consent) -> str:
        return row.given.phone

    def shown_as(self, row: Consent) -> QWidget:
        line = ConsentRow(row, self._desk)
        line.asked.connect(self._ask_withdraw)
        return line

    def _add(self) -> None:
        phone, consents = self.number.text().strip(), self._desk.opened.consents
        self.number_field.set_problem("" if phone else tr(settings.ENTER_NUMBER))
        chosen, how = self.scope.value, self.how.value
        if phone and isinstance(chosen, tuple) and isinstance(how, ConsentWay):
            given = NewConsent(phone, chosen[0], how, chosen[1], self.given_by.text().strip())
            self._asked_phone = phone
            self._ask(lambda: consents.add(given), self._added)

    def _added(self, is_new: bool) -> None:
        self.number.clear()
        self.given_by.clear()
        self._desk.say(tr(words.ADDED if is_new else words.KNOWN, phone=self._asked_phone))
        self._desk.bridge.records_changed(Topic.CALLS)

    def _ask_withdraw(self, row: Consent) -> None:
        self._asked_for = row
        dialog = ConfirmDialog(
            self,
            tr(words.WITHDRAW_ASK, phone=call_words.number(row.given.phone)),
            tr(words.WITHDRAW_TEXT),
            tr(words.WITHDRAW_VERB),
        )
        dialog.accepted.connect(self._withdraw)
        dialog.open()

    def _withdraw(self) -> None:
        row, consents = self._asked_for, self._desk.opened.consents
        if row is not None:
            self._asked_phone = call_words.number(row.given.phone)
            self._ask(lambda: consents.withdraw(row.id), self._withdrawn)

    def _withdrawn(self, _: object) -> None:
        self._desk.say(tr(words.WITHDRAWN, phone=self._asked_phone))
        self._desk.bridge.records_changed(Topic.CALLS)


class ConsentRow(QWidget):
    """One consent, with the way to withdraw it."""

    asked = Signal(object)

    def __init__(self, row: Consent, desk: Desk) -> None:
        super().__init__()
        self._row = row
        given = row.given
        scope = _kind_words(VisitKind(given.kind)) if given.kind in _KINDS else tr(_SCOPES[given.scope])
        when = timewords.short_day(row.recorded_at, desk.now(), desk.zone)
        self.said = " · ".join(
            filter(
                None,
                (
                    tr(words.ROW, scope=scope, how=tr(_WAYS[given.how])),
                    given.given_by,
                    tr(words.RECORDED, who=row.recorded_by, when=when),
                ),
            )
        )
        phone = Text(call_words.number(given.phone), Style.MEDIUM)
        phone.setFixedWidth(150)
        self.button = RowButton(tr(words.WITHDRAW), self._press)
        self.button.setAccessibleName(tr(words.WITHDRAW_NAMED, phone=call_words.number(given.phone)))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(12)
        line.addWidget(phone)
        line.addWidget(ElidedText(self.said, Style.SECONDARY, "secondary"), 1)
        line.addWidget(self.button)

    def _press(self) -> None:
        self.asked.emit(self._row)


def _kind_words(kind: VisitKind) -> str:
    return tr(words.SCOPE_KIND, kind=KIND_LABELS[kind])


def _line(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for part in parts:
        row.addWidget(part, 0 if isinstance(part, SecondaryButton) else 1)
    if isinstance(parts[-1], SecondaryButton):
        row.addStretch(1)
    return row
