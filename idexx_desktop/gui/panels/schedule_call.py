"""Asks when to call, where a person decides against the rule that held a visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, QTime
from PySide6.QtWidgets import QDateTimeEdit, QLineEdit, QWidget

from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.gui import visit_words
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.calendar import Calendar
from idexx_desktop.gui.kit.choices import RadioChoice
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import attention, locale, tr

_USUAL_HOUR = 10


class ScheduleCallDialog(VerbDialog):
    """After `accepted`: `when()` is an instant in UTC, None for "when the rules say"; `why()` may be ""."""

    def __init__(self, parent: QWidget, row: VisitRecord, now: datetime, zone: ZoneInfo) -> None:
        pet = visit_words.pet(row)
        held = tr(attention.SCHEDULE_TEXT, reason=row.reason) if row.reason else ""
        text = f"{held}\n{tr(attention.SCHEDULE_PLAIN)}".strip()
        super().__init__(parent, tr(attention.SCHEDULE_ASK, pet=pet), text, tr(attention.SCHEDULE_VERB))
        self.row = row
        self._zone = zone
        self.by_rules = RadioChoice(tr(attention.SCHEDULE_BY_RULES))
        self.by_rules.setChecked(True)
        self.at = RadioChoice(tr(attention.SCHEDULE_AT, zone=zone.key))
        self.moment = QDateTimeEdit(self._tomorrow(now))
        self.moment.setLocale(locale())
        self.moment.setDisplayFormat("ddd d MMM yyyy, HH:mm")
        self.moment.setCalendarPopup(True)
        self.moment.setCalendarWidget(Calendar())
        self.moment.setMinimumDate(_qdate(now.astimezone(zone)))
        self.moment.setAccessibleName(self.at.text())
        self.moment.setEnabled(False)
        self.at.toggled.connect(self.moment.setEnabled)
        self.reason = QLineEdit()
        label = Text(tr(attention.SCHEDULE_WHY), Style.LABEL)
        label.setBuddy(self.reason)
        self.reason.setAccessibleName(label.text())
        self.moment.setFont(font(Style.BODY))
        for widget in (self.by_rules, self.at, self.moment, label, self.reason):
            self.form.addWidget(widget)

    def when(self) -> datetime | None:
        """The chosen instant; the chosen hour is the clinic's, whatever the zone of this computer."""
        if self.by_rules.isChecked():
            return None
        date, time = self.moment.date(), self.moment.time()
        local = datetime(date.year(), date.month(), date.day(), time.hour(), time.minute(), tzinfo=self._zone)
        return local.astimezone(UTC)

    def why(self) -> str:
        """The person's words."""
        return self.reason.text().strip()

    def _tomorrow(self, now: datetime) -> QDateTime:
        return QDateTime(_qdate(now.astimezone(self._zone) + timedelta(days=1)), QTime(_USUAL_HOUR, 0))


def _qdate(local: datetime) -> QDate:
    return QDate(local.year, local.month, local.day)
