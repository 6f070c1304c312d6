"""An ordinary practice's days: about forty visits in the window of a sync, or as many as asked for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from idexx_desktop.simulator import notes, people
from idexx_desktop.simulator.notes import Story
from idexx_desktop.simulator.world import Appointment, Consultation, Owner, Pet, Quirk, World

OPENS, CLOSES = time(8), time(18)
_STATUSES = ("Paid", "Paid", "Paid", "Unpaid", "Partially paid", "Completed", None)
WINDOW = timedelta(
    hours=47, minutes=30
)  # a little inside of 48 h, so that a sync a few minutes later sees all


class Day:
    """Fills a world with visits, one after the other; the same chance gives the same practice."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self._owners = 0
        for facts in people.PROVIDERS if not world.providers else ():
            world.add_provider(facts.name, facts.email, facts.license_number)

    def owner(self) -> Owner:
        """A new owner with a number of their own."""
        first, last = people.owner_name(self.chance)
        phone = people.phone_number(self._owners)
        self._owners += 1
        return self.world.add_owner(first, last, phone, f"owner{self._owners}@mail.example")

    def pet(self, owner: Owner, story: Story) -> Pet:
        """A new pet of this owner, of a species that the story fits."""
        species = story.species or self.chance.choice(tuple(people.BREEDS))
        name, breed = people.pet_facts(self.chance, species)
        return self.world.add_pet(owner, name, species, breed)

    def appointment(self, at: datetime, pet: Pet, story: Story, status: str) -> Appointment:
        """An appointment in the calendar, without a consultation yet."""
        provider = self.chance.choice(self.world.providers)
        facts = Appointment(
            0, at, self.chance.choice((20, 30, 30, 45)), pet.id, provider.id, None,
            f"{pet.name} - {story.type_description}", story.type_description, story.reason, status,
        )  # fmt: skip
        return self.world.add_appointment(facts)

    def consultation(
        self, at: datetime, pet: Pet, story: Story, booked: Appointment | None, *, summary: bool = True
    ) -> Consultation:
        """A finished consultation with its notes, with a summary for the owner now and then."""
        provider_id = booked.provider_id if booked else self.chance.choice(self.world.providers).id
        facts = Consultation(
            0, at, pet.id, provider_id, booked.id if booked else None, story.reason,
            notes.soap_notes(story, pet, self.chance), lines=story.lines,
            status=self.chance.choice(_STATUSES),
        )  # fmt: skip
        field = self.chance.choice(("summary", "extra_notes", ""))
        if summary and field:
            facts = replace(facts, **{field: notes.home_care(story, pet.name)})  # type: ignore[arg-type]  # fields by name
        return self.world.add_consultation(facts)

    def seen(
        self, at: datetime, story: Story | None = None, pet: Pet | None = None, *, summary: bool = True
    ) -> Consultation:
        """A booked visit that took place."""
        story = story or self.chance.choice(notes.STORIES)
        pet = pet or self.pet(self.owner(), story)
        status = self.chance.choice(("Finalized", "Completed", "Ready to Pay"))
        return self.consultation(at, pet, story, self.appointment(at, pet, story, status), summary=summary)

    def walk_in(self, at: datetime) -> Consultation:
        """A visit that was never booked."""
        story = self.chance.choice(notes.STORIES)
        return self.consultation(at, self.pet(self.owner(), story), story, None)

    def planned(self, at: datetime) -> Appointment:
        """A visit that is still to come."""
        story = self.chance.choice(notes.STORIES)
        status = self.chance.choice(("Scheduled", "Confirmed"))
        return self.appointment(at, self.pet(self.owner(), story), story, status)


def times_between(start: datetime, end: datetime, count: int) -> list[datetime]:
    """`count` moments in opening hours of [start, end], evenly spread; whole minutes where there is room."""
    spans: list[tuple[datetime, float]] = []
    day = start.date()
    while day <= end.date():
        opens = max(start, datetime.combine(day, OPENS))
        closes = min(end, datetime.combine(day, CLOSES))
        if closes > opens:
            spans.append((opens, (closes - opens).total_seconds()))
        day += timedelta(days=1)
    total = sum(seconds for _, seconds in spans)
    moments = [_at(spans, total * index / count) for index in range(count)]
    return [at.replace(second=0) for at in moments] if total >= 60 * count else moments


def _at(spans: list[tuple[datetime, float]], seconds: float) -> datetime:
    for opens, length in spans:
        if seconds < length:
            return (opens + timedelta(seconds=seconds)).replace(microsecond=0)
        seconds -= length
    raise ValueError("later than the last span")


def fill_ordinary(world: World, chance: random.Random) -> None:
    """About forty visits: most are in, some are to come, and a few of each thing that happens in any week."""
    day = Day(world, chance)
    now = world.local_now()
    midnight = datetime.combine(now.date(), time())
    moments = times_between(now - WINDOW, midnight + timedelta(days=1), 36)
    past = [at for at in moments if at <= now - timedelta(minutes=40)]
    for at, part in zip(past, _program(len(past)), strict=True):
        _PARTS[part](day, at)
    for at in moments[len(past) :]:
        booked = day.planned(at)
        if at <= now:
            world.open_consultation(booked.id)
    world.add_appointment(
        Appointment(0, midnight.replace(hour=12), 60, title="Lunch", status="", is_block=True)
    )
    world.add_appointment(
        Appointment(0, midnight.replace(hour=8), 600, title="Dr. Mori on duty", status="", is_roster=True)
    )


def fill_exactly(world: World, chance: random.Random, visits: int) -> None:
    """Exactly so many visits in the last 48 hours, each over and written up: for measuring."""
    day = Day(world, chance)
    now = world.local_now()
    for index, at in enumerate(times_between(now - WINDOW, now - timedelta(minutes=30), visits)):
        if index % 40 == 39:
            day.seen(at, notes.END_OF_LIFE)
        elif index % 10 == 9:
            day.walk_in(at)
        else:
            day.seen(at)


def fill_as_booked(world: World, chance: random.Random) -> None:
    """An ordinary practice whose owners have several numbers, whose pets stay, and which books anew."""
    fill_ordinary(world, chance)
    now = world.local_now()
    seen = [row for row in world.appointments if row.pet_id and row.consultation_id and row.start < now]
    for index, row in enumerate(seen):
        owner = world.owner_of(world.pet(row.pet_id))
        if owner is not None and owner.phone and chance.random() < 0.4:
            label = chance.choice(("Mobile", "Home", "Work", "wife"))
            second = people.phone_number(1000 + index)
            world.label_phones(owner.id, label, ("mobilePhone", owner.phone), ("homePhone", second))
        drawn = chance.random()
        if drawn < 0.15:
            world.stay(row.id, chance.choice((20, 26, 50)) * 60)
        elif drawn < 0.3:
            world.book_anew_later(row.id)


def break_one(world: World) -> None:
    """One consultation, of a visit like any other, cannot be read."""
    plain = [
        row
        for row in world.consultations
        if row.notes and row.appointment_id and row.reason != notes.END_OF_LIFE.reason
    ]
    if plain:
        world.set_quirks(plain[len(plain) // 2].id, Quirk.UNREADABLE)


def delay_half(world: World) -> None:
    """Every second consultation has no notes until its page was read once."""
    world.delay_notes([row.id for row in world.consultations][::2])


_SPECIAL = (
    "walk_in", "household", "no_notes", "end_of_life", "walk_in", "no_phone", "no_show", "pair",
    "no_notes", "cancelled", "walk_in", "empty_notes", "draft",
)  # fmt: skip


def _program(count: int) -> list[str]:
    """What happens at each past moment: the special things are spread among plain visits."""
    program = ["seen"] * count
    for index, part in enumerate(_SPECIAL):
        program[(2 * index + 1) * count // (2 * len(_SPECIAL))] = part
    return program


def _household(day: Day, at: datetime, pets: int) -> None:
    owner = day.owner()
    for index in range(pets):
        story = notes.STORIES[index]
        day.seen(at + timedelta(minutes=5 * index), story, day.pet(owner, story))


def _with_notes(day: Day, at: datetime, text: str) -> None:
    day.world.write_notes(day.seen(at, summary=False).id, text)


def _draft(day: Day, at: datetime) -> None:
    day.world.set_status(day.seen(at).id, "Draft")


def _no_phone(day: Day, at: datetime) -> None:
    pet = day.world.pet(day.seen(at).pet_id)
    if pet:
        day.world.set_phone(pet.owner_id, None)


def _not_seen(day: Day, at: datetime, status: str) -> None:
    day.world.set_appointment_status(day.planned(at).id, status)


_PARTS: dict[str, Callable[[Day, datetime], object]] = {
    "seen": Day.seen,
    "walk_in": Day.walk_in,
    "household": partial(_household, pets=3),
    "pair": partial(_household, pets=2),
    "no_notes": partial(_with_notes, text=""),
    "empty_notes": partial(_with_notes, text="<p><br></p>"),
    "end_of_life": lambda day, at: day.seen(at, notes.END_OF_LIFE),
    "no_phone": _no_phone,
    "no_show": partial(_not_seen, status="No Show"),
    "cancelled": partial(_not_seen, status="Cancelled"),
    "draft": _draft,
}
