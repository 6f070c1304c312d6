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
    """Whether two visits are of one pet: by Neo's id of it, else by owner and name."""
    if one.patient_id and other.patient_id:
        return one.patient_id == other.patient_id
    name = one.patient_name.casefold().strip()
    return bool(name) and name == other.patient_name.casefold().strip() and is_same_owner(one, other)


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
    name = member.patient_name.casefold().strip()
    return {f"id {member.patient_id}" if member.patient_id else "", f"name {name}" if name else ""} - {""}


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
    return groups


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
