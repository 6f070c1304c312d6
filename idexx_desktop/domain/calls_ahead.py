"""What is still to be called, in figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallsAhead:
    """Calls that are queued, or would be: how many, and when the first is due."""

    count: int = 0
    first: datetime | None = None
