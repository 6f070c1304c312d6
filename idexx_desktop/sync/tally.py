"""What a run has done so far, for whoever reads, and for whoever says how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idexx_desktop.domain.events import VisitFailure

if TYPE_CHECKING:
    from idexx_desktop.sync.writing import Written


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    seen: int = 0
    synced: int = 0
    calls: int = 0
    written: int = 0
    requests: int = 0
    signed_in: bool = False
    failures: list[VisitFailure] = field(default_factory=list)

    def count(self, written: Written) -> None:
        """One visit is accounted for, or has failed."""
        if written.failure is None:
            self.synced += 1
        else:
            visit = written.change.visit
            self.failures.append(VisitFailure(visit.consultation_id, visit.visit_key, written.failure))
