"""In which order the rows of a table come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from idexx_desktop.domain.visits import VisitState


class By(StrEnum):
    """What rows are sorted by. Rows that are equal in it come in the usual order of their table."""

    TIME = "time"
    PET = "pet"
    OWNER = "owner"
    PROVIDER = "provider"
    STATE = "state"
    READ = "read"
    FAILED = "failed"
    KIND = "kind"
    IN_NEO = "in_neo"
    BRANCH = "branch"
    COMPUTER = "computer"
    STARTED_BY = "started_by"
    RESULT = "result"
    CLINIC = "clinic"


@dataclass(frozen=True, slots=True)
class Order:
    """`down`: the newest, the most, or Z comes first."""

    by: By
    down: bool = False


NEWEST_FIRST = Order(By.TIME, down=True)
EARLIEST_FIRST = Order(By.TIME)
# the order in which states are named everywhere
STATE_RANKS = {str(state): rank for rank, state in enumerate(VisitState)}


def usual_of_calls(group: str) -> Order:
    """A work list starts with what is due first; what is over, with what ended last."""
    return EARLIEST_FIRST if group in ("due", "upcoming", "trouble", "paused") else NEWEST_FIRST
