"""Clinic: name, time zone, country, numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from idexx_desktop.domain.phones import can_be_spoken
from idexx_desktop.domain.records import LONGEST_NAME, Clinic
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import Select, TextInput
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.places import countries, time_zones, zone_words
from idexx_desktop.gui.sections import FormSection
from idexx_desktop.gui.strings import settings, tr


class ClinicSection(FormSection[Clinic]):
    """The name is a field for those who may correct it; for others it is shown."""

    key = "clinic"
    title = settings.CLINIC
    icon = "building-2"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        card = self.add_card(tr(settings.CLINIC), tr(settings.CLINIC_MORE))
        self.name = Text(wrap=True)
        self.zone = Select([(name, zone_words(name)) for name in time_zones()], typed=True)
        self.country = Select(countries(), typed=True)
        self.phone = TextInput()
        self.emergency = TextInput()
        self.zone_field = Field(tr(settings.TIME_ZONE), self.zone, tr(settings.TIME_ZONE_HINT))
        self.country_field = Field(tr(settings.COUNTRY), self.country, tr(settings.COUNTRY_HINT))
        self.name_field = Field(tr(settings.CLINIC_NAME), self.name, tr(settings.NAME_BY_OTHERS), wide=True)
        self.new_name = TextInput()
        self.new_name.setMaxLength(LONGEST_NAME)
        self.new_name_field = Field(tr(settings.CLINIC_NAME), self.new_name, tr(settings.NAME_HINT))
        card.body.addWidget(self.name_field)
        card.body.addWidget(self.new_name_field)
        card.body.addWidget(self.zone_field)
        card.body.addWidget(self.country_field)
        self.phone_field = Field(tr(settings.PHONE), self.phone, tr(settings.PHONE_HINT))
        self.emergency_field = Field(
            tr(settings.EMERGENCY_PHONE), self.emergency, tr(settings.EMERGENCY_HINT)
        )
        card.body.addWidget(self.phone_field)
        card.body.addWidget(self.emergency_field)
        card.body.addWidget(self.foot)
        self.zone.picked.connect(self.touch)
        self.country.picked.connect(self.touch)
        self.new_name.textEdited.connect(self.touch)
        self.phone.textEdited.connect(self.touch)
        self.emergency.textEdited.connect(self.touch)

    def reading(self) -> Callable[[], Clinic]:
        return self.desk.opened.settings.clinic

    def writing(self, value: Clinic) -> Callable[[], object]:
        service = self.desk.opened.settings
        return lambda: service.save_clinic(value)

    def fill(self, value: Clinic) -> None:
        self.name.setText(value.name)
        self.new_name.setText(value.name)
        self.new_name_field.set_problem("")
        self.zone.set_value(value.timezone, zone_words(value.timezone))
        self.country.set_value(value.country)
        self.phone.setText(value.phone)
        self.emergency.setText(value.emergency_phone)
        self.zone_field.set_problem("")
        self.country_field.set_problem("")
        self.phone_field.set_problem("")
        self.emergency_field.set_problem("")

    def follow(self, value: Clinic) -> None:
        self.name_field.setVisible(not value.may_rename)
        self.new_name_field.setVisible(value.may_rename)

    def collect(self, kept: Clinic) -> Clinic | None:
        zone, country = self.zone.value, self.country.value
        # what can't be seen in a name that nobody touched is not taken out by the way
        name = self.new_name.text().strip() if self.new_name.isModified() else kept.name
        self.new_name_field.set_problem("" if name else tr(settings.NO_NAME))
        self.zone_field.set_problem("" if zone else tr(settings.NO_TIME_ZONE))
        self.country_field.set_problem("" if country else tr(settings.NO_COUNTRY))
        if not self._numbers_are_right(kept) or not (name and zone and country):
            return None
        return replace(
            kept,
            name=name,
            timezone=str(zone),
            country=str(country),
            phone=self.phone.text().strip(),
            emergency_phone=self.emergency.text().strip(),
        )

    def _numbers_are_right(self, kept: Clinic) -> bool:
        """What is said in calls must be dialable; a number that nobody touched is the records' own matter."""
        right = True
        country = str(self.country.value or kept.country)
        for field, box, known in (
            (self.phone_field, self.phone, kept.phone),
            (self.emergency_field, self.emergency, kept.emergency_phone),
        ):
            number = box.text().strip()
            wrong = number != known and not can_be_spoken(number, country)
            field.set_problem(tr(settings.BAD_NUMBER) if wrong else "")
            right = right and not wrong
        return right

    def saved(self, value: Clinic) -> None:
        self.desk.place_changed(value.timezone, value.country)
        self.desk.name_changed(value.name)
