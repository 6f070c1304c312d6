"""What one page sends along when it leads to something on another one (`Desk.go`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.domain.filters import Whose


@dataclass(frozen=True, slots=True)
class SyncLink:
    """To a sync in Sync history. `whose`: as in the rows there."""

    session_id: str
    whose: Whose | None = None


@dataclass(frozen=True, slots=True)
class VisitLink:
    """To one visit in Visits."""

    visit_key: str
    whose: Whose | None = None


@dataclass(frozen=True, slots=True)
class VisitEntries:
    """To what the activity record holds of a visit, which is in `words` here, because the record holds no names.

    `since`: nothing was recorded of it before. `clinic_id`: keys of visits are a clinic's own.
    """

    visit_key: str
    words: str
    since: datetime
    clinic_id: str
