"""A colleague's call that must not be made unread is held by any program of the clinic: that, and nothing else.

Clinics are made up at random; what the database finds is compared with what the rules of the domain say of the same.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from idexx_desktop.domain import unread
from idexx_desktop.domain.cases import OPEN
from idexx_desktop.domain.changes import KnownCall, KnownVisit
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.freshness import LAST_CHANCE, LIMIT
from idexx_desktop.domain.looks import to_hold
from idexx_desktop.domain.schedule import CLOCKS_DIFFER
from idexx_desktop.domain.visits import VisitState
from tests.attacks.filled import Filled
from tests.attacks.policies import become, undone

NOW = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")
SECOND = timedelta(seconds=1)
_CLOCK = "RETURNS timestamptz LANGUAGE sql SET search_path = pg_catalog, pg_temp"
HOLD = "SELECT idexx_app.hold_unread_calls(%s)"
STATES = ("held", "waiting", "failed", "scheduled", "excluded")


@dataclass
class MadeUp:
    """Visits of one account by key, calls by id, each with its visits, its time and its state."""

    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: dict[str, tuple[frozenset[str], datetime, str]] = field(default_factory=dict)

    def known(self) -> dict[str, KnownVisit]:
        """The open visits, as the account's own program would know them."""
        on = {
            key: KnownCall(call_id, status, due, "+15105550142", keys)
            for call_id, (keys, due, status) in self.calls.items()
            for key in keys
        }
        return {
            key: KnownVisit(
                visit_key=key, state=VisitState(values["state"]), reason_code=ReasonCode.CALL_DUE, reason="",
                content_hash="", decision_hash="", changed_at=NOW, call=on.get(key), **_of_member(values),
            )
            for key, values in self.visits.items()
            if VisitState(values["state"]) in OPEN or (key in on and on[key].status == "queued")
        }  # fmt: skip


def _of_member(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "state"}


def made_up(chance: random.Random) -> MadeUp:
    """Few owners and pets, so that visits belong together in every way there is; times at the edges of the rule."""
    found = MadeUp()
    keys = [f"a:{number}" for number in range(chance.randint(1, 8))]
    dues = [NOW + LAST_CHANCE + shift for shift in (-timedelta(days=4), -LAST_CHANCE, timedelta(), SECOND)]
    free = list(keys)
    for number in range(chance.randint(1, 3)):
        size = min(len(free), chance.randint(1, 2))
        on_it = frozenset(free.pop() for _ in range(size))
        if on_it:
            status = chance.choice(("queued", "queued", "queued", "cancelled", "completed"))
            found.calls[f"00000000-0000-4000-8000-00000000ca{number:02}"] = (
                on_it,
                chance.choice(dues),
                status,
            )
    edges = [due - LIMIT + shift for due in dues for shift in (-SECOND, timedelta())]
    edges += [NOW, NOW, NOW, NOW + CLOCKS_DIFFER, NOW + CLOCKS_DIFFER + SECOND]
    for key in keys:
        found.visits[key] = {
            "client_id": chance.choice((None, "c1", "c2")),
            "branch": chance.choice(("", "", "east", "west")),
            "phone": chance.choice((None, "+15105550142", "+15105550143")),
            "owner_name": chance.choice(("", "Ann  Smith", " ann smith", "Bo Lee")),
            "patient_id": chance.choice((None, None, "p1", "p2")),
            "patient_name": chance.choice(("", "Bella", "BELLA ", "Rex")),
            # midnight in Los Angeles lies between the first two
            "visit_at": chance.choice((NOW.replace(hour=7), NOW.replace(hour=9), NOW.replace(day=17), None)),
            "first_seen_at": NOW.replace(hour=9),
            "last_read_at": chance.choice((None, *edges)),
            "state": chance.choice(STATES),
        }
    return found


@contextmanager
def clinic_now(filled: Filled) -> Iterator[psycopg.Connection]:
    """The superuser's transaction at that instant of the server's clock; the colleague has nothing yet."""
    with psycopg.connect(filled.database.owner_url) as root:
        clock = f"SELECT '{NOW.isoformat()}'::timestamptz"
        root.execute(f"CREATE OR REPLACE FUNCTION idexx_app.moment() {_CLOCK} AS $$ {clock} $$".encode())
        root.execute("UPDATE clinic_settings SET timezone = 'America/Los_Angeles'")
        # whatever else is there is not due
        root.execute("UPDATE scheduled_discharge_calls SET status = 'completed'")
        root.execute("UPDATE visits SET state = 'excluded'")
        yield root
        root.rollback()


def store(root: psycopg.Connection, filled: Filled, clinic: MadeUp) -> None:
    """Its rows, as the colleague's."""
    whose = {"user_id": filled.colleague.user, "clinic_id": filled.colleague.clinic}
    for key, values in clinic.visits.items():
        row = {
            **whose,
            **values,
            "visit_key": key,
            "kind": "general",
            "reason_code": "call_due",
            "reason": "x",
        }
        names, places = ", ".join(row), ", ".join(f"%({name})s" for name in row)
        root.execute(f"INSERT INTO visits ({names}) VALUES ({places})".encode(), row)
    for call_id, (keys, due, status) in clinic.calls.items():
        root.execute(
            "INSERT INTO scheduled_discharge_calls (id, user_id, customer_phone, scheduled_for, status,"
            " dynamic_variables) VALUES (%s, %s, '+15105550142', %s, %s, '{}')",
            (call_id, whose["user_id"], due, status),
        )
        for key in keys:
            root.execute(
                "INSERT INTO call_visits (call_id, clinic_id, user_id, visit_key) VALUES (%s, %s, %s, %s)",
                (call_id, whose["clinic_id"], whose["user_id"], key),
            )


def expected(clinic: MadeUp) -> set[str]:
    """The calls that the colleague's own program would hold."""
    return set(to_hold(clinic.known(), ZONE, NOW))


def compare(filled: Filled, seeds: range) -> int:
    """The database finds the same calls as the domain in each of these clinics; how many were to be held at all."""
    held = 0
    with clinic_now(filled) as root:
        for seed in seeds:
            clinic = made_up(random.Random(seed))  # noqa: S311 - the same each time
            with undone(root):
                store(root, filled, clinic)
                asked = "SELECT u::text FROM idexx_app.unread_calls(%s, %s) AS u"
                found = root.execute(asked, (filled.a.clinic, filled.a.user)).fetchall()
            assert {call_id for (call_id,) in found} == expected(clinic), f"seed {seed}: {clinic}"
            held += len(found)
    return held


def test_the_database_holds_what_the_rule_says(filled: Filled) -> None:
    assert compare(filled, range(150)) > 50


@pytest.mark.long(item=49)
def test_the_database_holds_what_the_rule_says_at_length(filled: Filled) -> None:
    assert compare(filled, range(150, 15_000)) > 5_000


def hold(root: psycopg.Connection, clinic: str) -> int:
    """How many the one who is asking holds."""
    row = root.execute(HOLD, (clinic,)).fetchone()
    assert row is not None
    return int(row[0])


def all_rows(root: psycopg.Connection) -> dict[tuple[str, str], dict[str, Any]]:
    """Every row of the tables that holding may touch, by table and id."""
    found = {}
    for table in ("visits", "scheduled_discharge_calls", "call_visits", "consultation_sync_status", "cases"):
        for (row,) in root.execute(f"SELECT to_jsonb(t) FROM {table} t".encode()):
            found[table, str(row["id"])] = row
    return found


@pytest.mark.parametrize("who", ["a", "gateway as A"])
@pytest.mark.parametrize("seed", range(6))
def test_nothing_else_of_the_colleagues_changes(filled: Filled, who: str, seed: int) -> None:
    """And what was held is as the colleague's own program would have left it."""
    clinic = made_up(random.Random(1000 + seed))  # noqa: S311 - the same each time
    with clinic_now(filled) as root:
        store(root, filled, clinic)
        before, doomed = all_rows(root), expected(clinic)
        become(root, filled.identities[who])
        assert hold(root, filled.a.clinic) == len(doomed)
        root.execute("RESET SESSION AUTHORIZATION")
        after = all_rows(root)
        changed = {
            place: {name for name, value in row.items() if value != before[place][name]}
            for place, row in after.items()
            if row != before[place]
        }
        told = root.execute(
            "SELECT user_id::text, metadata FROM idexx_sync_audit_log WHERE action = 'call.held_unread' ORDER BY seq"
        ).fetchall()
        # a second look finds nothing
        become(root, filled.identities[who])
        assert hold(root, filled.a.clinic) == 0
    assert before.keys() == after.keys()
    assert {place[1] for place in changed if place[0] == "scheduled_discharge_calls"} == doomed
    allowed = {
        "scheduled_discharge_calls": {"status", "ended_reason", "ended_at", "updated_at"},
        "call_visits": {"active", "removed_at"},
        "visits": {
            "state",
            "reason_code",
            "reason",
            "trace",
            "decision_hash",
            "changed_at",
            "needs_attention",
        },
    }
    for place, names in changed.items():
        assert names <= allowed[place[0]], place
        row = after[place]
        if place[0] == "visits":
            assert before[place]["state"] == "scheduled"
            assert (row["state"], row["reason_code"], row["reason"]) == (
                "held",
                "not_looked_at",
                unread.LOOK_REASON,
            )
            [step] = [step for step in row["trace"] if step["rule"] == unread.LOOK_RULE]
            assert step == {"rule": unread.LOOK_RULE, "outcome": "held", "detail": unread.LOOK_REASON}
            assert any(row["visit_key"] in clinic.calls[call_id][0] for call_id in doomed)
        if place[0] == "scheduled_discharge_calls":
            assert (row["status"], row["ended_reason"]) == ("cancelled", unread.LOOK_REASON)
    assert told == [(filled.a.user, {"call_id": call_id}) for call_id in sorted(doomed)]


def due_unread() -> MadeUp:
    """One call that is nearly due, of a visit that nobody has read since."""
    clinic = MadeUp()
    clinic.visits["a:1"] = {
        "owner_name": "Ann Smith", "patient_name": "Bella", "branch": "", "visit_at": NOW - timedelta(days=1),
        "first_seen_at": NOW - timedelta(days=1), "last_read_at": NOW - timedelta(hours=5), "state": "scheduled",
    }  # fmt: skip
    clinic.calls["00000000-0000-4000-8000-00000000ca00"] = (frozenset({"a:1"}), NOW, "queued")
    return clinic


@pytest.mark.parametrize(
    "trace", [[], [{"rule": "x"}, 3, None, {"rule": unread.LOOK_RULE}], {"a": 1}, "x", None]
)
def test_whatever_a_colleague_has_written_keeps_nobody_from_holding(filled: Filled, trace: object) -> None:
    with clinic_now(filled) as root:
        store(root, filled, due_unread())
        root.execute("UPDATE visits SET trace = %s WHERE visit_key = 'a:1'", (json.dumps(trace),))
        root.execute("UPDATE clinic_settings SET timezone = 'no/zone'")
        root.execute(
            "UPDATE visits SET visit_at = '-infinity', first_seen_at = 'infinity', last_read_at = 'infinity'"
        )
        root.execute(
            "UPDATE scheduled_discharge_calls SET scheduled_for = '-infinity' WHERE status = 'queued'"
        )
        become(root, filled.identities["a"])
        assert hold(root, filled.a.clinic) == 1


@pytest.mark.parametrize("who", ["b", "admin", "unmapped", "gateway as nobody"])
def test_nobody_holds_what_is_in_another_clinic(filled: Filled, who: str) -> None:
    with clinic_now(filled) as root:
        store(root, filled, due_unread())
        before = all_rows(root)
        with undone(root):
            become(root, filled.identities[who])
            if filled.identities[who].person in ("B", "admin"):
                own = filled.b.clinic
                assert hold(root, own) == 0
            with pytest.raises(InsufficientPrivilege):
                hold(root, filled.a.clinic)
        assert all_rows(root) == before


def test_one_whose_login_was_switched_off_has_calls_held_and_holds_none(filled: Filled) -> None:
    with clinic_now(filled) as root:
        store(root, filled, due_unread())
        root.execute(
            "UPDATE idexx_app.logins SET active = false WHERE user_id = %s", (filled.colleague.user,)
        )
        with undone(root):
            become(root, filled.identities["colleague"])
            with pytest.raises(InsufficientPrivilege):
                hold(root, filled.a.clinic)
        become(root, filled.identities["a"])
        assert hold(root, filled.a.clinic) == 1


@pytest.mark.parametrize(
    "locked",
    [
        "SELECT FROM scheduled_discharge_calls WHERE status = 'queued' FOR KEY SHARE",
        "SELECT FROM visits WHERE visit_key = 'a:1' FOR UPDATE",
        "UPDATE call_visits SET visit_key = visit_key WHERE visit_key = 'a:1'",
    ],
)
def test_what_somebody_is_at_work_on_is_left_for_the_next_look(filled: Filled, locked: str) -> None:
    """Nobody waits, so no two wait for each other."""
    clinic = due_unread()
    [call_id] = clinic.calls
    url = filled.database.owner_url
    with psycopg.connect(url) as root, psycopg.connect(url) as other:
        store(root, filled, clinic)
        root.execute("UPDATE scheduled_discharge_calls SET scheduled_for = now() WHERE id = %s", (call_id,))
        root.commit()
        try:
            other.execute(locked.encode())
            with filled.connected("a") as mine:
                mine.execute("SET LOCAL lock_timeout = '20s'")
                busy = hold(mine, filled.a.clinic)
            other.rollback()
            with filled.connected("a") as mine:
                assert (busy, hold(mine, filled.a.clinic)) == (0, 1)
        finally:
            other.rollback()
            root.execute("DELETE FROM scheduled_discharge_calls WHERE id = %s", (call_id,))
            root.execute("DELETE FROM visits WHERE visit_key = 'a:1' AND reason = 'x'")
