"""Single dates without calls: holidays, a day off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.gui import timewords
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.chips import RemovableChip
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.kit.typed import DayInput
from idexx_desktop.gui.strings import settings, tr


class ClosedDays(QWidget):
    """Dates as chips that can be taken away, and a field to add one. `changed` after either.

    `today` is the clinic's day, whenever it is asked for.
    """

    changed = Signal()

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._days: set[date] = set()
        self._today = today
        self.day = DayInput(today(), today, to_come=True)
        self.day.changed.connect(self._check)
        self.day.problem_said.connect(self._say)
        self.add = SecondaryButton(tr(settings.ADD_DAY), self._add, icon_name="plus")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.day)
        row.addWidget(self.add)
        self.problem = Text("", Style.SECONDARY, "act", wrap=True)
        row.addWidget(self.problem, 1)
        self._chips = FlowRow(gap=6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._chips)
        column.addLayout(row)
        self.setFocusProxy(self.day)
        self._show()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.day.setAccessibleName(name)

    @property
    def value(self) -> frozenset[date]:
        """The dates."""
        return frozenset(self._days)

    def set_value(self, days: Iterable[date]) -> None:
        """Show these dates; a new one is proposed for today at the earliest."""
        self._days = set(days)
        self.day.set_value(max(self.day.value, self._today()))
        self._show()

    def add_days(self, days: frozenset[date]) -> None:
        """Close the clinic on these, too."""
        self._change(self._days | days)

    def _show(self) -> None:
        self._chips.clear()
        for day in sorted(self._days):
            words = timewords.of_date(day)
            chip = RemovableChip(words, self._remove)
            chip.setProperty("day", day.toordinal())
            chip.setAccessibleName(tr(settings.REMOVE_DAY, day=words))
            self._chips.add(chip)
        self._chips.setVisible(bool(self._days))
        self._chips.updateGeometry()

    def _add(self) -> None:
        self._change(self._days | {self.day.value})

    def _check(self) -> None:
        self.add.setEnabled(not self.day.problem())

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)

    def _remove(self) -> None:
        self._change(self._days - {date.fromordinal(self.sender().property("day"))})

    def _change(self, days: set[date]) -> None:
        self._days = days
        self._show()
        self.changed.emit()
