"""How often, in which hours, on which days: the fields of a schedule, for Settings and the first start."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.gui.kit.choices import CheckChoice
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import DaysInput, Select, TimeRange
from idexx_desktop.gui.strings import settings, tr, tr_count

_HOURS_OFFERED = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0)


class ScheduleFields(QWidget):
    """`changed` when a person changed something."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.enabled = CheckChoice(tr(settings.AUTOMATIC))
        self.enabled.setAccessibleName(tr(settings.AUTOMATIC))
        self.every = Select([(hours, every_words(hours)) for hours in _HOURS_OFFERED], wide=180)
        self.hours = TimeRange()
        self.days = DaysInput()
        self.hours_field = Field(tr(settings.CLINIC_HOURS), self.hours, tr(settings.CLINIC_HOURS_HINT))
        self.days_field = Field(tr(settings.CLINIC_DAYS), self.days)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.enabled)
        column.addWidget(Field(tr(settings.EVERY), self.every))
        column.addWidget(self.hours_field)
        column.addWidget(self.days_field)
        self.enabled.toggled.connect(self._changed)
        self.every.picked.connect(self._changed)
        self.hours.changed.connect(self._changed)
        self.days.changed.connect(self._changed)

    def set_value(self, value: ScheduleRecord) -> None:
        """Show a schedule."""
        self.enabled.setChecked(value.enabled)
        self.every.set_value(value.every_hours, every_words(value.every_hours))
        self.hours.set_value(value.open_time, value.close_time)
        self.days.set_value(value.open_weekdays)
        self.hours_field.set_problem("")
        self.days_field.set_problem("")

    def collect(self, kept: ScheduleRecord) -> ScheduleRecord | None:
        """`kept` with what the fields hold; None where something is wrong, which is then said beside it."""
        days, every = self.days.value, self.every.value
        self.hours_field.set_problem(self.hours.problem())
        self.days_field.set_problem("" if days else tr(settings.CHOOSE_DAY))
        if self.hours.problem() or not days or not isinstance(every, float):
            return None
        return replace(
            kept,
            enabled=self.enabled.isChecked(),
            every_hours=every,
            open_time=self.hours.start.value,
            close_time=self.hours.end.value,
            open_weekdays=days,
        )

    def _changed(self, *_: object) -> None:
        self.changed.emit()


def every_words(hours: float) -> str:
    """`Every 4 hours`."""
    if hours == int(hours):
        return tr_count(settings.EVERY_HOUR, settings.EVERY_HOURS, int(hours))
    return tr(settings.EVERY_HOURS, count=f"{hours:g}")
