"""A model of a practice's Neo: pets, their owners and visits, as its lists and pages would show them.

What a text or a type means is written here by hand, so that what the rules find in it can be judged without them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.joining import join
from idexx_desktop.domain.visits import (
    Appointment,
    CallBack,
    Consultation,
    ConsultationSummary,
    Product,
    VisitKind,
    VisitList,
)

OWNERS = 4
PETS_OF_AN_OWNER = 2
NOT_TO_BE_CALLED = "510-555-0189 do not call"
NUMBERS = (
    "(510) 555-0123",
    "305-555-0134",
    "808-555-0145",
    "",
    "911",
    "510-555-0167 / 510-555-0178 wife",
    NOT_TO_BE_CALLED,
)


class Death(StrEnum):
    """What a text says about the pet's life."""

    NO = "no"
    PERHAPS = "perhaps"
    CERTAIN = "certain"


NOTES = {
    "none": ("", Death.NO),
    "well": ("Bright, alert, responsive. Heart and lungs clear. Recheck in one year.", Death.NO),
    "better": ("Much better today. Finish the tablets.", Death.NO),
    "not discussed": ("No euthanasia discussed. Doing well.", Death.NO),
    "euthanized": ("Euthanized.", Death.PERHAPS),
    "quality of life": ("Quality of life talk.", Death.PERHAPS),
    "begun": ("S: ***\nO: ***\nPlan:", Death.NO),
    "nobody came": ("No show - left message.", Death.NO),
    "ill": (
        "Palliative care only, incurable. Owner thinking about it, will call to decide.",
        Death.NO,
    ),
    "in Finnish": ("Koiran vointi on hyvä, syö normaalisti, kontrolli kahden viikon kuluttua.", Death.NO),
}
NOT_WRITTEN, NOBODY_CAME = ("none", "begun"), "nobody came"
# no word of a death, and a person looks first all the same
ASKED_ABOUT = (NOBODY_CAME, "ill", "in Finnish")
# the pet of the last owner that is a record for trying things out
TRIED_OUT = (3, 1)
TYPES = {
    "Dental": (VisitKind.DENTAL, Death.NO),
    "Wellness": (VisitKind.WELLNESS, Death.NO),
    "Vaccination": (VisitKind.VACCINATION, Death.NO),
    "Euthanasia": (VisitKind.END_OF_LIFE, Death.CERTAIN),
    "Rainbow room": (VisitKind.GENERAL, Death.PERHAPS),
}
FINISHED, DRAFT, VOIDED, UNKNOWN = "Paid", "Draft", "Voided", "Purple"
NO_VISITS = (VOIDED, "Counter Sale", "Prepayment")
OFF = ("Cancelled", "No Show")


@dataclass(frozen=True, slots=True)
class Pet:
    """A pet; `status` is that of its record in Neo."""

    owner: int
    number: int
    status: str = "Active"

    @property
    def death(self) -> Death:
        """What the record itself says."""
        return Death.CERTAIN if self.status == "Deceased" else Death.NO


@dataclass(frozen=True, slots=True)
class NeoVisit:
    """One visit in Neo. `appointment` is False for a walk-in, `consultation` "" until staff begin one.

    `gone`: neither the lists nor its own page show it. `timeless`: they don't say when it is, as long as it has no
    appointment. `unreadable`: its page answers with this problem.
    """

    number: int
    pet: tuple[int, int]
    at: datetime
    kind: str
    appointment: bool = True
    planned: str = "Confirmed"
    consultation: str = ""
    notes: str = "none"
    put_to_sleep: bool = False
    gone: bool = False
    timeless: bool = False
    unreadable: FailureCode | None = None

    @property
    def key(self) -> str:
        """The key under which the program keeps it."""
        return f"a:{self.number}" if self.appointment else f"c:{self.consultation_id}"

    @property
    def shown_at(self) -> datetime | None:
        """When it is, as Neo shows it."""
        return None if self.timeless and not self.appointment else self.at.astimezone(UTC)

    @property
    def keys(self) -> tuple[str, str]:
        """Every key that it may ever have had: a walk-in can be given an appointment later."""
        return f"a:{self.number}", f"c:9{self.number}"

    @property
    def consultation_id(self) -> str | None:
        """The id of its consultation."""
        return f"9{self.number}" if self.consultation else None

    @property
    def death(self) -> Death:
        """What this visit alone says of the pet's life."""
        slept = self.put_to_sleep and bool(self.consultation)
        by_type = TYPES[self.kind][1] if self.appointment else Death.NO
        if slept or by_type is Death.CERTAIN:
            return Death.CERTAIN
        return max(by_type, NOTES[self.notes][1] if self.consultation else Death.NO, key=list(Death).index)


@dataclass(slots=True)
class NeoModel:
    """The practice's Neo; events change it, runs only read it."""

    visits: dict[int, NeoVisit] = field(default_factory=dict)
    pets: dict[tuple[int, int], Pet] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    # when a user's program last had a consultation's page
    pages_read: dict[tuple[str, str], datetime] = field(default_factory=dict)
    # pets, by Neo's id, with an open call-back, and those that ever had one
    call_backs: set[str] = field(default_factory=set)
    ever_called_back: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for owner in range(OWNERS):
            self.numbers[owner] = NUMBERS[owner % 3]
            for number in range(PETS_OF_AN_OWNER):
                self.pets[owner, number] = Pet(owner, number)

    def add(self, visit: NeoVisit) -> None:
        """A new visit."""
        self.visits[visit.number] = visit

    def change(self, number: int, **values: object) -> None:
        """Something about a visit is different now. Nothing happens where there is no such visit."""
        if number in self.visits:
            self.visits[number] = replace(self.visits[number], **values)  # type: ignore[arg-type]  # by name

    def plan_call_back(self, pet: tuple[int, int]) -> None:
        """Staff plan a call-back about a pet; where there is one, they make it."""
        patient = patient_id(pet)
        self.call_backs ^= {patient}
        self.ever_called_back.add(patient)

    def open_call_backs(self) -> CallBacks:
        """As Neo lists them."""
        return CallBacks({patient: (CallBack(f"t-{patient}"),) for patient in self.call_backs})

    def by_key(self) -> dict[str, NeoVisit]:
        """The visits by the key under which they are listed now."""
        return {visit.key: visit for visit in self.visits.values()}

    def death(self, visit: NeoVisit) -> Death:
        """What the visit and the pet's record say."""
        of_pet = self.pets[visit.pet].death if visit.consultation else Death.NO
        return max(visit.death, of_pet, key=list(Death).index)

    def lists(self, start: datetime, end: datetime, *, whole: bool = True) -> VisitList:
        """Calendar and search between two instants; where they don't come `whole`, each has half of its rows.

        What has no time is in every list.
        """
        there = [visit for visit in self.visits.values() if not visit.gone]
        shown = [visit for visit in there if visit.shown_at is None or start <= visit.at <= end]
        # of four visits the first has its rows of both, the last of none
        planned = [visit for place, visit in enumerate(shown) if whole or place % 4 in (0, 2)]
        searched = [visit for place, visit in enumerate(shown) if whole or place % 4 in (0, 1)]
        return join(
            [self._appointment(visit) for visit in planned if visit.appointment],
            [self._summary(visit) for visit in searched if visit.consultation],
            complete=whole,
        )

    def page(self, consultation_id: str) -> Consultation:
        """A consultation's page; raises the `Failure` of this visit alone."""
        visit = self.visits[int(consultation_id.removeprefix("9"))]
        if visit.gone or not visit.consultation:
            raise Failure(FailureCode.CONSULTATION_MISSING)
        if visit.unreadable:
            raise Failure(visit.unreadable, "made up")
        pet = self.pets[visit.pet]
        return Consultation(
            consultation_id,
            notes=NOTES[visit.notes][0],
            date=visit.shown_at,
            status=visit.consultation,
            patient_id=patient_id(visit.pet),
            patient_name=_pet_name(visit),
            species="Canine",
            patient_status=pet.status,
            client_id=f"o{pet.owner}",
            owner_name=_owner_name(visit),
            phone=self.numbers[pet.owner],
            provider="Dr. Kim",
            products=(Product("Euthanasia solution", is_declined=False),) if visit.put_to_sleep else (),
        )

    def _appointment(self, visit: NeoVisit) -> Appointment:
        owner, _ = visit.pet
        return Appointment(
            str(visit.number),
            visit.at.astimezone(UTC),
            visit.consultation_id,
            patient_id=patient_id(visit.pet),
            patient_name=_pet_name(visit),
            client_id=f"o{owner}",
            owner_name=_owner_name(visit),
            phone=self.numbers[owner],
            provider="Dr. Kim",
            type_description=visit.kind,
            status=visit.planned,
        )

    def _summary(self, visit: NeoVisit) -> ConsultationSummary:
        return ConsultationSummary(
            visit.consultation_id or "",
            visit.shown_at,
            str(visit.number) if visit.appointment else None,
            _pet_name(visit),
            _owner_name(visit),
            status=visit.consultation,
        )


def patient_id(pet: tuple[int, int]) -> str:
    """Neo's id of a pet."""
    return f"p{pet[0]}-{pet[1]}"


def round_to_minutes(moment: datetime) -> datetime:
    """Neo keeps no seconds."""
    return moment - timedelta(seconds=moment.second, microseconds=moment.microsecond)


def _pet_name(visit: NeoVisit) -> str:
    return ("Bella", "Otto", "Luna", "Max", "Milo", "Daisy", "Coco", "TEST")[visit.pet[0] * 2 + visit.pet[1]]


def _owner_name(visit: NeoVisit) -> str:
    return f"Owner {('Ana', 'Ben', 'Cleo', 'Dov')[visit.pet[0]]}"
