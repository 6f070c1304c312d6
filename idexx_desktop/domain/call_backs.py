"""Call-backs that staff planned in Neo itself: whoever is called by them is not called a second time by us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from idexx_desktop.domain.visits import CallBack, Visit

# of one pet, so that one visit stays one visit
MOST_SHOWN = 5
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CallBacks:
    """Neo's open call-backs by pet, and of owners whose call-back names no pet; both by Neo's ids."""

    of_patient: Mapping[str, tuple[CallBack, ...]] = field(default_factory=dict)
    of_client: Mapping[str, tuple[CallBack, ...]] = field(default_factory=dict)

    def about(self, visit: Visit) -> tuple[CallBack, ...]:
        """Those that concern a visit, always in the same order."""
        patient, client = visit.patient_id, visit.client_id
        found = {
            *(self.of_patient.get(patient, ()) if patient else ()),
            *(self.of_client.get(client, ()) if client else ()),
        }
        return tuple(sorted(found, key=_place)[:MOST_SHOWN])


def _place(planned: CallBack) -> tuple[datetime, str, str, str]:
    return planned.due or _LAST, planned.task_id, planned.who, planned.what
