"""Asks from which day to which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.kit.typed import DayInput
from idexx_desktop.gui.strings import activity, tr


class ChooseDaysDialog(VerbDialog):
    """After `accepted`: `days()`."""

    def __init__(self, parent: QWidget, first: date, last: date, today: Callable[[], date]) -> None:
        super().__init__(parent, tr(activity.DAYS_ASK), tr(activity.DAYS_TEXT), tr(activity.DAYS_VERB))
        self.first, self.last = DayInput(first, today), DayInput(last, today)
        row = QHBoxLayout()
        row.setSpacing(12)
        for words, control in ((activity.DAYS_FROM, self.first), (activity.DAYS_TO, self.last)):
            row.addWidget(Field(tr(words), control))
            control.changed.connect(self._check)
        row.addStretch(1)
        self.hint = Text("", Style.SECONDARY, "attention", wrap=True)
        self.form.addLayout(row)
        self.form.addWidget(self.hint)
        self._check()
        self.first.setFocus()
        self.first.selectAll()

    def days(self) -> tuple[date, date]:
        """The first and the last day, which is included."""
        return self.first.value, self.last.value

    def _check(self) -> None:
        first, last = self.days()
        wrong = self.first.problem() or self.last.problem()
        problem = wrong or ("" if first <= last else tr(activity.DAYS_BACKWARDS))
        self.verb.setEnabled(not problem)
        self.hint.setText(problem)
