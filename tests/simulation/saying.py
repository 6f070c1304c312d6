"""What people say of owners' numbers, between the events of a week."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.simulation import events as ev

WRONG, RIGHT, INSTEAD, FORGET = "wrong", "right", "instead", "forget"
SAID = (WRONG, WRONG, RIGHT, INSTEAD, FORGET, "morning", "afternoon", "evening")


def with_numbers(events: Sequence[ev.Event], seed: int, users: Sequence[str]) -> tuple[ev.Event, ...]:
    """The same events, with somebody who says something of a number now and then in every third week.

    Drawn beside the events, which are those of the seed whatever is added here.
    """
    chance = random.Random(f"{seed} numbers")  # noqa: S311 - made to be repeated
    if seed % 3:
        return tuple(events)
    made: list[ev.Event] = []
    for event in events:
        made.append(event)
        if chance.random() < 0.12:
            made.append(ev.SayOfNumber(chance.choice(users), chance.randrange(3), chance.choice(SAID)))
    return tuple(made)
