"""The revision of each topic: raised by whoever writes, seen by the clinic's members, and in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.attacks.expectations import HOST
from tests.attacks.filled import Filled
from tests.attacks.rows import TABLES

# sealed cookies, a copy of what was read, and the seed's own state of a consultation: no page shows any of them; an end
# of a concern changes the concern, which raises it
NOT_SHOWN = {"neo_cookies", "visit_readings", "consultation_sync_status", "neo_fields", "concern_ends"}


def revisions(connection: psycopg.Connection) -> dict[str, int]:
    """As the caller is told."""
    rows = connection.execute("SELECT topic, revision FROM idexx_app.revisions()").fetchall()
    return {topic: int(revision) for topic, revision in rows}


@contextmanager
def root(filled: Filled) -> Iterator[psycopg.Connection]:
    with psycopg.connect(filled.database.owner_url) as connection:
        yield connection
        connection.rollback()


def test_every_table_that_a_page_shows_raises_its_topic(filled: Filled) -> None:
    """A table added tomorrow raises one, or is named above; a platform's own tables have no trigger of ours."""
    with root(filled) as owner:
        rows = owner.execute(
            "SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname) FROM pg_trigger"
            " WHERE tgname LIKE 'raise\\_revision%' AND tgrelid <> 'idexx_app.sync_leases'::regclass GROUP BY 1"
        ).fetchall()
    found = dict(rows)
    assert found.keys() == TABLES.keys() - set(HOST) - NOT_SHOWN
    three = ["raise_revision_delete", "raise_revision_insert", "raise_revision_update"]
    assert {tuple(names) for names in found.values()} == {tuple(three)}


@pytest.mark.parametrize(
    ("topic", "statement"),
    [
        ("visits", "UPDATE visits SET state = state"),
        ("visits", "DELETE FROM visit_notes"),
        ("settings", "UPDATE clinic_settings SET calls_paused = NOT calls_paused"),
        ("settings", "UPDATE sync_schedules SET next_due_at = now()"),
        ("sessions", "UPDATE idexx_sync_sessions SET status = status"),
        ("computers", "DELETE FROM recovery_kits"),
        ("activity", "SELECT idexx_app.audit('credentials.forgotten', 'ok')"),
        ("calls", "SELECT idexx_app.record_opt_out(%(clinic)s, '+15105550177', '')"),
    ],
)
def test_a_members_write_raises_its_topic_once(filled: Filled, topic: str, statement: str) -> None:
    values = {"clinic": filled.a.clinic}
    with filled.connected("a") as mine:
        mine.execute("SET LOCAL search_path = public")
        before = revisions(mine)
        for _ in range(3):
            mine.execute(statement.encode(), values)
        after = revisions(mine)
    changed = {name for name in after if after[name] != before.get(name, 0)}
    assert topic in changed
    assert changed <= {topic, "activity"} | ({"visits"} if topic == "calls" else set())
    assert {after[name] - before.get(name, 0) for name in changed} == {1}


def test_what_changes_nothing_raises_nothing(filled: Filled) -> None:
    with filled.connected("a") as mine:
        before = revisions(mine)
        mine.execute("UPDATE public.visits SET state = state WHERE visit_key = 'no such visit'")
        mine.execute("SELECT count(*) FROM public.visits")
        assert revisions(mine) == before


def test_only_who_has_the_lease_is_news(filled: Filled) -> None:
    told = "SELECT COALESCE(sum(revision), 0)::int FROM idexx_app.topic_revisions WHERE topic = 'sessions'"
    changes = ("expires_at = now()", "progress = 1", "holder = gen_random_uuid()")
    with root(filled) as owner:
        owner.execute("DELETE FROM idexx_app.sync_leases")
        owner.execute("INSERT INTO idexx_app.sync_leases (clinic_id) VALUES (%s)", (filled.a.clinic,))
        seen = [owner.execute(told).fetchone()]
        for change in changes:
            owner.execute(f"UPDATE idexx_app.sync_leases SET {change}".encode())
            seen.append(owner.execute(told).fetchone())
    counts = [row[0] - seen[0][0] for row in seen if row and seen[0]]
    assert counts == [0, 0, 0, 1]


def test_others_are_told_nothing_of_a_clinic(filled: Filled) -> None:
    """Whoever is no member isn't told that anything was written; an admin is told of all clinics."""
    with root(filled) as owner:
        owner.execute("UPDATE public.visits SET state = state WHERE user_id = %s", (filled.a.user,))
        raised = owner.execute(
            "SELECT sum(revision)::int FROM idexx_app.topic_revisions WHERE topic = 'visits' AND clinic_id = %s",
            (filled.a.clinic,),
        ).fetchone()
        before = {}
        for who in ("b", "unmapped", "admin", "a"):
            known = filled.identities[who]
            owner.execute(f'SET SESSION AUTHORIZATION "{known.login}"'.encode())
            before[who] = revisions(owner).get("visits", 0)
            owner.execute("RESET SESSION AUTHORIZATION")
    assert raised
    assert before["a"] >= raised[0]
    assert before["unmapped"] == 0
    assert before["admin"] == before["a"] + before["b"]


def test_nobody_writes_revisions_or_raises_one_by_hand(filled: Filled) -> None:
    for statement in (
        "SELECT count(*) FROM idexx_app.topic_revisions",
        "UPDATE idexx_app.topic_revisions SET revision = 0",
        "SELECT idexx_app.raise_revision(gen_random_uuid(), 'visits')",
    ):
        for who in ("a", "admin", "service"):
            with filled.connected(who) as theirs, pytest.raises(psycopg.errors.InsufficientPrivilege):
                theirs.execute(statement.encode())
