"""What the practice has in its Neo: owners, pets, providers, appointments, consultations; tests change it.

Times are naive and local to the clinic, as Neo keeps them (so a time that does not exist can be written too).
Every method is safe to call from any thread while the site runs.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Quirk(StrEnum):
    """How one row or page departs from what Neo usually sends."""

    TEXT_IDS = "text_ids"  # ids as strings
    ISO_TIMES = "iso_times"  # ISO 8601 with an offset
    NO_CONSULTATION_ID = "no_consultation_id"  # the calendar does not know of the consultation
    NO_APPOINTMENT_ID = "no_appointment_id"  # the search does not know of the appointment
    LISTED_TWICE = "listed_twice"  # the same row twice in the same list
    UNREADABLE = "unreadable"  # its page answers 500 each time
    MISSING = "missing"  # listed, but its page answers 404
    GARBAGE_PAGE = "garbage_page"  # its page is JSON of another shape
    ALL_PROVIDERS = "all_providers"  # its page names every provider of the practice, not only the visit's
    BARE_PAGE = "bare_page"  # its page has the consultation and nothing else


@dataclass(frozen=True, slots=True)
class Owner:
    """A client; `phone` as the front desk typed it. `phones`: those with a name of their own, by Neo's key."""

    id: int
    first_name: str
    last_name: str
    phone: str | None
    email: str | None = None
    phone_label: str = ""
    phones: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pet:
    """A patient."""

    id: int
    owner_id: int
    name: str
    species: str = "Canine"
    breed: str = ""
    is_deceased: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """A veterinarian."""

    id: int
    name: str
    email: str
    license_number: str


@dataclass(frozen=True, slots=True)
class Line:
    """One product or service on a consultation."""

    product: str
    quantity: float | str = 1
    is_declined: bool = False


@dataclass(frozen=True, slots=True)
class Appointment:
    """One row of the calendar; a block or a roster row has no pet.

    `is_booked_anew`: once its consultation's page was read, it is deleted and entered again, under another id.
    """

    id: int
    start: datetime
    minutes: int = 30
    pet_id: int | None = None
    provider_id: int | None = None
    consultation_id: int | None = None
    title: str = ""
    type_description: str = ""
    reason: str = ""
    status: str = "Scheduled"
    is_block: bool = False
    is_roster: bool = False
    is_booked_anew: bool = False
    quirks: frozenset[Quirk] = frozenset()

    @property
    def end(self) -> datetime:
        """When it is planned to end."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Consultation:
    """One consultation; the notes are HTML. `late_notes` become the notes once the page was read."""

    id: int
    at: datetime
    pet_id: int | None = None
    provider_id: int | None = None
    appointment_id: int | None = None
    reason: str = ""
    notes: str = ""
    summary: str = ""
    extra_notes: str = ""
    status: str | None = "Paid"
    lines: tuple[Line, ...] = ()
    late_notes: str = ""
    quirks: frozenset[Quirk] = frozenset()


@dataclass(slots=True)
class _Ids:
    owner: itertools.count[int] = field(default_factory=lambda: itertools.count(2001))
    pet: itertools.count[int] = field(default_factory=lambda: itertools.count(3001))
    provider: itertools.count[int] = field(default_factory=lambda: itertools.count(101))
    appointment: itertools.count[int] = field(default_factory=lambda: itertools.count(5001))
    consultation: itertools.count[int] = field(default_factory=lambda: itertools.count(8001))


class World:
    """The practice's records. Ids may be given as numbers or as the strings that the program uses."""

    def __init__(self, zone: ZoneInfo, now: Callable[[], datetime], password: str) -> None:
        self.zone = zone
        self.password = password
        self._now = now
        self._lock = threading.RLock()
        self._ids = _Ids()
        self._owners: dict[int, Owner] = {}
        self._pets: dict[int, Pet] = {}
        self._providers: dict[int, Provider] = {}
        self._appointments: dict[int, Appointment] = {}
        self._consultations: dict[int, Consultation] = {}
        self._labels: dict[str, str] = {}

    def local_now(self) -> datetime:
        """The clinic's wall clock, naive."""
        return self._now().astimezone(self.zone).replace(tzinfo=None)

    @property
    def appointments(self) -> tuple[Appointment, ...]:
        """Every row of the calendar, blocks and rosters too, oldest first."""
        with self._lock:
            return tuple(sorted(self._appointments.values(), key=lambda row: (row.start, row.id)))

    @property
    def consultations(self) -> tuple[Consultation, ...]:
        """Every consultation, voided ones too, oldest first."""
        with self._lock:
            return tuple(sorted(self._consultations.values(), key=lambda row: (row.at, row.id)))

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Every veterinarian."""
        with self._lock:
            return tuple(self._providers.values())

    @property
    def labels(self) -> dict[str, str]:
        """The visit keys (`a:5001`, `c:8018`) of visits that have a label."""
        with self._lock:
            return dict(self._labels)

    def label(self, label: str, visit_key: str) -> None:
        """Give a visit a name by which a test can find it."""
        with self._lock:
            self._labels[label] = visit_key

    def appointment(self, appointment_id: int | str) -> Appointment:
        """One appointment; KeyError where there is none."""
        with self._lock:
            return self._appointments[int(appointment_id)]

    def consultation(self, consultation_id: int | str) -> Consultation:
        """One consultation; KeyError where there is none."""
        with self._lock:
            return self._consultations[int(consultation_id)]

    def pet(self, pet_id: int | None) -> Pet | None:
        """One pet, None where there is none."""
        with self._lock:
            return self._pets.get(pet_id) if pet_id is not None else None

    def owner_of(self, pet: Pet | None) -> Owner | None:
        """The pet's owner, None where there is none."""
        with self._lock:
            return self._owners.get(pet.owner_id) if pet else None

    def provider(self, provider_id: int | None) -> Provider | None:
        """One veterinarian, None where there is none."""
        with self._lock:
            return self._providers.get(provider_id) if provider_id is not None else None

    def add_provider(self, name: str, email: str = "", license_number: str = "") -> Provider:
        """A new veterinarian."""
        with self._lock:
            row = Provider(next(self._ids.provider), name, email, license_number)
            self._providers[row.id] = row
            return row

    def add_owner(
        self, first_name: str, last_name: str, phone: str | None, email: str | None = None
    ) -> Owner:
        """A new client."""
        with self._lock:
            row = Owner(next(self._ids.owner), first_name, last_name, phone, email)
            self._owners[row.id] = row
            return row

    def add_pet(
        self, owner: Owner, name: str, species: str = "Canine", breed: str = "", *, is_deceased: bool = False
    ) -> Pet:
        """A new patient of this owner."""
        with self._lock:
            row = Pet(next(self._ids.pet), owner.id, name, species, breed, is_deceased)
            self._pets[row.id] = row
            return row

    def add_appointment(self, facts: Appointment) -> Appointment:
        """A new calendar row with these facts; its id is given here."""
        with self._lock:
            row = replace(facts, id=next(self._ids.appointment))
            self._appointments[row.id] = row
            return row

    def add_consultation(self, facts: Consultation) -> Consultation:
        """A new consultation with these facts; its id is given here, and its appointment learns of it."""
        with self._lock:
            row = replace(facts, id=next(self._ids.consultation))
            self._consultations[row.id] = row
            if row.appointment_id is not None:
                appointment = self._appointments[row.appointment_id]
                self._appointments[appointment.id] = replace(appointment, consultation_id=row.id)
            return row

    def open_consultation(self, appointment_id: int | str, *, notes: str = "", status: str = "Draft") -> str:
        """Staff create the consultation of an appointment; returns its id."""
        with self._lock:
            appointment = self._appointments[int(appointment_id)]
            self._appointments[appointment.id] = replace(appointment, status="In Progress")
            row = Consultation(
                0, appointment.start, appointment.pet_id, appointment.provider_id, appointment.id,
                appointment.reason, notes, status=status,
            )  # fmt: skip
            return str(self.add_consultation(row).id)

    def write_notes(self, consultation_id: int | str, html: str) -> None:
        """A vet writes, or rewrites, the notes."""
        self._change_consultation(consultation_id, notes=html, late_notes="")

    def set_status(self, consultation_id: int | str, status: str | None) -> None:
        """The consultation's status, None for one that shows none."""
        self._change_consultation(consultation_id, status=status)

    def set_lines(self, consultation_id: int | str, lines: tuple[Line, ...]) -> None:
        """The consultation's products and services."""
        self._change_consultation(consultation_id, lines=lines)

    def set_appointment_status(self, appointment_id: int | str, status: str) -> None:
        """The appointment's status, in Neo's free text."""
        self._change_appointment(appointment_id, status=status)

    def cancel(self, appointment_id: int | str) -> None:
        """The owner cancels."""
        self._change_appointment(appointment_id, status="Cancelled")

    def move(self, appointment_id: int | str, by: timedelta) -> None:
        """The appointment is moved."""
        with self._lock:
            self._change_appointment(appointment_id, start=self.appointment(appointment_id).start + by)

    def mark_deceased(self, pet_id: int) -> None:
        """The patient is marked deceased."""
        with self._lock:
            self._pets[pet_id] = replace(self._pets[pet_id], is_deceased=True)

    def set_phone(self, owner_id: int, phone: str | None) -> None:
        """The owner's number is corrected or removed."""
        with self._lock:
            self._owners[owner_id] = replace(self._owners[owner_id], phone=phone)

    def label_phones(self, owner_id: int, label: str, *phones: tuple[str, str]) -> None:
        """What the calendar calls the owner's number, and further ones as (key of Neo's, number)."""
        with self._lock:
            self._owners[owner_id] = replace(self._owners[owner_id], phone_label=label, phones=phones)

    def stay(self, appointment_id: int | str, minutes: int) -> None:
        """The pet stays for so long."""
        self._change_appointment(appointment_id, minutes=minutes)

    def book_anew_later(self, appointment_id: int | str) -> None:
        """See `Appointment.is_booked_anew`."""
        self._change_appointment(appointment_id, is_booked_anew=True)

    def book_anew(self, appointment_id: int | str) -> Appointment:
        """Staff delete the appointment and enter another one for the same consultation, a little later."""
        with self._lock:
            old = self._appointments.pop(int(appointment_id))
            start = old.start + timedelta(minutes=15)
            new = self.add_appointment(replace(old, start=start, is_booked_anew=False))
            if new.consultation_id is not None:
                self._change_consultation(new.consultation_id, appointment_id=new.id)
            return new

    def set_password(self, password: str) -> None:
        """Somebody changes the Neo user's password; sessions that are open stay open."""
        with self._lock:
            self.password = password

    def set_quirks(self, consultation_id: int | str, *quirks: Quirk) -> None:
        """How the consultation's page and search row misbehave from now on."""
        self._change_consultation(consultation_id, quirks=frozenset(quirks))

    def remove(self, visit_key: str) -> None:
        """A visit vanishes: `a:<appointment id>` with its consultation, or `c:<consultation id>`."""
        place, _, number = visit_key.partition(":")
        with self._lock:
            if place == "c":
                del self._consultations[int(number)]
                return
            appointment = self._appointments.pop(int(number))
            if appointment.consultation_id is not None:
                del self._consultations[appointment.consultation_id]

    def delay_notes(self, consultation_ids: Iterable[int]) -> None:
        """These consultations have no text until their page was read once."""
        with self._lock:
            for number in consultation_ids:
                row = self._consultations[number]
                self._consultations[number] = replace(
                    row, notes="", summary="", extra_notes="", late_notes=row.notes
                )

    def page_was_read(self, consultation_id: int) -> None:
        """The site served this consultation's page: notes that were to come late are written now."""
        with self._lock:
            row = self._consultations[consultation_id]
            if row.late_notes:
                self._consultations[row.id] = replace(row, notes=row.late_notes, late_notes="")
            booked = self._appointments.get(row.appointment_id or 0)
            if booked is not None and booked.is_booked_anew:
                self.book_anew(booked.id)

    def _change_appointment(self, appointment_id: int | str, **facts: object) -> None:
        with self._lock:
            row = self._appointments[int(appointment_id)]
            self._appointments[row.id] = replace(row, **facts)  # type: ignore[arg-type]  # fields by name

    def _change_consultation(self, consultation_id: int | str, **facts: object) -> None:
        with self._lock:
            row = self._consultations[int(consultation_id)]
            self._consultations[row.id] = replace(row, **facts)  # type: ignore[arg-type]  # fields by name
