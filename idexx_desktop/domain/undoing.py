"""What one action of a person changed, so that exactly this can be given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Undo:
    """Made by a service, for one passing message; `undo` of the same service takes it.

    `decisions`: the decision that was made, by visit. `due`: when calls were due that the action took back or moved, by
    visit. `outcome_of`: the call whose result was recorded; `opted_out`: the number that opted out by it, "" where it
    had already; `wrong_number`: the one that was said to be wrong by it, in the same way. `paused`: all calls were
    paused. `deaths`: what was told of pets that died. `outcome_at`, `opted_out_at`, `wrong_number_at` and `paused_at`
    say when that was recorded, as far as it is known. `agreed`: the calls of which it was agreed that nobody could be
    reached. Where another instant stands there now, it is somebody else's, and stays.
    `next_attempt_at`, which is only told: when the call is tried again.
    """

    decisions: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    outcome_of: str = ""
    opted_out: str = ""
    wrong_number: str = ""
    paused: bool = False
    deaths: tuple[str, ...] = ()
    outcome_at: datetime | None = None
    opted_out_at: datetime | None = None
    wrong_number_at: datetime | None = None
    paused_at: datetime | None = None
    agreed: tuple[str, ...] = ()
    next_attempt_at: datetime | None = field(default=None, compare=False)


def moved(before: Mapping[str, datetime], after: Mapping[str, datetime]) -> dict[str, datetime]:
    """When the calls were due that are no longer due then, by visit."""
    return {key: when for key, when in before.items() if after.get(key) != when}
