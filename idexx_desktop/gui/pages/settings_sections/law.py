"""What the law says of the hours of calls: in the clinic's place, or everywhere, each with its source."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.areas import areas_of
from idexx_desktop.domain.calling_hours import NEVER_AFTER, NEVER_BEFORE, Binds, HoursLaw
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.law_words import hours_words
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.records import Clinic
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import law as words
from idexx_desktop.gui.strings import tr
from idexx_desktop.gui.tokens import Tone

_BINDS = {
    Binds.ALL_CALLS: words.ALL_CALLS,
    Binds.TELEPHONE_SOLICITATION: words.SOLICITATION,
    Binds.AUTOMATED_CALLS: words.AUTOMATED,
}


class LawView(QWidget):
    """`failed(Failure)` for what couldn't be read."""

    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._found: tuple[CallRules, Clinic] | None = None
        self._all = False
        self.rows: list[LawRow] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        self.version = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.show_all = SecondaryButton(tr(words.SHOW_ALL), self._toggle, icon_name="globe")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._lines)
        column.addWidget(self.version)
        column.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignLeft)

    def refresh(self) -> None:
        """Read what holds."""
        settings = self._desk.opened.settings
        self._desk.bridge.ask_anew(
            lambda: (settings.call_rules(), settings.clinic()), self._arrived, self._refused
        )

    def _arrived(self, found: tuple[CallRules, Clinic]) -> None:
        if found != self._found:
            self._found = found
            self._show()

    def _show(self) -> None:
        if self._found is None:
            return
        rules, clinic = self._found
        laws = rules.hours.laws if self._all else _of_clinic(rules, clinic, self._desk)
        clear_layout(self._lines)
        self.rows = [LawRow(law, rules.country) for law in laws]
        for row in self.rows:
            self._lines.addWidget(row)
        if not self.rows:
            early, late = timewords.of_day(NEVER_BEFORE), timewords.of_day(NEVER_AFTER)
            self._lines.addWidget(Text(tr(words.NO_LAW, early=early, late=late), Style.BODY, wrap=True))
        places = {law.law.place for law in rules.hours.laws}
        unverified = {law.law.place for law in rules.hours.laws if not law.law.verified}
        self.version.setText(
            tr(words.VERSION, version=rules.hours.version, count=len(places), unverified=len(unverified))
        )

    def _toggle(self) -> None:
        self._all = not self._all
        self.show_all.set_words(tr(words.HIDE_ALL if self._all else words.SHOW_ALL))
        self._show()

    def _refused(self, failure: Failure) -> None:
        self.failed.emit(failure)


class LawRow(QWidget):
    """One law: where and when, below it where that stands and whether anybody has read it."""

    def __init__(self, law: HoursLaw, country: str) -> None:
        super().__init__()
        source, verified = law.law.source, law.law.verified
        where = tr(words.PLACE, place=law.law.name, hours=hours_words(law, country))
        title = tr(words.SOURCE, title=source.title, section=source.section)
        read = tr(words.READ, when=law.law.read_on) if law.law.read_on else tr(words.UNVERIFIED)
        self.said = " · ".join((title, tr(_BINDS[law.law.binds]), read))
        self.setToolTip(source.url)
        self.setAccessibleName(f"{where} {self.said}")
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(Text(where, Style.BODY, wrap=True))
        told.addWidget(Text(self.said, Style.SECONDARY, "secondary", wrap=True))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        icon = Icon("circle-check" if verified else "info", 18, Tone.GOOD if verified else Tone.ATTENTION)
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(told, 1)


def _of_clinic(rules: CallRules, clinic: Clinic, desk: Desk) -> Sequence[HoursLaw]:
    """What is in force today where the clinic's own number is; else in its country."""
    own = dialable(clinic.phone, rules.country)
    places = {area.place for area in areas_of(own, rules)}
    today = desk.today()
    found = {
        law
        for place in sorted(places)
        for law in rules.hours.in_force(place, today, automated=rules.automated)
    }
    return [law for law in rules.hours.laws if law in found]
