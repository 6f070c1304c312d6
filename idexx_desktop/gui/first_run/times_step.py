"""Step 3: when to sync, and where the clinic is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.records import Clinic, ScheduleRecord
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.step import Step
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import Select
from idexx_desktop.gui.places import countries, time_zones, zone_words
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.schedule_fields import ScheduleFields
from idexx_desktop.gui.strings import first_run, settings, tr


@dataclass(frozen=True, slots=True)
class _Times:
    schedule: ScheduleRecord
    clinic: Clinic


class TimesStep(Step):
    """See the module."""

    key = "times"
    title = first_run.STEP_TIMES
    heading = first_run.TIMES_TITLE
    more = first_run.TIMES_MORE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.ready = False
        self._kept: _Times | None = None
        self._wanted: _Times | None = None
        self._edited = False
        card = self.add_card(tr(self.heading), tr(self.more))
        self.fields = ScheduleFields()
        card.body.addWidget(self.fields)
        place = self.add_card(tr(settings.CLINIC), tr(settings.CLINIC_MORE))
        self.zone = Select([(name, zone_words(name)) for name in time_zones()], typed=True)
        self.country = Select(countries(), typed=True)
        self.zone_field = Field(tr(settings.TIME_ZONE), self.zone, tr(settings.TIME_ZONE_HINT))
        self.country_field = Field(tr(settings.COUNTRY), self.country, tr(settings.COUNTRY_HINT))
        place.body.addWidget(self.zone_field)
        place.body.addWidget(self.country_field)
        self.fields.changed.connect(self._touched)
        self.zone.picked.connect(self._touched)
        self.country.picked.connect(self._touched)

    def entered(self) -> None:
        service = self.desk.opened.settings
        self.ask_anew(lambda: _Times(service.schedule(), service.clinic()), self._arrived)

    def go_on(self) -> None:
        wanted = self._collect()
        if wanted is None:
            return
        self._wanted = wanted
        self.set_state(busy=True)
        self.set_bar("failure", None)
        self.ask(_keep(self.desk.opened, wanted), self._saved, self._not_saved)

    def _arrived(self, times: _Times) -> None:
        self._kept = times
        if not self._edited:
            self.fields.set_value(times.schedule)
            self.zone.set_value(times.clinic.timezone, zone_words(times.clinic.timezone))
            self.country.set_value(times.clinic.country)
            self._edited = False
        self.set_state(ready=True)

    def _touched(self) -> None:
        self._edited = True

    def _collect(self) -> _Times | None:
        zone, country = self.zone.value, self.country.value
        self.zone_field.set_problem("" if zone else tr(settings.NO_TIME_ZONE))
        self.country_field.set_problem("" if country else tr(settings.NO_COUNTRY))
        if self._kept is None:
            return None
        schedule = self.fields.collect(self._kept.schedule)
        if schedule is None or not zone or not country:
            return None
        return _Times(schedule, replace(self._kept.clinic, timezone=str(zone), country=str(country)))

    def _saved(self, _: object) -> None:
        if self._wanted:
            self.desk.place_changed(self._wanted.clinic.timezone, self._wanted.clinic.country)
        self.set_state(busy=False)
        self.moved_on.emit()

    def _not_saved(self, failure: Failure) -> None:
        self.set_state(busy=False)
        self.show_failure(failure)


def _keep(program: Program, times: _Times) -> Callable[[], None]:
    def work() -> None:
        # the zone first: the next sync is computed in it
        program.settings.save_clinic(times.clinic)
        program.settings.save_schedule(times.schedule)

    return work
