"""Asks from which day to which."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from idexx_desktop.gui import timewords
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.calendar import Calendar
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import activity, locale, tr


class ChooseDaysDialog(VerbDialog):
    """After `accepted`: `days()`."""

    def __init__(self, parent: QWidget, first: date, last: date) -> None:
        super().__init__(parent, tr(activity.DAYS_ASK), tr(activity.DAYS_TEXT), tr(activity.DAYS_VERB))
        self.first, self.last = _day_input(first), _day_input(last)
        row = QHBoxLayout()
        row.setSpacing(12)
        for words, control in ((activity.DAYS_FROM, self.first), (activity.DAYS_TO, self.last)):
            row.addWidget(Field(tr(words), control))
            control.dateChanged.connect(self._check)
        row.addStretch(1)
        self.hint = Text("", Style.SECONDARY, "attention", wrap=True)
        self.form.addLayout(row)
        self.form.addWidget(self.hint)
        self._check()
        self.first.setFocus()

    def days(self) -> tuple[date, date]:
        """The first and the last day, which is included."""
        first, last = self.first.date(), self.last.date()
        return date(first.year(), first.month(), first.day()), date(last.year(), last.month(), last.day())

    def _check(self) -> None:
        first, last = self.days()
        self.verb.setEnabled(first <= last)
        self.hint.setText("" if first <= last else tr(activity.DAYS_BACKWARDS))


def _day_input(day: date) -> QDateEdit:
    made = QDateEdit(timewords.qdate(day))
    made.setFont(font(Style.BODY))
    made.setLocale(locale())
    made.setDisplayFormat("ddd d MMM yyyy")
    made.setCalendarPopup(True)
    made.setCalendarWidget(Calendar())
    made.setFixedWidth(184)
    return made
