"""The open concerns, at the top of Needs attention: each with its clock, whom it is about, and what answers it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.concerns import LONGEST_WHAT, Concern
from idexx_desktop.gui import concern_words, timewords
from idexx_desktop.gui.concern_actions import ConcernActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import LinkButton, RowButton
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.inputs import TextInput
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.kit.text import Text, selectable
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import concerns, tr

# what is shown at first, and with each "more": a wall of rows helps nobody answer the first
_FIRST, _MORE = 3, 20
_CLOCK, _WIDE = 150, 460  # px
_ANSWERS = (concerns.CALLED_BACK, concerns.BOOKED, concerns.SENT)


class ClosingForm(QWidget):
    """Who did what: some words ready to press, and own ones. Enter closes the concern, Escape the form."""

    def __init__(self, row: ConcernRow) -> None:
        super().__init__(row)
        self._row = row
        self.what = TextInput(tr(concerns.WHAT), wide=_WIDE)
        self.what.setAccessibleName(tr(concerns.WHAT))
        self.what.setMaxLength(LONGEST_WHAT)
        self.said = Text("", Style.SECONDARY, "act", wrap=True)
        self.said.hide()
        ready = FlowRow()
        for words in _ANSWERS:
            ready.add(RowButton(tr(words).strip(), partial(self._take, tr(words))))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.what)
        line.addWidget(RowButton(tr(concerns.CLOSE), self.close_it, icon_name="check"))
        line.addWidget(RowButton(tr(concerns.CANCEL), self.leave))
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_CLOCK + 12, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(ready)
        column.addLayout(line)
        column.addWidget(self.said)
        self.hide()

    def open_up(self) -> None:
        """Show it, with the cursor in it."""
        self.said.hide()
        self.show()
        self.what.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Hide it, and forget what was typed."""
        self.what.clear()
        self.hide()

    def close_it(self) -> None:
        """Only with words."""
        what = self.what.text().strip()
        if what:
            self._row.answered(what)
        else:
            self.said.setText(tr(concerns.NEEDS_WORDS))
            self.said.show()
            self.what.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        # else Escape closed the panel beside the table
        override = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in ENTER:
            self.close_it()
        else:
            super().keyPressEvent(event)

    def _take(self, words: str) -> None:
        self.what.setText(words)
        self.what.setFocus(Qt.FocusReason.OtherFocusReason)


class ConcernRow(QWidget):
    """One concern; what is typed in it stays while it is read again."""

    def __init__(self, concern: Concern, actions: ConcernActions, desk: Desk) -> None:
        super().__init__()
        self.concern = concern
        self._actions, self._desk = actions, desk
        self.clock = Pill(concern_words.clock(concern, desk.now()))
        self.clock.setFixedWidth(_CLOCK)
        self.pets = Text("", Style.STRONG, wrap=True)
        self.whose = Text("", Style.BODY, "secondary", wrap=True)
        selectable(self.whose)
        self.words = Text("", Style.BODY, wrap=True)
        selectable(self.words)
        self.origin = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.done = RowButton(tr(concerns.DONE), self._open_form, icon_name="check")
        self.call = RowButton(tr(concerns.OPEN_CALL), self._open_call, icon_name="phone-outgoing")
        self.form = ClosingForm(self)
        self._build()
        self.show_concern(concern, desk.now(), desk.zone)

    def show_concern(self, concern: Concern, now: datetime, zone: ZoneInfo) -> None:
        """The same concern, at another time."""
        self.concern = concern
        look = concern_words.clock(concern, now)
        pets, whose = concern_words.pets(concern), concern_words.whose(concern)
        self.clock.set_look(look)
        self.clock.setToolTip(timewords.exact(concern.due_at, zone))
        self.pets.setText(pets)
        self.whose.setText(whose)
        self.words.setText(concern.words)
        self.origin.setText(concern_words.origin(concern, now, zone))
        self.call.setVisible(concern.is_mine and concern.call_id is not None)
        for button, words in ((self.done, concerns.DONE), (self.call, concerns.OPEN_CALL)):
            button.setAccessibleName(shown(f"{tr(words)}: {pets}"))
        self.setAccessibleName(shown(f"{pets}, {whose}. {look.text}. {concern.words}"))

    @property
    def is_being_typed_in(self) -> bool:
        """Whether somebody has begun to say what was done."""
        return not self.form.isHidden() and bool(self.form.what.text().strip())

    def answered(self, what: str) -> None:
        """Who did what."""
        self._actions.close_with(self.concern, what)

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.pets, self.whose, self.words, self.origin):
            words.addWidget(part)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.call)
        buttons.addWidget(self.done)
        line = QHBoxLayout()
        line.setSpacing(12)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(self.clock, 0, top)
        line.addLayout(words, 1)
        line.addLayout(buttons)
        line.setAlignment(buttons, top)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.form)

    def _open_form(self) -> None:
        self.form.open_up()

    def _open_call(self) -> None:
        self._desk.go("calls", self.concern.call_id)


class ConcernList(Card):
    """Hidden while there is none. What is due first stands first."""

    def __init__(self, desk: Desk, actions: ConcernActions) -> None:
        super().__init__()
        self._desk, self._actions = desk, actions
        self._found: tuple[Concern, ...] = ()
        self._most = _FIRST
        self.rows: dict[str, ConcernRow] = {}
        self.print_out = LinkButton(tr(concerns.PRINT), self._print, icon_name="printer")
        self.save_pdf = LinkButton(tr(concerns.SAVE_PDF), self._save, icon_name="download")
        trailing = QWidget()
        line = QHBoxLayout(trailing)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(14)
        line.addWidget(self.save_pdf)
        line.addWidget(self.print_out)
        self.title = self.add_title(tr(concerns.TITLE), trailing)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self.body.addLayout(self._column)
        self.more = LinkButton("", self._show_more)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        actions.closed.connect(self._closed)
        self.hide()

    def show_concerns(self, found: Sequence[Concern]) -> None:
        """These are open now; rows that stay are kept, and so is one in which somebody types."""
        self._found = tuple(found)
        now, zone = self._desk.now(), self._desk.zone
        shown_ones = {each.id: each for each in self._found[: self._most]}
        for concern_id in [each for each in self.rows if each not in shown_ones]:
            if not self.rows[concern_id].is_being_typed_in:
                self._remove(concern_id)
        for concern_id, concern in shown_ones.items():
            if concern_id in self.rows:
                self.rows[concern_id].show_concern(concern, now, zone)
            else:
                self.rows[concern_id] = self._add(concern)
        self._in_order(list(shown_ones))
        left = len(self._found) - len(shown_ones)
        self.more.setVisible(left > 0)
        self.more.set_words(tr(concerns.MORE, count=f"{left:,}"))
        summary = concern_words.summary(self._found, now)
        self.title.setText(summary[0] if summary else tr(concerns.TITLE))
        self.setVisible(bool(self.rows))

    def _add(self, concern: Concern) -> ConcernRow:
        row = ConcernRow(concern, self._actions, self._desk)
        self._column.addWidget(row)
        return row

    def _remove(self, concern_id: str) -> None:
        row = self.rows.pop(concern_id)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _in_order(self, wanted: list[str]) -> None:
        """Lines between, and rows moved only where their order is another."""
        standing = [each for each in self.rows if each in wanted]
        if standing != wanted:
            others = [each for each in self.rows if each not in wanted]
            self.rows = {each: self.rows[each] for each in (*wanted, *others)}
            for row in self.rows.values():
                self._column.removeWidget(row)
                self._column.addWidget(row)

    def _show_more(self) -> None:
        self._most += _MORE
        self.show_concerns(self._found)

    def _closed(self, concern_id: str) -> None:
        row = self.rows.get(concern_id)
        if row is not None:
            row.form.leave()
        self.show_concerns([each for each in self._found if each.id != concern_id])

    def _print(self) -> None:
        self._actions.print_out(self._found)

    def _save(self) -> None:
        self._actions.save_pdf(self._found)
