"""Public holidays as dates on which the clinic is closed: looked up only when a person asks for them."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.inputs import Select
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import settings, tr


class HolidayPicker(QWidget):
    """A button that turns into the choice of a region. `chosen` carries the dates, `failed` what went wrong."""

    chosen = Signal(frozenset)
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.offer = SecondaryButton(tr(settings.HOLIDAYS), self._ask_regions, icon_name="calendar-x")
        self.label = Text(tr(settings.HOLIDAYS_OF), Style.BODY)
        self.region = Select(typed=True)
        self.region.setAccessibleName(tr(settings.HOLIDAYS_OF))
        self.add = SecondaryButton(tr(settings.HOLIDAYS_ADD), self._ask_days, icon_name="plus")
        self.said = Text("", Style.SECONDARY, "secondary", wrap=True)
        self._choice = QWidget()
        row = QHBoxLayout(self._choice)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.label, self.region, self.add):
            row.addWidget(part)
        row.addStretch(1)
        first = QHBoxLayout()
        first.addWidget(self.offer)
        first.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        column.addWidget(self._choice)
        column.addWidget(self.said)
        self._choice.hide()
        self.said.hide()

    def _ask_regions(self) -> None:
        self.offer.setEnabled(False)
        self._desk.bridge.ask_anew(self._desk.opened.settings.holiday_regions, self._regions, self._failed)

    def _regions(self, regions: list[tuple[str, str]]) -> None:
        self.region.set_options([(None, tr(settings.HOLIDAYS_EVERYWHERE)), *regions])
        self.offer.hide()
        self._choice.show()
        self.region.setFocus()

    def _ask_days(self) -> None:
        service, region = self._desk.opened.settings, self.region.value
        chosen = region if isinstance(region, str) else None
        self._desk.bridge.ask_anew(lambda: service.public_holidays(chosen), self._days, self._failed)

    def _days(self, days: frozenset[date]) -> None:
        self.said.setText(tr(settings.HOLIDAYS_ADDED))
        self.said.show()
        self.chosen.emit(days)

    def _failed(self, failure: Failure) -> None:
        self.offer.setEnabled(True)
        self.failed.emit(failure)
