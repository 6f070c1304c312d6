"""That a pet has died, as a person tells it: for every visit of that pet, under every account, however long ago.

Unlike a sign in a record it leaves no doubt, and nobody's decision to call goes beyond it: whoever knows better takes
it back. The database knows a pet again by the same rules (`households`) as this program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.habits import habits_of
from idexx_desktop.domain.households import Member, is_same_owner, is_same_pet
from idexx_desktop.domain.visits import keys_of

TOLD_RULE = "Told by a person"
HAS_DIED = "has died"
# a visit of the owner's other pets so long after it is one like any other
OF_THEIR_TIME = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ToldDeath:
    """Who told it, when, and whose pet it was as the visit said of which it was told (`pet.visit_key`)."""

    id: str
    pet: Member
    told_by: str
    told_at: datetime

    def is_of(self, other: Member, consultation_id: str | None = None) -> bool:
        """Whether a visit is one of this pet's."""
        if is_same_pet(self.pet, other):
            return True
        keys = keys_of(other.visit_key, consultation_id)
        return not (self.pet.patient_id and other.patient_id) and self.pet.visit_key in keys

    def concerns(self, other: Member, visit_at: datetime) -> bool:
        """Whether a visit is one of another pet of the owner, about which they are better not called without care."""
        return is_same_owner(self.pet, other) and visit_at <= self.told_at + OF_THEIR_TIME

    def reason(self, pet: str, zone: ZoneInfo, country: str) -> str:
        """ "Ana noted on 12 Mar that Rex has died.", as it is said of each visit of the pet."""
        return f"{self.told_by} noted on {self._day(zone, country)} that {pet} {HAS_DIED}."

    def reason_for_others(self, zone: ZoneInfo, country: str) -> str:
        """Why the owner isn't called about another pet before a person has thought about it."""
        pet = self.pet.patient_name or "another pet"
        noted = f"{self.told_by} noted it on {self._day(zone, country)}"
        return f"Another pet of this owner, {pet}, {HAS_DIED} ({noted})."

    def line_for_record(self, zone: ZoneInfo, country: str) -> str:
        """One line for the pet's record in Neo, where this program writes nothing."""
        pet, owner = self.pet.patient_name or "The pet", self.pet.owner_name
        told = f"{pet} {HAS_DIED}{f' (owner: {owner})' if owner else ''}"
        local, habits = self.told_at.astimezone(zone), habits_of(country)
        when = f"{habits.day(local.date(), year=True)}, {habits.clock(local.time())}"
        return f"{when}: {told}. Noted by {self.told_by}. Please mark the patient as deceased."

    def _day(self, zone: ZoneInfo, country: str) -> str:
        return habits_of(country).day(self.told_at.astimezone(zone).date())


def of_pet(
    deaths: Iterable[ToldDeath], member: Member, consultation_id: str | None = None
) -> ToldDeath | None:
    """The first that was told of this visit's pet."""
    found = (death for death in deaths if death.is_of(member, consultation_id))
    return min(found, key=lambda death: (death.told_at, death.id), default=None)


def of_owners_other(
    deaths: Iterable[ToldDeath], member: Member, visit_at: datetime, consultation_id: str | None = None
) -> ToldDeath | None:
    """The last that was told of another pet of this visit's owner, and concerns it."""
    found = (
        death
        for death in deaths
        if death.concerns(member, visit_at) and not death.is_of(member, consultation_id)
    )
    return max(found, key=lambda death: (death.told_at, death.id), default=None)
