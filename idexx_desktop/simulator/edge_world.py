"""Puts the odd visits of `edges` into a world."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.simulator import people
from idexx_desktop.simulator.edges import EDGES, OWN_NUMBER, Edge
from idexx_desktop.simulator.ordinary import WINDOW, times_between
from idexx_desktop.simulator.world import Appointment, Consultation, Owner, Pet, World


def fill_edges(world: World, chance: random.Random) -> None:
    """All of `EDGES` in the last 48 hours, a block and a roster row, and visits at odd times of the clock."""
    for facts in people.PROVIDERS:
        world.add_provider(facts.name, facts.email, facts.license_number)
    now = world.local_now()
    filler = _Filler(world, chance)
    for at, edge in zip(
        times_between(now - WINDOW, now - timedelta(minutes=30), len(EDGES)), EDGES, strict=True
    ):
        filler.add(edge, at)
    for label, odd in zip(("clock-gap", "clock-fold"), odd_times(world.zone, now), strict=True):
        if odd is not None:
            filler.add(Edge(label), odd)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    block = Appointment(0, noon, 60, title="Lunch", status="")
    world.add_appointment(replace(block, is_block=True))
    world.add_appointment(replace(block, minutes=480, title="Dr. Mori on duty", is_roster=True))


class _Filler:
    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._households: dict[str, tuple[Owner, datetime]] = {}
        self._owners = 0

    def add(self, edge: Edge, at: datetime) -> None:
        owner, at = self._owner(edge, at)
        pet = self._world.add_pet(
            owner, edge.pet, "Feline", "Domestic Shorthair", is_deceased=edge.is_deceased
        )
        provider_id = self._chance.choice(self._world.providers).id if edge.has_provider else None
        booked = self._book(edge, at, pet, provider_id) if edge.booked else None
        if edge.consulted:
            self._consult(edge, at, pet, provider_id, booked)

    def _owner(self, edge: Edge, at: datetime) -> tuple[Owner, datetime]:
        """The visit's owner; a further visit of a household moves to the day of the first."""
        if edge.household in self._households:
            return self._households[edge.household]
        self._owners += 1
        phone = people.phone_number(self._owners) if edge.phone == OWN_NUMBER else edge.phone
        last_name = self._chance.choice(people.LAST_NAMES) if edge.owner else ""
        owner = self._world.add_owner(edge.owner, last_name, phone)
        if edge.household:
            self._households[edge.household] = owner, at
        return owner, at

    def _book(self, edge: Edge, at: datetime, pet: Pet, provider_id: int | None) -> Appointment:
        facts = Appointment(
            0, at, 30, pet.id, provider_id, None, f"{edge.pet} - {edge.type_description}",
            edge.type_description, edge.reason, edge.booking, quirks=edge.quirks,
        )  # fmt: skip
        row = self._world.add_appointment(facts)
        self._world.label(edge.label, f"a:{row.id}")
        return row

    def _consult(
        self, edge: Edge, at: datetime, pet: Pet, provider_id: int | None, booked: Appointment | None
    ) -> None:
        facts = Consultation(
            0, at, pet.id, provider_id, booked.id if booked else None, edge.reason, edge.notes,
            edge.summary, edge.extra_notes, edge.status, edge.lines, quirks=edge.quirks,
        )  # fmt: skip
        row = self._world.add_consultation(facts)
        if booked is None:
            self._world.label(edge.label, f"c:{row.id}")


def odd_times(zone: ZoneInfo, until: datetime) -> tuple[datetime | None, datetime | None]:
    """The latest local time that does not exist, and the latest that exists twice, in the year to `until`.

    Naive, on a quarter of an hour; None in a zone whose clocks were not changed.
    """
    gap: datetime | None = None
    fold: datetime | None = None
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(366):
        start = midnight - timedelta(days=days)
        if _offset(start, zone) == _offset(start + timedelta(days=1), zone):
            continue
        for minutes in range(0, 24 * 60, 15):
            at = start + timedelta(minutes=minutes)
            if at >= until or _offset(at, zone) == _offset(at, zone, fold=1):
                continue
            exists = at.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at
            gap, fold = (gap, fold or at) if exists else (gap or at, fold)
    return gap, fold


def _offset(at: datetime, zone: ZoneInfo, fold: int = 0) -> timedelta | None:
    return at.replace(tzinfo=zone, fold=fold).utcoffset()
