"""Made-up visits with everything that their end may depend on, written as the server's superuser."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.ledger import OURS, Call, Facts
from idexx_desktop.domain.visits import VisitState
from tests.support.postgres import ClinicDatabase, Person

STATUSES = ("queued", "ringing", "in_progress", "completed", "failed", "cancelled")
# what calling systems end with
SYSTEMS = (
    "customer-ended-call",
    "customer-did-not-answer",
    "Voicemail",
    "customer-busy",
    "silence-timed-out",
    "",
    None,
)
PHONE = "+15105550142"
_CALLS = """
INSERT INTO public.scheduled_discharge_calls (id, user_id, customer_phone, scheduled_for, status, dynamic_variables,
  metadata, ended_reason, started_at, ended_at)
VALUES (%(id)s, %(user)s, %(phone)s, %(due)s, %(status)s, '{}', '{}', %(reason)s, %(started)s, %(ended)s)
"""
_VISITS = """
INSERT INTO public.visits (user_id, clinic_id, visit_key, visit_at, first_seen_at, kind, state, reason_code, reason,
  patient_name, owner_name, provider, others_call, others_phone, others_until, next_try_at)
VALUES (%(user)s, %(clinic)s, %(key)s, %(at)s, %(seen)s, %(kind)s, %(state)s, 'call_due', 'Because.', 'Rex',
  'Maria Lopez', %(provider)s, %(others)s, %(phone)s, %(until)s, %(next)s)
"""
_ON_CALL = """
INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key, active)
VALUES (%(call)s, %(clinic)s, %(user)s, %(key)s, %(active)s)
"""
_OUTCOMES = """
INSERT INTO public.call_outcomes (call_id, clinic_id, user_id, outcome, recorded_at, undone_at, made_at)
VALUES (%(call)s, %(clinic)s, %(user)s, %(outcome)s, %(at)s, %(undone)s, %(made)s)
"""
_DECISIONS = """
INSERT INTO public.visit_decisions (clinic_id, visit_key, choice, decided_at, undone_at)
VALUES (%(clinic)s, %(key)s, %(choice)s, %(at)s, %(undone)s)
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One try that somebody recorded."""

    outcome: str
    at: datetime
    undone: bool
    # when it was made, as somebody claims; at the latest when it was recorded
    claimed: datetime | None = None

    @property
    def made(self) -> datetime:
        """When it counts."""
        return self.claimed or self.at


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A row of a call with what people recorded of it."""

    id: UUID
    status: str
    due: datetime | None
    reason: str | None
    started: datetime | None
    ended: datetime | None
    said: tuple[Said, ...]

    @property
    def told(self) -> Call:
        """As the pure rule wants it."""
        last = [each.outcome for each in sorted(self.said, key=lambda each: each.at) if not each.undone]
        return Call(self.status, self.due, self.reason or "", last[-1] if last else "")


@dataclass(frozen=True, slots=True)
class MadeVisit:
    """A row of a visit, with its own call, that of a colleague, and a decision."""

    key: str
    at: datetime | None
    seen: datetime
    state: str
    kind: str
    next_try: datetime | None
    call: MadeCall | None = None
    shared: MadeCall | None = None
    until: datetime | None = None
    choice: str | None = None
    taken_back: bool = False
    rests: bool = False

    @property
    def facts(self) -> Facts:
        """What its end depends on; a colleague's queued call counts while it is in time."""
        shared = self.shared
        late = (
            shared
            and shared.status == "queued"
            and not (shared.due and self.until and shared.due <= self.until)
        )
        is_there = shared is not None and not late and shared.status != "cancelled"
        closed = self.choice in (PersonChoice.NO_CALL, PersonChoice.IGNORE) and not self.taken_back
        return Facts(
            self.state,
            self.at or self.seen,
            self.call.told if self.call else None,
            shared.told if shared and is_there else None,
            rests_on_colleague=self.rests,
            closed_by_person=closed,
            next_try_at=self.next_try,
        )


def made_up(seed: int, count: int, now: datetime) -> list[MadeVisit]:
    """So many visits of the last forty days and the next two, with whatever may stand beside each other."""
    chance = random.Random(seed)  # noqa: S311 - the same rows each time
    return [_visit(chance, f"a:{seed}-{number}", now) for number in range(count)]


def write(database: ClinicDatabase, rows: list[MadeVisit], user: Person, colleague: Person) -> None:
    """All of it; `user` has the visits."""
    clinic = user.clinic_id
    with psycopg.connect(database.owner_url) as root:
        root.execute("SET session_replication_role = replica")
        for row in rows:
            for call, person in ((row.call, user), (row.shared, colleague)):
                if call is not None:
                    _write_call(root, call, person, clinic, row.key)
            others = (row.shared.id if row.shared else UUID(int=7)) if row.rests else None
            root.execute(
                _VISITS,
                {
                    "user": user.user_id, "clinic": clinic, "key": row.key, "at": row.at, "seen": row.seen,
                    "kind": row.kind, "state": row.state, "provider": row.key, "others": others, "phone": PHONE,
                    "until": row.until, "next": row.next_try,
                },
            )  # fmt: skip
            if row.choice:
                values = {"clinic": clinic, "key": row.key, "choice": row.choice, "at": row.seen}
                root.execute(_DECISIONS, {**values, "undone": row.seen if row.taken_back else None})


def _write_call(root: psycopg.Connection, call: MadeCall, person: Person, clinic: str, key: str) -> None:
    values = {"id": call.id, "user": person.user_id, "phone": PHONE, "due": call.due, "status": call.status}
    root.execute(_CALLS, {**values, "reason": call.reason, "started": call.started, "ended": call.ended})
    whose = {"call": call.id, "clinic": clinic, "user": person.user_id}
    root.execute(_ON_CALL, {**whose, "key": key, "active": call.status != "cancelled"})
    for said in call.said:
        undone = said.at if said.undone else None
        values = {"outcome": said.outcome, "at": said.at, "undone": undone, "made": said.claimed}
        root.execute(_OUTCOMES, {**whose, **values})


def _visit(chance: random.Random, key: str, now: datetime) -> MadeVisit:
    seen = now - timedelta(minutes=chance.randrange(40 * 24 * 60))
    rests = chance.random() < 0.3
    return MadeVisit(
        key,
        None if chance.random() < 0.05 else seen + timedelta(days=chance.choice((0, 0, 2))),
        seen,
        chance.choice([*VisitState, VisitState.SCHEDULED, VisitState.SCHEDULED]),
        chance.choice(("surgery", "wellness", "of a newer version")),
        chance.choice((None, now + timedelta(hours=1))),
        _call(chance, now) if chance.random() < 0.6 else None,
        _call(chance, now) if rests and chance.random() < 0.8 else None,
        now + timedelta(days=chance.choice((-3, 3))),
        chance.choice((None, None, *PersonChoice)),
        chance.random() < 0.3,
        rests,
    )


def _call(chance: random.Random, now: datetime) -> MadeCall:
    status = chance.choice(STATUSES)
    due = now + timedelta(minutes=chance.randrange(-9 * 24 * 60, 2 * 24 * 60))
    is_over = status in ("completed", "failed")
    reason = chance.choice([*OURS, *SYSTEMS]) if is_over else None
    said = [
        Said(
            chance.choice(OURS),
            due + timedelta(hours=hours),
            chance.random() < 0.3,
            due + timedelta(hours=hours - 7) if chance.random() < 0.3 else None,
        )
        for hours in range(chance.choice((0, 0, 1, 3)))
    ]
    return MadeCall(
        UUID(int=chance.getrandbits(128), version=4),
        status,
        None if chance.random() < 0.05 else due,
        reason,
        due if status != "queued" else None,
        due + timedelta(minutes=5) if is_over else None,
        tuple(said),
    )
