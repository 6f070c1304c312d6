"""Sync schedule: whether, how often, in which hours and on which days; and a pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from PySide6.QtWidgets import QCheckBox, QHBoxLayout

from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import DaysInput, Select, TimeRange
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.settings_sections.base import FormSection
from idexx_desktop.gui.strings import settings, tr, tr_count
from idexx_desktop.gui.tokens import Tone

_HOURS_OFFERED = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0)


class ScheduleSection(FormSection[ScheduleRecord]):
    """See the module."""

    key = "schedule"
    title = settings.SCHEDULE
    icon = "calendar-clock"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        card = self.add_card(tr(settings.SCHEDULE), tr(settings.SCHEDULE_MORE))
        self.enabled = QCheckBox(tr(settings.AUTOMATIC))
        self.enabled.setAccessibleName(tr(settings.AUTOMATIC))
        self.every = Select([(hours, every_words(hours)) for hours in _HOURS_OFFERED], wide=180)
        self.hours = TimeRange()
        self.days = DaysInput()
        self.hours_field = Field(tr(settings.CLINIC_HOURS), self.hours, tr(settings.CLINIC_HOURS_HINT))
        self.days_field = Field(tr(settings.CLINIC_DAYS), self.days)
        self.next = Text("", Style.BODY)
        card.body.addWidget(self.enabled)
        card.body.addWidget(Field(tr(settings.EVERY), self.every))
        card.body.addWidget(self.hours_field)
        card.body.addWidget(self.days_field)
        card.body.addWidget(Field(tr(settings.NEXT_SYNC), self.next))
        card.body.addWidget(self.foot)
        self.enabled.toggled.connect(self.touch)
        self.every.picked.connect(self.touch)
        self.hours.changed.connect(self.touch)
        self.days.changed.connect(self.touch)
        self._build_pause()

    def reading(self) -> Callable[[], ScheduleRecord]:
        return self.desk.opened.settings.schedule

    def writing(self, value: ScheduleRecord) -> Callable[[], object]:
        service = self.desk.opened.settings
        return lambda: service.save_schedule(value)

    def fill(self, value: ScheduleRecord) -> None:
        self.enabled.setChecked(value.enabled)
        self.every.set_value(value.every_hours, every_words(value.every_hours))
        self.hours.set_value(value.open_time, value.close_time)
        self.days.set_value(value.open_weekdays)
        self.hours_field.set_problem("")
        self.days_field.set_problem("")
        self._show_next(value)
        self._show_pause(value)

    def collect(self) -> ScheduleRecord | None:
        days = self.days.value
        self.hours_field.set_problem(self.hours.problem())
        self.days_field.set_problem("" if days else tr(settings.CHOOSE_DAY))
        every = self.every.value
        if self.hours.problem() or not days or self.kept is None or not isinstance(every, float):
            return None
        return replace(
            self.kept,
            enabled=self.enabled.isChecked(),
            every_hours=every,
            open_time=self.hours.start.value,
            close_time=self.hours.end.value,
            open_weekdays=days,
        )

    # next and pause

    def _build_pause(self) -> None:
        card = self.add_card(tr(settings.PAUSE), tr(settings.PAUSE_MORE))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.until_tomorrow = SecondaryButton(tr(settings.PAUSE_TOMORROW), self._pause_until_tomorrow)
        self.for_a_week = SecondaryButton(tr(settings.PAUSE_WEEK), self._pause_for_a_week)
        self.resume = SecondaryButton(tr(settings.RESUME), self._resume)
        for button in (self.until_tomorrow, self.for_a_week, self.resume):
            row.addWidget(button)
        row.addStretch(1)
        card.body.addLayout(row)

    def _show_next(self, value: ScheduleRecord) -> None:
        now, zone = self.desk.now(), self.desk.zone
        due = value.next_due_at if value.enabled else None
        self.next.setText(timewords.full(due, now, zone) if due else tr(settings.NEXT_NONE))
        self.next.setToolTip(timewords.exact(due, zone))

    def _show_pause(self, value: ScheduleRecord) -> None:
        now, zone = self.desk.now(), self.desk.zone
        paused = value.paused_until is not None and value.paused_until > now
        bar = None
        if paused and value.paused_until:
            words = tr(settings.PAUSED_UNTIL, when=timewords.spoken(value.paused_until, now, zone))
            bar = InlineBar(Tone.ATTENTION, words, "", (BarAction(tr(settings.RESUME), self._resume),))
        self.set_bar("paused", bar)
        self.resume.setVisible(paused)

    def _pause_until_tomorrow(self) -> None:
        self._pause(start_of_day(self.desk.now(), self.desk, 1))

    def _pause_for_a_week(self) -> None:
        self._pause(start_of_day(self.desk.now(), self.desk, 7))

    def _resume(self) -> None:
        self._pause(None)

    def _pause(self, until: datetime | None) -> None:
        service = self.desk.opened.settings
        self.ask(lambda: service.pause_until(until), self._resumed if until is None else self._paused)

    def _paused(self, _: object) -> None:
        self.desk.say(tr(settings.PAUSED), self._resume)
        self._pause_changed()

    def _resumed(self, _: object) -> None:
        self.desk.say(tr(settings.RESUMED))
        self._pause_changed()

    def _pause_changed(self) -> None:
        self.desk.bridge.records_changed("settings")


def every_words(hours: float) -> str:
    """`Every 4 hours`."""
    if hours == int(hours):
        return tr_count(settings.EVERY_HOUR, settings.EVERY_HOURS, int(hours))
    return tr(settings.EVERY_HOURS, count=f"{hours:g}")


def start_of_day(now: datetime, desk: Desk, days: int) -> datetime:
    """The beginning of the clinic's day so many days on."""
    day = now.astimezone(desk.zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=desk.zone)
