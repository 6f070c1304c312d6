"""Sync schedule: whether, how often, in which hours and on which days; and a pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from PySide6.QtWidgets import QHBoxLayout

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.settings_sections.autostart import AutostartBox
from idexx_desktop.gui.schedule_fields import ScheduleFields
from idexx_desktop.gui.sections import FormSection
from idexx_desktop.gui.strings import settings, tr
from idexx_desktop.gui.tokens import Tone


class ScheduleSection(FormSection[ScheduleRecord]):
    """See the module."""

    key = "schedule"
    title = settings.SCHEDULE
    icon = "calendar-clock"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        card = self.add_card(tr(settings.SCHEDULE), tr(settings.SCHEDULE_MORE))
        self.fields = ScheduleFields()
        self.next = Text("", Style.BODY)
        card.body.addWidget(self.fields)
        card.body.addWidget(Field(tr(settings.NEXT_SYNC), self.next))
        card.body.addWidget(self.foot)
        self.fields.changed.connect(self.touch)
        self.autostart = AutostartBox(desk)
        self.autostart.failed.connect(self.show_failure)
        self.add_card(tr(settings.AUTOSTART), tr(settings.AUTOSTART_MORE)).body.addWidget(self.autostart)
        self._build_pause()

    def refresh(self) -> None:
        super().refresh()
        self.autostart.refresh()

    def reading(self) -> Callable[[], ScheduleRecord]:
        return self.desk.opened.settings.schedule

    def writing(self, value: ScheduleRecord) -> Callable[[], object]:
        service = self.desk.opened.settings
        return lambda: service.save_schedule(value)

    def fill(self, value: ScheduleRecord) -> None:
        self.fields.set_value(value)

    def follow(self, value: ScheduleRecord) -> None:
        self._show_next(value)
        self._show_pause(value)

    def edited(self, value: ScheduleRecord) -> object:
        return replace(
            value, paused_until=None, next_due_at=None, last_completed_at=None, closed_days=frozenset()
        )

    def collect(self, kept: ScheduleRecord) -> ScheduleRecord | None:
        return self.fields.collect(kept)

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
        words = None
        if paused and value.paused_until:
            words = tr(settings.PAUSED_UNTIL, when=timewords.spoken(value.paused_until, now, zone))
        resume = BarAction(tr(settings.RESUME), self._resume)
        self.keep_bar("paused", words, lambda: InlineBar(Tone.ATTENTION, words or "", "", (resume,)))
        self.resume.setVisible(paused)

    def _pause_until_tomorrow(self) -> None:
        self._pause(start_of_day(self.desk.now(), self.desk, 1))

    def _pause_for_a_week(self) -> None:
        self._pause(start_of_day(self.desk.now(), self.desk, 7))

    def _resume(self) -> None:
        self._pause(None)

    def _pause(self, until: datetime | None) -> None:
        service, now = self.desk.opened.settings, self.desk.now()

        def work() -> datetime | None:
            before = service.schedule().paused_until
            service.pause_until(until)
            # a pause that was over is none: undoing doesn't bring it back
            return before if before and before > now else None

        self.ask(work, self._resumed if until is None else self._paused)

    def _paused(self, before: datetime | None) -> None:
        self.desk.say(tr(settings.PAUSED), partial(self._pause, before))
        self._pause_changed()

    def _resumed(self, _: object) -> None:
        self.desk.say(tr(settings.RESUMED))
        self._pause_changed()

    def _pause_changed(self) -> None:
        self.desk.bridge.records_changed(Topic.SETTINGS)


def start_of_day(now: datetime, desk: Desk, days: int) -> datetime:
    """The beginning of the clinic's day so many days on."""
    day = now.astimezone(desk.zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=desk.zone)
