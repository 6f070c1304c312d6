"""How far the program would have done what people decided, and the visits in which it differs: each can be opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.agreement import ENOUGH, Agreement, Differing
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import RowButton, SecondaryButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Line, Text
from idexx_desktop.gui.links import VisitLink
from idexx_desktop.gui.pages.settings_sections.answered_list import told
from idexx_desktop.gui.strings import agreement as words
from idexx_desktop.gui.strings import attention, tr, tr_count
from idexx_desktop.gui.tokens import Tone

_MOST_SHOWN = 40


class AgreementView(QWidget):
    """`failed(Failure)` for what couldn't be read."""

    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.found: Agreement | None = None
        self.rows: list[DifferingRow] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self._lines.addLayout(_line(tr(words.COUNTING), color="secondary"))
        self.list = QWidget()
        self._listed = QVBoxLayout(self.list)
        self._listed.setContentsMargins(0, 0, 0, 0)
        self._listed.setSpacing(0)
        self.list.hide()
        self.show_them = SecondaryButton(tr(words.SHOW), self._toggle, icon_name="eye")
        self.show_them.hide()
        self.begin = SecondaryButton(tr(words.LOOK), self._look, icon_name="paw-print")
        self.begin.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._lines)
        for button in (self.begin, self.show_them):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.list)

    def refresh(self) -> None:
        """Read it; once there is something to show, not while a sync writes: each part of it would read all anew."""
        if self.found is None or not self._desk.syncing:
            self._desk.bridge.ask_anew(self._desk.opened.visits.agreement, self._arrived, self._refused)

    def _arrived(self, found: Agreement) -> None:
        if found == self.found:
            return
        self.found = found
        clear_layout(self._lines)
        for line in _lines(found):
            self._lines.addLayout(line)
        differing = [(each, words.WRONGLY_CALLED) for each in found.wrongly_called]
        differing += [(each, words.ASKED) for each in found.asked]
        self.show_them.setVisible(bool(differing))
        self.begin.setVisible(not found.decided)
        if not differing:
            self._show_list(shown=False)
        self._fill(differing)

    def _fill(self, differing: list[tuple[Differing, str]]) -> None:
        clear_layout(self._listed)
        self.rows = [DifferingRow(each, says, self._desk) for each, says in differing[:_MOST_SHOWN]]
        for row in self.rows:
            self._listed.addWidget(Line())
            self._listed.addWidget(row)
        if len(differing) > _MOST_SHOWN:
            more = tr(words.SOME, shown=_MOST_SHOWN, count=f"{len(differing):,}")
            self._listed.addWidget(Text(more, Style.SECONDARY, "secondary"))

    def _look(self) -> None:
        self._desk.go("visits", VisitState.HELD)

    def _toggle(self) -> None:
        self._show_list(shown=self.list.isHidden())

    def _show_list(self, *, shown: bool) -> None:
        self.list.setVisible(shown)
        self.show_them.set_words(tr(words.HIDE if shown else words.SHOW))
        self.show_them.set_icon("eye-off" if shown else "eye")

    def _refused(self, failure: Failure) -> None:
        self.failed.emit(failure)


class DifferingRow(QWidget):
    """One visit: whose it is, who decided what, and the way to it."""

    def __init__(self, visit: Differing, says: str, desk: Desk) -> None:
        super().__init__()
        when = timewords.short_day(visit.visit_at, desk.now(), desk.zone)
        pet = visit.patient_name or tr(attention.NO_PET)
        owner = visit.owner_name or tr(attention.NO_VALUE)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(12)
        said = tr(says, who=visit.decided_by or tr(attention.NO_VALUE), when=when)
        line.addLayout(told(tr(words.ROW, pet=pet, owner=owner), said), 1)
        self.button = RowButton(tr(words.OPEN), lambda: desk.go("visits", VisitLink(visit.visit_key)))
        self.button.setAccessibleName(tr(words.OPEN_NAMED, pet=pet, when=when))
        line.addWidget(self.button)


def _lines(found: Agreement) -> list[QHBoxLayout]:
    """What it comes to, the least certain first: whether it tells anything, then what would have been wrong."""
    lines: list[QHBoxLayout] = []
    if not found.decided:
        lines = [_line(tr(words.NONE), "info"), _line(tr(words.NONE_MORE, needed=ENOUGH), color="secondary")]
    elif not found.is_enough:
        few = tr_count(words.FEW_ONE, words.FEW_MANY, found.would_call, needed=ENOUGH)
        lines = [_line(few, "info")]
    else:
        alike = tr(words.ALIKE, decided=f"{found.decided:,}", alike=f"{found.alike:,}")
        lines = [_line(alike, "users")]
    if found.decided:
        lines += [_wrong(len(found.wrongly_called), enough=found.is_enough), _asked(len(found.asked))]
    if found.left_out:
        left_out = tr_count(words.LEFT_OUT_ONE, words.LEFT_OUT_MANY, found.left_out)
        lines.append(_line(left_out, color="secondary"))
    return lines


def _wrong(count: int, *, enough: bool) -> QHBoxLayout:
    if count:
        said = tr_count(words.WRONG_ONE, words.WRONG_MANY, count)
        return _line(said, "triangle-alert", Tone.ATTENTION)
    return _line(tr(words.WRONG_NONE), "circle-check" if enough else "info", Tone.GOOD if enough else None)


def _asked(count: int) -> QHBoxLayout:
    said = tr_count(words.ASKED_ONE, words.ASKED_MANY, count) if count else tr(words.ASKED_NONE)
    return _line(said, "hand", Tone.HELD)


def _line(said: str, icon: str = "", tone: Tone | None = None, *, color: str | None = None) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    if icon:
        line.addWidget(Icon(icon, 18, tone), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Text(said, Style.BODY if icon else Style.SECONDARY, color, wrap=True), 1)
    return line
