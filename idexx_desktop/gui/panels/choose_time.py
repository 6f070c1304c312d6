"""Day and time of a call, in the clinic's zone, whatever the zone of this computer."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, QTime, QTimeZone
from PySide6.QtWidgets import QDateTimeEdit, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.calendar import Calendar
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import calls, locale, tr

EARLIEST, LATEST = time(8), time(21)
_STEP = timedelta(minutes=15)


class MomentField(QDateTimeEdit):
    """A local time of the clinic. `moment()` is the instant in UTC."""

    def __init__(self, start: datetime, now: datetime, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        # without this, an hour that this computer's own zone skips could not be entered
        self.setTimeZone(QTimeZone.utc())
        self.setFont(font(Style.BODY))
        self.setLocale(locale())
        self.setDisplayFormat("ddd d MMM yyyy, HH:mm")
        self.setCalendarPopup(True)
        self.setCalendarWidget(Calendar())
        self.setMinimumDate(_qdate(now.astimezone(zone)))
        local = start.astimezone(zone)
        self.setDateTime(QDateTime(_qdate(local), QTime(local.hour, local.minute), QTimeZone.utc()))

    def moment(self) -> datetime:
        """The chosen instant, in UTC; a local time that does not exist moves forward."""
        day, hour = self.date(), self.time()
        local = datetime(day.year(), day.month(), day.day(), hour.hour(), hour.minute(), tzinfo=self._zone)
        return local.astimezone(UTC)


class ChooseTimeDialog(VerbDialog):
    """Another time for a call. The verb works for times to come inside the hours in which owners are called."""

    def __init__(
        self, parent: QWidget, title: str, text: str, start: datetime, now: datetime, zone: ZoneInfo
    ) -> None:
        super().__init__(parent, title, text, tr(calls.TIME_VERB))
        self._now, self._zone = now, zone
        self.moment = MomentField(start, now, zone)
        label = Text(tr(calls.TIME_LABEL, zone=zone.key), Style.LABEL)
        label.setBuddy(self.moment)
        self.moment.setAccessibleName(label.text())
        self.hint = Text("", Style.SECONDARY, "attention", wrap=True)
        for widget in (label, self.moment, self.hint):
            self.form.addWidget(widget)
        self.moment.dateTimeChanged.connect(self._check)
        self._check()
        self.moment.setFocus()

    def when(self) -> datetime:
        """The chosen instant, in UTC."""
        return self.moment.moment()

    def _check(self) -> None:
        problem = time_problem(self.when(), self._now, self._zone)
        self.hint.setText(problem)
        self.verb.setEnabled(not problem)


def time_problem(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Why nobody can be called then; "" where that is possible."""
    if moment <= now:
        return tr(calls.TIME_PAST)
    local = moment.astimezone(zone).time()
    return "" if EARLIEST <= local < LATEST else tr(calls.TIME_HOURS)


def next_start(now: datetime, zone: ZoneInfo) -> datetime:
    """An hour from now, on a quarter; the next morning at ten where that is too late or too early to call."""
    later = now.astimezone(zone) + timedelta(hours=1)
    quarter = later.replace(minute=0, second=0, microsecond=0) + _STEP * -(-later.minute // 15)
    if EARLIEST <= quarter.time() < LATEST:
        return quarter.astimezone(UTC)
    day = quarter.date() + timedelta(days=1 if quarter.time() >= LATEST else 0)
    return datetime.combine(day, time(10), zone).astimezone(UTC)


def _qdate(local: datetime) -> QDate:
    return QDate(local.year, local.month, local.day)
