"""Users: the people with logins on a shared server, seen and changed with the owner's address."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.people import HandOver, Logins
from idexx_desktop.domain.records import LoginRecord
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton, SecondaryButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.chips import SearchField
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.text import ElidedText, Line, Text
from idexx_desktop.gui.panels.add_person import AddPersonDialog, HandOverDialog
from idexx_desktop.gui.panels.owner_dialog import OwnerDialog, Work
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.states import PillLook
from idexx_desktop.gui.strings import people, tr, tr_count
from idexx_desktop.gui.tokens import SPACE, Tone

_MOST_SHOWN = 50
_SEARCH_FROM = 8
_ROLES = {"user": people.ROLE_USER, "admin": people.ROLE_ADMIN, "service": people.ROLE_SERVICE}


class UsersSection(Section):
    """Nothing is read by itself: each question needs the owner's address, which a person enters."""

    key = "users"
    title = people.USERS
    icon = "users"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: Logins | None = None
        self._concerned = ""
        self.more = Text("", Style.SECONDARY, "secondary", wrap=True)
        card = self.add_card(tr(people.USERS), self.more)
        self.show_users = SecondaryButton(tr(people.SHOW), self._ask_to_show)
        self.add = SecondaryButton(tr(people.ADD), self._ask_to_add, icon_name="plus")
        self.summary = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.search = SearchField(tr(people.FIND))
        self.search.searched.connect(self._show)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.show_users)
        buttons.addWidget(self.add)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        card.body.addWidget(self.summary)
        card.body.addWidget(self.search, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addLayout(self.rows)
        for part in (self.show_users, self.add, self.summary, self.search):
            part.hide()

    def refresh(self) -> None:
        program = self.desk.opened
        here = program.records_here
        self.more.setText(
            tr(people.USERS_HERE, email=program.identity.email) if here else tr(people.USERS_MORE)
        )
        self.show_users.setVisible(not here)

    # what is known

    def _arrived(self, found: Logins) -> None:
        self.found = found
        self.show_users.set_words(tr(people.SHOW_AGAIN))
        self.add.show()
        self.summary.setText(_summary(found))
        self.summary.show()
        self.search.setVisible(len(found.logins) > _SEARCH_FROM)
        self._show()

    def _show(self, _: str = "") -> None:
        clear_layout(self.rows)
        logins = self.found.logins if self.found else ()
        wanted = self.search.text().strip().casefold()
        matching = [
            row for row in logins if wanted in " ".join((row.email, row.login, *row.clinics)).casefold()
        ]
        for record in matching[:_MOST_SHOWN]:
            row = _LoginRow(record, is_you=record.email == self.desk.opened.identity.email)
            row.deactivate_asked.connect(self._ask_to_deactivate)
            self.rows.addWidget(Line())
            self.rows.addWidget(row)
        if logins and not matching:
            self.rows.addWidget(Text(tr(people.NO_MATCH), Style.SECONDARY, "secondary"))
        elif len(matching) > _MOST_SHOWN:
            words = tr(people.SOME, shown=_MOST_SHOWN, count=f"{len(matching):,}")
            self.rows.addWidget(Text(words, Style.SECONDARY, "secondary"))

    # what the owner does

    def _ask_to_show(self) -> None:
        words = (tr(people.SHOW_ASK), "", tr(people.SHOW_VERB))
        dialog = OwnerDialog(self, self.desk, words, self._showing)
        dialog.answered.connect(self._arrived)
        dialog.open()

    def _showing(self) -> Work:
        return self.desk.opened.users.logins

    def _ask_to_add(self) -> None:
        if self.found:
            dialog = AddPersonDialog(self, self.desk, self.found)
            dialog.answered.connect(self._added)
            dialog.open()

    def _added(self, answer: tuple[HandOver, Logins]) -> None:
        given, found = answer
        self._arrived(found)
        HandOverDialog(self, given).open()

    def _ask_to_deactivate(self, record: LoginRecord) -> None:
        self._concerned = record.email
        logins = self.found.logins if self.found else ()
        theirs = [row.login for row in logins if row.email == record.email and row.active]
        text = tr(people.DEACTIVATE_TEXT, logins=", ".join(theirs))
        if record.email == self.desk.opened.identity.email:
            text = f"{tr(people.DEACTIVATE_YOU)} {text}"
        words = (tr(people.DEACTIVATE_ASK, email=record.email), text, tr(people.DEACTIVATE_VERB))
        dialog = OwnerDialog(self, self.desk, words, self._deactivating)
        dialog.answered.connect(self._deactivated)
        dialog.open()

    def _deactivating(self) -> Work:
        users, email = self.desk.opened.users, self._concerned
        return lambda address: users.deactivate(address, email)

    def _deactivated(self, found: Logins) -> None:
        self._arrived(found)
        self.desk.say(tr(people.DEACTIVATED, email=self._concerned))


def _summary(found: Logins) -> str:
    place, server = found.place.database, found.place.host or tr(people.THIS_SERVER)
    if not found.logins:
        return tr(people.FOUND_NONE, database=place, server=server)
    return tr_count(people.FOUND_ONE, people.FOUND_MANY, len(found.logins), database=place, server=server)


class _LoginRow(QWidget):
    deactivate_asked = Signal(object)

    def __init__(self, record: LoginRecord, *, is_you: bool) -> None:
        super().__init__()
        self._record = record
        self.setMinimumHeight(SPACE.row)
        look = (
            PillLook("circle-check", tr(people.ACTIVE), Tone.GOOD)
            if record.active
            else PillLook("circle-pause", tr(people.SWITCHED_OFF), Tone.OFF)
        )
        name = tr(people.YOU, email=record.email) if is_you else record.email
        clinics = ", ".join(record.clinics) or tr(people.NO_CLINIC)
        more = " · ".join((record.login, tr(_ROLES[record.role]), clinics))
        self.setAccessibleName(shown(f"{name}, {more}, {look.text}"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedText(name, Style.MEDIUM))
        words.addWidget(ElidedText(more, Style.SECONDARY, "secondary"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(Pill(look))
        if record.active:
            button = RowButton(tr(people.DEACTIVATE), self._press)
            button.setAccessibleName(tr(people.DEACTIVATE_NAMED, email=record.email))
            row.addWidget(button)

    def _press(self) -> None:
        self.deactivate_asked.emit(self._record)
