"""An owner's numbers in a panel: which is wrong, which to use instead, and when its owner likes calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.owner_numbers import Contact, OwnerNumbers, PartOfDay
from idexx_desktop.gui import call_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import LinkButton
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import attention, numbers, tr

PARTS = {
    PartOfDay.MORNING: numbers.MORNINGS,
    PartOfDay.AFTERNOON: numbers.AFTERNOONS,
    PartOfDay.EVENING: numbers.EVENINGS,
}


class OwnersNumbers(QWidget):
    """Of one visit's owner. They are read once somebody asks, or at once where `opened`."""

    def __init__(self, desk: Desk, visit_key: str, *, opened: bool = False) -> None:
        super().__init__()
        self._desk, self._key = desk, visit_key
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 10, 0, 0)
        self._column.setSpacing(4)
        self.buttons: dict[str, LinkButton] = {}
        self._add_button(tr(numbers.OPEN), self.read)
        if opened:
            self.read()

    def read(self) -> None:
        """Ask for them."""
        service, key = self._desk.opened.numbers, self._key
        self._desk.bridge.ask(lambda: service.of_visit(key), self._fill, self._refused)

    def _fill(self, found: OwnerNumbers) -> None:
        self._clear()
        self._column.addWidget(Text(tr(numbers.NUMBERS), Style.CARD_TITLE))
        for wrong in found.wrong:
            number = call_words.number(wrong.phone)
            self._say(tr(numbers.IS_WRONG, number=number, by=wrong.told_by))
            self._add_button(tr(numbers.IS_RIGHT), partial(self._right, wrong.phone))
        if found.phone is None:
            self._say(tr(numbers.NONE))
            return
        self._add_contact(found, found.phone)
        held = found.contact.contact if found.contact else Contact()
        for other in found.others:
            if other != found.phone:
                chosen = replace(held, use_instead=other)
                words = tr(numbers.USE, number=call_words.number(other))
                self._add_button(words, partial(self._keep, found.phone, held, chosen))
        if found.wrong and not found.others:
            self._say(tr(numbers.NO_OTHERS))
        self._say(tr(numbers.BEST_TIME))
        row = FlowRow()
        for part, words in PARTS.items():
            if part != held.suits:
                chosen = replace(held, suits=part)
                row.add(self._button(tr(words), partial(self._keep, found.phone, held, chosen)))
                self.buttons[tr(words)].setAccessibleName(tr(numbers.BEST_TIME_IS, time=tr(words)))
        self._column.addWidget(row)

    def _add_contact(self, found: OwnerNumbers, phone: str) -> None:
        said = found.contact
        if said is None:
            return
        if said.contact.use_instead:
            number = call_words.number(said.contact.use_instead)
            words = tr(numbers.INSTEAD, number=number, phone=call_words.number(phone), by=said.said_by)
            self._say(words)
        if said.contact.suits:
            self._say(tr(numbers.SUITS, time=tr(PARTS[said.contact.suits]), by=said.said_by))
        self._add_button(tr(numbers.FORGET), partial(self._keep, phone, said.contact, Contact()))

    def _keep(self, phone: str, before: Contact, after: Contact) -> None:
        self._change(partial(self._put, phone, after), partial(self._put, phone, before))

    def _put(self, phone: str, contact: Contact) -> object:
        service = self._desk.opened.numbers
        return service.forget(phone) if contact == Contact() else service.keep(phone, contact)

    def _right(self, phone: str) -> None:
        service = self._desk.opened.numbers
        self._change(partial(service.is_right, phone), partial(service.tell_wrong, phone))

    def _change(self, work: Callable[[], object], back: Callable[[], object]) -> None:
        def changed() -> Callable[[], object]:
            work()
            return back

        self._desk.bridge.ask(changed, self._changed, self._refused)

    def _changed(self, back: Callable[[], object]) -> None:
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.say(tr(numbers.KEPT), partial(self._desk.bridge.ask, back, self._undone, self._refused))
        self.read()

    def _undone(self, _: object) -> None:
        self._desk.bridge.records_changed(Topic.VISITS)
        self._desk.say(tr(attention.UNDONE))
        self.read()

    def _refused(self, failure: Failure) -> None:
        self._say(failure.title)

    def _say(self, words: str) -> None:
        self._column.addWidget(Text(words, Style.SECONDARY, "secondary", wrap=True))

    def _add_button(self, words: str, does: Callable[[], object]) -> None:
        self._column.addWidget(self._button(words, does))

    def _button(self, words: str, does: Callable[[], object]) -> LinkButton:
        button = LinkButton(words, does)
        self.buttons[words] = button
        return button

    def _clear(self) -> None:
        self.buttons = {}
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
