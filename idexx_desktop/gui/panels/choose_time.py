"""Day and time of a call, in the clinic's zone, whatever the zone of this computer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from idexx_desktop.domain.calling_hours import NEVER_AFTER, NEVER_BEFORE
from idexx_desktop.gui import timewords
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.kit.typed import DayInput, TimeInput
from idexx_desktop.gui.strings import calls, forms, tr

_STEP = timedelta(minutes=15)


class MomentField(QWidget):
    """A day and a time of the clinic, each typed, at which somebody can be called. `changed` when either changes."""

    changed = Signal()

    def __init__(self, start: datetime, now: datetime, zone: ZoneInfo) -> None:
        super().__init__()
        self._now, self._zone = now, zone
        local = start.astimezone(zone)
        self.day, self.time = DayInput(local.date(), self._today, to_come=True), TimeInput()
        self.time.set_value(time(local.hour, local.minute))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.day)
        row.addWidget(self.time)
        row.addStretch(1)
        self.setFocusProxy(self.day)
        for part in (self.day, self.time):
            part.changed.connect(self.changed)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.day.setAccessibleName(tr(forms.DAY_NAMED, name=name))
        self.time.setAccessibleName(tr(forms.TIME_NAMED, name=name))

    def set_local(self, moment: datetime) -> None:
        """Show a day and a time as they are; the zone is the clinic's whatever this one says."""
        self.day.set_value(moment.date())
        self.time.set_value(time(moment.hour, moment.minute))

    def problem(self) -> str:
        """What isn't understood, or why nobody can be called then; "" if all is well."""
        wrong = self.day.problem() or self.time.problem()
        return wrong or time_problem(self.moment(), self._now, self._zone)

    def moment(self) -> datetime:
        """The chosen instant, in UTC; a local time that does not exist moves forward."""
        return datetime.combine(self.day.value, self.time.value, self._zone).astimezone(UTC)

    def _today(self) -> date:
        return self._now.astimezone(self._zone).date()


class ChooseTimeDialog(VerbDialog):
    """Another time for a call. The verb works for times to come inside the hours in which owners are called."""

    def __init__(
        self, parent: QWidget, title: str, text: str, start: datetime, now: datetime, zone: ZoneInfo
    ) -> None:
        super().__init__(parent, title, text, tr(calls.TIME_VERB))
        self.moment = MomentField(start, now, zone)
        label = Text(tr(calls.TIME_LABEL, zone=zone.key), Style.LABEL)
        label.setBuddy(self.moment)
        self.moment.setAccessibleName(label.text())
        self.hint = Text("", Style.SECONDARY, "attention", wrap=True)
        for widget in (label, self.moment, self.hint):
            self.form.addWidget(widget)
        self.moment.changed.connect(self._check)
        self._check()
        self.moment.setFocus()
        self.moment.day.selectAll()

    def when(self) -> datetime:
        """The chosen instant, in UTC."""
        return self.moment.moment()

    def _check(self) -> None:
        problem = self.moment.problem()
        self.hint.setText(problem)
        self.verb.setEnabled(not problem)


def time_problem(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Why nobody can be called then; "" where that is possible."""
    if moment <= now:
        return tr(calls.TIME_PAST)
    local = moment.astimezone(zone).time()
    early, late = timewords.of_day(NEVER_BEFORE), timewords.of_day(NEVER_AFTER)
    return "" if NEVER_BEFORE <= local < NEVER_AFTER else tr(calls.TIME_HOURS, early=early, late=late)


def next_start(now: datetime, zone: ZoneInfo) -> datetime:
    """An hour from now, on a quarter; the next morning at ten where that is too late or too early to call."""
    later = now.astimezone(zone) + timedelta(hours=1)
    quarter = later.replace(minute=0, second=0, microsecond=0) + _STEP * -(-later.minute // 15)
    if NEVER_BEFORE <= quarter.time() < NEVER_AFTER:
        return quarter.astimezone(UTC)
    day = quarter.date() + timedelta(days=1 if quarter.time() >= NEVER_AFTER else 0)
    return datetime.combine(day, time(10), zone).astimezone(UTC)
