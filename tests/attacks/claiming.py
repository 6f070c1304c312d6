"""A clinic in which a colleague with SQL access writes what they can, and then a user syncs: on several databases."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.changes import JoinCall, VisitRead
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import Visit
from idexx_desktop.sync.claims import with_claims
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.parts import Holder
from idexx_desktop.sync.writing import Grounds, VisitWriter
from tests.db_repositories.made_up import NOW, PHONE, a_visit
from tests.support.practice import HandClock

OTHER_NUMBER = "+15105550199"
# as the rules time the call of an ordinary sick visit of that day
DUE = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_CALLS = """
    SELECT m.visit_key, s.id::text, s.customer_phone AS phone, s.scheduled_for, s.status
    FROM public.scheduled_discharge_calls s JOIN public.call_visits m ON m.call_id = s.id AND m.active
    WHERE s.user_id = %s AND m.user_id = %s ORDER BY 1
"""


@dataclass(frozen=True)
class Shared:
    """One clinic of two accounts: `mine` syncs, `theirs` is the login that attacks."""

    owner_url: str
    mine_url: str
    theirs_url: str
    clinic: str
    me: str
    colleague: str
    has_clinic_of_case: bool

    def root(self, statement: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """A statement of the superuser."""
        with psycopg.connect(self.owner_url, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def attack(self, statements: Iterable[str], key: str) -> None:
        """What the colleague's login gets through; what is refused is refused. `call`: the id of their last call."""
        values = self.values(key)
        with psycopg.connect(self.theirs_url, autocommit=True) as connection:
            for statement in statements:
                with suppress(psycopg.Error):
                    cursor = connection.execute(statement.encode(), values)
                    row = cursor.fetchone() if cursor.description else None
                    if row is not None and "RETURNING id" in statement:
                        values["call" if "discharge_calls" in statement else "case"] = row[0]

    def values(self, key: str) -> dict[str, Any]:
        """For statements about one visit."""
        number = int(key.removeprefix("a:"))
        return {
            "clinic": self.clinic, "me": self.me, "them": self.colleague, "key": key, "walk_in": f"c:{number + 3000}",
            "name": f"pims-appt-idexx-{number}", "phone": PHONE, "other": OTHER_NUMBER, "due": DUE, "now": NOW,
            "case": None, "call": None,
        }  # fmt: skip

    def sync(self, visits: Iterable[Visit], now: datetime = NOW) -> None:
        """Decide and write, as a run does."""
        database = Database(self.mine_url)
        records = ClinicRecords(database, self.me, self.clinic)
        lease = take_lease(records, Holder("Front Desk", "17@1.00"), 300)
        try:
            reads = [VisitRead(visit) for visit in visits]
            with records.transaction() as tx:
                session = tx.sessions.start(Trigger.COMMAND, "Front Desk", now, now, lease.epoch, now=now)
                rules = tx.settings.call_rules()
                known = with_claims(tx, reads, tx.visits.known(*EVER), rules, now)
                grounds = Grounds(rules, known, tx.cases.noted(read.visit for read in reads))
            changes = [each for each in reconcile(reads, known, rules, now) if not each.unchanged]
            written = VisitWriter(records, lease, session.id, HandClock(now)).write(changes, grounds)
            assert [each.failure for group in written for each in group if each.failure] == []
        finally:
            lease.release()
            database.close()

    def calls(self, user: str = "") -> dict[str, tuple[str, datetime, str]]:
        """The calls that a user's visits are on, by visit."""
        user = user or self.me
        with psycopg.connect(self.owner_url, row_factory=dict_row) as connection:
            rows = connection.execute(_CALLS, (user, user)).fetchall()
        return {row["visit_key"]: (row["phone"], row["scheduled_for"], row["status"]) for row in rows}

    def pages(self) -> dict[str, VisitRecord]:
        """The visits as pages show them; the numbers above them agree."""
        database = Database(self.mine_url)
        try:
            with ClinicRecords(database, self.me, self.clinic).transaction() as tx:
                rows = tx.visits.page(VisitFilter(), Page(limit=1000))
                counts = tx.visits.counts_by_state(VisitFilter())
                for state, count in counts.items():
                    assert count == sum(row.state is state for row in rows)
                    assert tx.visits.count(VisitFilter(states=frozenset({state}))) == count
        finally:
            database.close()
        return {row.visit_key: row for row in rows}


def undisturbed(visits: Iterable[Visit], shared: Shared) -> dict[str, tuple[str, datetime, str]]:
    """The calls of a user whom nobody disturbs, by visit: the rules alone."""
    database = Database(shared.mine_url)
    with ClinicRecords(database, shared.me, shared.clinic).transaction() as tx:
        rules = tx.settings.call_rules()
    database.close()
    changes = reconcile([VisitRead(visit) for visit in visits], {}, rules, NOW)
    return {
        change.visit_key: (change.call.phone, change.call.scheduled_for, "queued")
        for change in changes
        if isinstance(change.call, JoinCall)
    }


def of_owners(count: int, first: int = 7000) -> list[Visit]:
    """Ordinary visits, each of an owner of its own."""
    return [a_visit(first + number, owner=f"Owner {number}") for number in range(count)]


def later(**spans: float) -> datetime:
    """That long after the first sync."""
    return NOW + timedelta(**spans)
