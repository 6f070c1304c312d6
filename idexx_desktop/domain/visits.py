"""A visit as Neo shows it: an appointment, a row of the consultation search, the consultation, or all three.

Texts are plain text already (rich text is reduced in the `neo` room); times are aware.
Ids are strings, because Neo sends them as numbers or as strings; they are unique only inside one Neo company.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from idexx_desktop.domain.digest import is_sign_of, marked_digest
from idexx_desktop.domain.unwritten import says_nothing

# where a text of Neo's was too long to be read to its end; what stands there holds the call
CUT = "[… this text goes on, too long to be read to its end]"


# between the numbers of an owner, where they are told in one line
BETWEEN = " · "
MOBILE, HOME, WORK = "mobile", "home", "work"


class VisitState(StrEnum):
    """What became of a visit; every visit is in exactly one state after each sync. The order is the screen's."""

    SCHEDULED = "scheduled"
    HELD = "held"
    EXCLUDED = "excluded"
    WAITING = "waiting"
    FAILED = "failed"


class VisitKind(StrEnum):
    """The kinds of visit that have a delay of their own."""

    SURGERY = "surgery"
    DENTAL = "dental"
    EMERGENCY = "emergency"
    SICK_VISIT = "sick_visit"
    WELLNESS = "wellness"
    VACCINATION = "vaccination"
    FOLLOW_UP = "follow_up"
    GENERAL = "general"
    END_OF_LIFE = "end_of_life"


class About(StrEnum):
    """Of what Neo speaks under a key that has no place of its own here."""

    ANIMAL = "animal"  # whether it lives: a value that nobody knows holds
    VISIT = "visit"  # how far it has come: only a telling word holds
    WORDS = "words"  # text of the record, read like its notes


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in Neo under one more key: `patient.alive` says `false`. The name is as Neo spells it."""

    about: About
    name: str
    value: str

    @property
    def is_owners(self) -> bool:
        """Whether it stands in the owner's record, which tells of all their animals."""
        return self.name.split(".")[0] in ("client", "owner")


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number of the owner as typed into Neo, and what it is called there: mobile, home, work, or a word of theirs."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """One row of Neo's calendar that is a visit (blocks and rosters are counted elsewhere)."""

    appointment_id: str
    start: datetime
    consultation_id: str | None = None
    patient_id: str | None = None
    patient_name: str = ""
    client_id: str | None = None
    owner_name: str = ""
    email: str = ""
    phone: str = ""
    provider: str = ""
    title: str = ""
    type_description: str = ""
    reason: str = ""
    status: str = ""
    branch: str = ""
    told: tuple[Told, ...] = ()
    # what Neo calls the number, and when a stay ends that began on another day
    phone_label: str = ""
    stays_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsultationSummary:
    """One row of Neo's consultation search; the only sign of a walk-in."""

    consultation_id: str
    consulted_at: datetime | None
    appointment_id: str | None = None
    patient_name: str = ""
    owner_name: str = ""
    provider: str = ""
    status: str = ""
    clinical_notes: str = ""
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """One consultation line; a declined product was offered and not taken. `label` is what else the line says."""

    name: str
    quantity: str = ""
    is_declined: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Consultation:
    """A consultation's own page. `date` is None where Neo gave none that can be read."""

    consultation_id: str
    reason: str = ""
    notes: str = ""
    consultation_notes: str = ""
    discharge_summary: str = ""
    date: datetime | None = None
    status: str = ""
    patient_id: str | None = None
    patient_name: str = ""
    species: str = ""
    breed: str = ""
    patient_status: str = ""
    is_deceased: bool = False
    client_id: str | None = None
    owner_name: str = ""
    phone: str = ""
    email: str = ""
    provider: str = ""
    branch: str = ""
    products: tuple[Product, ...] = ()
    told: tuple[Told, ...] = ()
    # those that have a name of their own in Neo, in the order in which they are called
    telephones: tuple[Telephone, ...] = ()

    @property
    def discharge_text(self) -> str:
        """The first that is present of discharge summary, consultation notes, notes (NEO.md section 2).

        One that is only begun ("***") counts where there is no other.
        """
        present = [text for text in (self.discharge_summary, self.consultation_notes, self.notes) if text]
        return next((text for text in present if not says_nothing(text)), present[0] if present else "")


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call that staff planned in Neo: when it is due, if that is known, who makes it, and what it is about."""

    task_id: str
    due: datetime | None = None
    who: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """What was read about one visit, from up to three places.

    `visit_key` is `a:<appointment id>`, for a walk-in `c:<consultation id>`.
    Where the places differ, the consultation's page wins over the calendar, and the calendar over the search.
    `besides` are further appointments of the same consultation: one visit that is dropped off and picked up.
    `callbacks` are Neo's own open ones about its pet.
    """

    visit_key: str
    appointment: Appointment | None = None
    summary: ConsultationSummary | None = None
    consultation: Consultation | None = None
    besides: tuple[Appointment, ...] = ()
    callbacks: tuple[CallBack, ...] = ()

    @property
    def appointments(self) -> tuple[Appointment, ...]:
        """Every row of the calendar that belongs to it."""
        return (*filter(None, (self.appointment,)), *self.besides)

    @property
    def over_at(self) -> datetime | None:
        """From when on the call is counted: the visit's time, of a stay of several days its end."""
        ends = [each.stays_until for each in self.appointments if each.stays_until]
        ends += [each.start for each in self.besides]
        return max([*ends, *filter(None, (self.visit_at,))], default=None)

    @property
    def telephones(self) -> tuple[Telephone, ...]:
        """Every number of the owner, in the order in which they are called; each as typed, once."""
        read = self.consultation
        found = list(read.telephones) if read else []
        if read and read.phone:
            after_mobile = sum(each.label == MOBILE for each in found)
            found.insert(after_mobile, Telephone("", read.phone))
        found += [Telephone(each.phone_label, each.phone) for each in self.appointments if each.phone]
        return tuple(dict.fromkeys(found))

    @property
    def appointment_id(self) -> str | None:
        """Neo's appointment id, None for a walk-in."""
        if self.appointment:
            return self.appointment.appointment_id
        return self.summary.appointment_id if self.summary else None

    @property
    def consultation_id(self) -> str | None:
        """Neo's consultation id, None until staff create the consultation."""
        for source in (self.consultation, self.summary, self.appointment):
            if source and source.consultation_id:
                return source.consultation_id
        return None

    @property
    def visit_at(self) -> datetime | None:
        """When the visit took or takes place."""
        if self.appointment:
            return self.appointment.start
        if self.summary and self.summary.consulted_at:
            return self.summary.consulted_at
        return self.consultation.date if self.consultation else None

    @property
    def patient_name(self) -> str:
        """The pet's name, "" where Neo has none."""
        return self._first("patient_name")

    @property
    def owner_name(self) -> str:
        """The owner's full name, "" where Neo has none."""
        return self._first("owner_name")

    @property
    def provider(self) -> str:
        """The veterinarian, in Neo's word."""
        return self._first("provider")

    @property
    def phone(self) -> str:
        """The owner's first number as typed into Neo."""
        return next((telephone.number for telephone in self.telephones), "")

    @property
    def typed_numbers(self) -> str:
        """All of the owner's numbers as typed into Neo, with what they are called there: `mobile 555 · home 556`."""
        once = {"".join(filter(str.isalnum, each.number)): each for each in reversed(self.telephones)}
        kept = [each for each in self.telephones if each in once.values()]
        return BETWEEN.join(f"{each.label} {each.number}".strip() for each in kept)

    @property
    def email(self) -> str:
        """The owner's e-mail address as typed into Neo."""
        return self._first("email")

    @property
    def branch(self) -> str:
        """The branch that the visit belongs to, "" in a practice with one."""
        return self._first("branch")

    @property
    def client_id(self) -> str | None:
        """Neo's id of the owner."""
        return self._first("client_id") or None

    @property
    def patient_id(self) -> str | None:
        """Neo's id of the pet."""
        return self._first("patient_id") or None

    @property
    def status(self) -> str:
        """The consultation's status, else the search row's, else the appointment's, in Neo's words."""
        for source in (self.consultation, self.summary, self.appointment):
            if source and source.status:
                return source.status
        return ""

    @property
    def discharge_text(self) -> str:
        """What the call is about: the consultation's text, else the clinical notes of the search."""
        if self.consultation and self.consultation.discharge_text:
            return self.consultation.discharge_text
        return self.summary.clinical_notes if self.summary else ""

    @property
    def told(self) -> tuple[Told, ...]:
        """What Neo says of it under keys that have no place of their own here, each once."""
        sources = (self.consultation, *self.appointments, self.summary)
        return tuple(dict.fromkeys(told for source in sources if source for told in source.told))

    @property
    def has_notes(self) -> bool:
        """Whether something is left of the notes once markup and white space are gone."""
        return bool(self.discharge_text)

    def content_hash(self) -> str:
        """A sign of everything that was read (`domain.digest`)."""
        return marked_digest(self)

    def is_as(self, content_hash: str) -> bool:
        """Whether this is what a stored `content_hash` was made of, by this version or an earlier one."""
        return is_sign_of(content_hash, self)

    def as_listed(self) -> Visit:
        """What the lists alone showed of it."""
        return replace(self, consultation=None, callbacks=())

    def _first(self, name: str) -> str:
        for source in (self.consultation, self.appointment, self.summary):
            value = getattr(source, name, None)
            if value:
                return str(value)
        return ""


def keys_of(visit_key: str, consultation_id: str | None) -> tuple[str, ...]:
    """A visit's key, and the one that it had if it was a walk-in once: what people decided stays under that."""
    walk_in = f"c:{consultation_id}"
    return (visit_key,) if consultation_id is None or visit_key == walk_in else (visit_key, walk_in)


@dataclass(frozen=True, slots=True)
class VisitList:
    """Both of Neo's lists, joined. `complete` is False where a page could not be read to its end.

    `partly`: the keys of visits that one list shows, and whose row in the other could not be read, or may be one that
    could not.
    """

    visits: tuple[Visit, ...]
    blocks: int = 0
    complete: bool = True
    unreadable: tuple[str, ...] = field(default=())
    partly: frozenset[str] = frozenset()
