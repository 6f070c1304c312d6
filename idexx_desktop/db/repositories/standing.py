"""What holds for a visit at the moment of its write, asked in one trip while nobody else can write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from idexx_desktop.db.leases import HOLD
from idexx_desktop.db.models import clinic, table_of
from idexx_desktop.db.repositories.base import ClinicRepository, text_id
from idexx_desktop.db.repositories.calls import CLAIM, claim_of
from idexx_desktop.db.repositories.case_statements import case_statements
from idexx_desktop.db.repositories.cases import wanted
from idexx_desktop.db.repositories.decisions import person_decision
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.visit_pages import DECISIONS, VISITS
from idexx_desktop.db.trips import one_trip
from idexx_desktop.domain.decisions import PersonDecision
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import VisitClaim
from idexx_desktop.domain.visits import Visit

_SETTINGS = table_of(clinic.ClinicSettings)
_OPT_OUTS = table_of(clinic.OptOutRow)
_LOCK = (
    select(VISITS.c.id)
    .where(
        VISITS.c.user_id == bindparam("user"),
        VISITS.c.clinic_id == bindparam("clinic"),
        VISITS.c.visit_key == bindparam("key"),
    )
    .with_for_update(of=VISITS)
)
_PERSON = select(DECISIONS).where(
    DECISIONS.c.clinic_id == bindparam("clinic"),
    DECISIONS.c.visit_key == bindparam("key"),
    DECISIONS.c.undone_at.is_(None),
)
_LOCK_FLAGS = (
    select(_SETTINGS.c.calls_paused, _SETTINGS.c.review_mode)
    .where(_SETTINGS.c.clinic_id == bindparam("clinic"))
    .with_for_update(read=True)
)
_OPTED_OUT = select(_OPT_OUTS.c.phone).where(
    _OPT_OUTS.c.clinic_id == bindparam("clinic"),
    _OPT_OUTS.c.phone == bindparam("phone"),
    _OPT_OUTS.c.withdrawn_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person decided, whose the visit is, and for a call: the flags (paused, review), whether it opted out.

    `case_id` is the visit's case as far as ids tell.
    """

    person: PersonDecision | None
    flags: tuple[bool, bool] | None
    opted_out: bool
    claim: VisitClaim
    case_id: str | None


class StandingRepository(ClinicRepository):
    """Asked first in the transaction that writes a visit: nothing of it changes before that ends."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._find = case_statements(host_tables(session)).find

    def of(self, visit: Visit, phone: str = "", lease: tuple[str, int] | None = None) -> Standing:
        """For a call to `phone`, if any. The visit is locked, and claimed if it is nobody's.

        Under a run's `lease` (holder and epoch): LEASE_LOST where that is gone, as of `LeaseRepository.hold`.
        """
        whose = {"user": self._user, "clinic": self._clinic, "key": visit.visit_key, "phone": phone}
        cases = {"b_user": self._user, "b_clinic": self._clinic, **wanted(visit)}
        with one_trip(self._session) as trip:
            if lease is not None:
                trip.ask(HOLD, {"clinic": self._clinic, "holder": lease[0], "epoch": lease[1]})
            trip.ask(_LOCK, whose)
            person = trip.ask(_PERSON, whose)
            # what no call depends on is not locked
            flags, opted_out = (
                (trip.ask(_LOCK_FLAGS, whose), trip.ask(_OPTED_OUT, whose)) if phone else (None, None)
            )
            claim = trip.ask(CLAIM, {"clinic": self._clinic, "keys": [visit.visit_key]})
            case = trip.ask(self._find, cases)
        decision, found = person.fetchone(), case.fetchone()
        return Standing(
            person=None if decision is None else person_decision(decision),
            flags=_flags(flags.fetchone()) if flags else None,
            opted_out=opted_out is not None and opted_out.fetchone() is not None,
            claim=claim_of(claim.fetchone()),
            case_id=text_id(found.id) if found else None,
        )


def _flags(row: Any) -> tuple[bool, bool]:
    if row is None:
        raise Failure(FailureCode.NO_PROFILE, "the clinic has no settings yet")
    return bool(row.calls_paused), bool(row.review_mode)
