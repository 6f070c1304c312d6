"""What a caller needs to say: the variables of a call, for one owner and every pet of theirs on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.what_to_say import for_the_owner

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SEVERAL_KINDS = "general"


@dataclass(frozen=True, slots=True)
class ClinicContact:
    """How the clinic is named and reached in a call, and the zone of its days."""

    name: str
    phone: str
    emergency_phone: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class PetOnCall:
    """One visit that a call is about. `kind` is that of the visit, `summary` its text in Neo.

    `is_notes`: nothing was written for the owner, and the text are the vet's notes.
    """

    pet_name: str
    owner_name: str
    vet_name: str
    visit_at: datetime | None
    kind: str
    summary: str
    is_notes: bool = False


def dynamic_variables(pets: Sequence[PetOnCall], clinic: ClinicContact) -> dict[str, str]:
    """The variables of one call (DETAILS.md); `pets` is not empty, in the order in which they are named."""
    kinds = {pet.kind for pet in pets}
    return {
        "pet_name": listed([pet.pet_name for pet in pets]),
        "owner_name": _first(pet.owner_name for pet in pets),
        "clinic_name": clinic.name,
        "clinic_phone": clinic.phone,
        "emergency_phone": clinic.emergency_phone,
        "vet_name": listed([pet.vet_name for pet in pets]),
        "appointment_date": _date(pets, clinic.zone),
        "call_type": "discharge",
        "sub_type": kinds.pop() if len(kinds) == 1 else SEVERAL_KINDS,
        "discharge_summary": _summaries(pets),
    }


def listed(names: Sequence[str]) -> str:
    """`Rex`, `Rex and Nala`, `Rex, Nala and Milo`; each name once, empty ones left out."""
    once = list(dict.fromkeys(name for name in names if name))
    if len(once) < 2:
        return "".join(once)
    return f"{', '.join(once[:-1])} and {once[-1]}"


def told_apart(summary: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """A `discharge_summary` in the parts of its pets, each with the pet's name; "" where it names none."""
    known = "|".join(re.escape(name) for name in sorted(filter(None, names), key=len, reverse=True))
    starts = list(re.finditer(rf"(?:^|\n)({known}): ", summary)) if known and len(names) > 1 else []
    if not starts:
        return [("", summary)] if summary else []
    before = summary[: starts[0].start()].strip()
    ends = [*(start.start() for start in starts[1:]), len(summary)]
    parts = [
        (start[1], summary[start.end() : end].strip("\n")) for start, end in zip(starts, ends, strict=True)
    ]
    return [("", before), *parts] if before else parts


def companions(own: tuple[str, str], others: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The other pets of a call as the visit of one of them names them; each pet is its id ("" if unknown) and name.

    The same pet with two visits is no other pet; pets of one name are told apart by their number.
    """
    names = Counter(
        name for _, name in dict.fromkeys(pet for pet in others if not _is_same(pet, own)) if name
    )
    return tuple(_counted(name, count, is_own=name == own[1]) for name, count in names.items())


def _is_same(pet: tuple[str, str], own: tuple[str, str]) -> bool:
    return pet[0] == own[0] if pet[0] and own[0] else pet[1] == own[1]


def _counted(name: str, count: int, *, is_own: bool) -> str:
    if count > 1:
        return f"{count}{' other' if is_own else ''} pets called {name}"
    return f"another {name}" if is_own else name


def _summaries(pets: Sequence[PetOnCall]) -> str:
    """Each pet's text under its name; a single pet needs no name."""
    told = [(pet.pet_name, _for_owner(pet)) for pet in pets if pet.summary]
    if len(pets) == 1:
        return "".join(text for _, text in told)
    return "\n\n".join(f"{name}: {text}" if name else text for name, text in told)


def _for_owner(pet: PetOnCall) -> str:
    """Of notes all that there is: a calling system that hands on nothing would tell the owner nothing."""
    return pet.summary if pet.is_notes else for_the_owner(pet.summary)


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")


def _date(pets: Sequence[PetOnCall], zone: ZoneInfo) -> str:
    """The local day of the earliest visit, as it is said: `November 20, 2026`."""
    instants = [pet.visit_at for pet in pets if pet.visit_at]
    if not instants:
        return ""
    day = min(instants).astimezone(zone).date()
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
