"""Who belongs together: the pets that one owner brought on one day, and the visits of one pet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Member:
    """What tells whose visit it is. `day` is the visit's local day at the clinic, `phone` in E.164."""

    visit_key: str
    day: date
    client_id: str | None = None
    branch: str = ""
    phone: str | None = None
    owner_name: str = ""
    patient_id: str | None = None
    patient_name: str = ""

    @property
    def called(self) -> str:
        """The pet's name as it is compared."""
        return " ".join(self.patient_name.casefold().split())

    @property
    def contact(self) -> tuple[str, str] | None:
        """Number and name, which stand for the owner only where Neo's id of them is missing."""
        name = " ".join(self.owner_name.casefold().split())
        return (self.phone, name) if self.phone and name else None


def households(members: Iterable[Member]) -> tuple[tuple[Member, ...], ...]:
    """The members by owner and day, each exactly once; the result does not depend on their order."""
    groups: list[list[Member]] = []
    by_day: dict[date, list[Member]] = defaultdict(list)
    for member in sorted(members, key=lambda member: member.visit_key):
        by_day[member.day].append(member)
    for day in sorted(by_day):
        groups += _of_one_day(by_day[day])
    return tuple(tuple(sorted(group, key=lambda member: member.visit_key)) for group in groups)


def is_same_owner(one: Member, other: Member) -> bool:
    """Whether two visits are of one owner, whatever the day."""
    if one.client_id and other.client_id:
        same_branch = one.branch == other.branch or not one.branch or not other.branch
        return one.client_id == other.client_id and same_branch
    return one.contact is not None and one.contact == other.contact


def is_same_pet(one: Member, other: Member) -> bool:
    """Whether two visits are of one pet: by Neo's id of it, else by owner and name.

    Under two client records one number and one name make one pet.
    """
    if one.patient_id and other.patient_id:
        return one.patient_id == other.patient_id or _is_recorded_twice(one, other)
    if _is_recorded_twice(one, other):
        return True
    return bool(one.called) and one.called == other.called and is_same_owner(one, other)


def _is_recorded_twice(one: Member, other: Member) -> bool:
    two_records = (one.client_id, one.branch) != (other.client_id, other.branch)
    same_name = bool(one.called) and one.called == other.called
    return two_records and same_name and one.phone is not None and one.phone == other.phone


class Pets(Generic[T]):
    """Finds what belongs to the visits of one pet among many, in the order in which they were given."""

    def __init__(self, visits: Iterable[tuple[Member, T]]) -> None:
        self._visits = list(visits)
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, (member, _) in enumerate(self._visits):
            for mark in _marks(member):
                self._places[mark].append(place)

    def of(self, member: Member) -> Iterator[T]:
        """Of the pet of this visit."""
        for place in sorted({place for mark in _marks(member) for place in self._places.get(mark, ())}):
            other, found = self._visits[place]
            if is_same_pet(member, other):
                yield found


def _marks(member: Member) -> set[str]:
    """Two visits of one pet share one of them at least."""
    by_name = f"name {member.called}" if member.called else ""
    return {f"id {member.patient_id}" if member.patient_id else "", by_name} - {""}


def _of_one_day(members: list[Member]) -> list[list[Member]]:
    groups = _by_client([member for member in members if member.client_id])
    others: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member in members:
        if member.client_id:
            continue
        if member.contact is None:
            groups.append([member])
        else:
            others[member.contact].append(member)
    for contact, found in others.items():
        owners = [group for group in groups if any(known.contact == contact for known in group)]
        if len(owners) == 1:
            owners[0].extend(found)
        else:
            groups.append(found)
    return _of_one_pet_each(groups)


def _of_one_pet_each(groups: list[list[Member]]) -> list[list[Member]]:
    """Groups that name the same pet at the same number are one owner's, recorded twice."""
    place: dict[tuple[str, str], int] = {}
    merged: list[list[Member]] = []
    for group in groups:
        pets = [(each.phone, each.called) for each in group if each.phone and each.called]
        found = sorted({place[pet] for pet in pets if pet in place})
        first = found[0] if found else len(merged)
        if not found:
            merged.append([])
        merged[first] += group
        for other in found[1:]:
            merged[first] += merged[other]
            merged[other] = []
        for each in merged[first]:
            if each.phone and each.called:
                place[each.phone, each.called] = first
    return [group for group in merged if group]


def _by_client(members: list[Member]) -> list[list[Member]]:
    """By client and branch; where a row names no branch it belongs to the client's first one."""
    branches: dict[str | None, list[str]] = defaultdict(list)
    for member in members:
        if member.branch:
            branches[member.client_id].append(member.branch)
    groups: dict[tuple[str | None, str], list[Member]] = defaultdict(list)
    for member in members:
        first = min(branches[member.client_id], default="")
        groups[member.client_id, member.branch or first].append(member)
    return list(groups.values())
