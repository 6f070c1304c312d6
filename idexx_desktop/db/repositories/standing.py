"""What holds for visits at the moment of their write, asked in one trip while nobody else can write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from idexx_desktop.db.leases import HOLD
from idexx_desktop.db.models import clinic, numbers, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.repositories.case_statements import case_statements
from idexx_desktop.db.repositories.cases import wanted
from idexx_desktop.db.repositories.decisions import HOLDING, person_decision
from idexx_desktop.db.repositories.host import host_tables
from idexx_desktop.db.repositories.others_calls import CALLS_OF_VISITS, asked, claims_of
from idexx_desktop.db.repositories.visit_pages import VISITS
from idexx_desktop.db.rows import as_rows
from idexx_desktop.db.trips import one_trip
from idexx_desktop.domain.decisions import PersonDecision
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.others_calls import VisitClaim
from idexx_desktop.domain.visits import Visit

_NO_PHONES: Mapping[str, str] = {}
_SETTINGS = table_of(clinic.ClinicSettings)
_OPT_OUTS = table_of(clinic.OptOutRow)
_WRONG = table_of(numbers.WrongNumberRow)
# always in the same order, so that two who write the same visits wait for each other one way only
_LOCK = (
    select(VISITS.c.id)
    .where(
        VISITS.c.user_id == bindparam("user"),
        VISITS.c.clinic_id == bindparam("clinic"),
        VISITS.c.visit_key == func.any(bindparam("keys", type_=ARRAY(Text))),
    )
    .order_by(VISITS.c.visit_key)
    .with_for_update(of=VISITS)
)
_LOCK_FLAGS = (
    select(_SETTINGS.c.calls_paused, _SETTINGS.c.review_mode)
    .where(_SETTINGS.c.clinic_id == bindparam("clinic"))
    .with_for_update(read=True)
)
_OPTED_OUT = select(_OPT_OUTS.c.phone).where(
    _OPT_OUTS.c.clinic_id == bindparam("clinic"),
    _OPT_OUTS.c.phone == func.any(bindparam("phones", type_=ARRAY(Text))),
    _OPT_OUTS.c.withdrawn_at.is_(None),
)
_WRONG_NUMBERS = select(_WRONG.c.phone).where(
    _WRONG.c.clinic_id == bindparam("clinic"),
    _WRONG.c.phone == func.any(bindparam("phones", type_=ARRAY(Text))),
    _WRONG.c.undone_at.is_(None),
)
_NEVER_CALLED = union_all(_OPTED_OUT, _WRONG_NUMBERS)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person decided, the visit's call, and for a call: the flags (paused, review), whether its number is never
    called.

    `case_id` is the visit's case as far as ids tell.
    """

    person: PersonDecision | None
    flags: tuple[bool, bool] | None
    never_called: bool
    claim: VisitClaim
    case_id: str | None


class StandingRepository(ClinicRepository):
    """Asked first in the transaction that writes visits: nothing of them changes before that ends."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        super().__init__(session, user_id, clinic_id)
        self._find = case_statements(host_tables(session)).find

    def of(
        self,
        visits: Sequence[Visit],
        phones: Mapping[str, str] = _NO_PHONES,
        lease: tuple[str, int] | None = None,
    ) -> dict[str, Standing]:
        """By visit key. `phones`: whom a call is for, by key. The visits are locked.

        Under a run's `lease` (holder and epoch): LEASE_LOST where that is gone, as of `LeaseRepository.hold`.
        """
        in_order = sorted(visits, key=lambda visit: visit.visit_key)
        keys = [visit.visit_key for visit in in_order]
        whose = {"user": self._user, "clinic": self._clinic, "keys": keys, "phones": sorted(phones.values())}
        with one_trip(self._session) as trip:
            if lease is not None:
                trip.ask(HOLD, {"clinic": self._clinic, "holder": lease[0], "epoch": lease[1]})
            trip.ask(_LOCK, whose)
            persons = trip.ask(
                HOLDING, whose | {"consultations": [visit.consultation_id for visit in in_order]}
            )
            # what no call depends on is not locked
            flags, never_called = (
                (trip.ask(_LOCK_FLAGS, whose), trip.ask(_NEVER_CALLED, whose)) if phones else (None, None)
            )
            calls = trip.ask(CALLS_OF_VISITS, {**whose, "rows": as_rows(map(asked, visits))})
            cases = trip.ask(self._find, {**whose, "rows": as_rows(map(wanted, visits))})
        person_of = {row.asked: person_decision(row) for row in persons}
        case_of = {row.visit_key: str(row.id) for row in cases}
        flagged = _flags(flags.fetchone()) if flags else None
        silent = {row.phone for row in never_called or ()}
        return {
            key: Standing(
                person=person_of.get(key),
                flags=flagged if key in phones else None,
                never_called=phones.get(key) in silent,
                claim=claim,
                case_id=case_of.get(key),
            )
            for key, claim in claims_of(calls, keys).items()
        }


def _flags(row: Any) -> tuple[bool, bool]:
    if row is None:
        raise Failure(FailureCode.NO_PROFILE, "the clinic has no settings yet")
    return bool(row.calls_paused), bool(row.review_mode)
