"""Old months leave the activity record in two steps, and the chains go on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.retention import Obstacle, kept_until
from tests.db.old_record import FEBRUARY, JANUARY, LOG, MARCH, WEEK, Old, on


def test_two_steps_and_the_chains_go_on(old: Old) -> None:
    a = old.database.people.a.user_id
    assert old.obstacles() == dict.fromkeys((JANUARY, FEBRUARY, MARCH), Obstacle.NOT_EXPORTED)
    exported = old.service.export(old.folder)
    assert [(month, made.rows) for month, made in exported] == [(JANUARY, 5), (FEBRUARY, 2), (MARCH, 1)]
    assert old.obstacles() == dict.fromkeys((JANUARY, FEBRUARY, MARCH), Obstacle.WAITING)
    assert old.service.export(old.folder) == []
    assert old.service.remove() == []
    for month in (JANUARY, FEBRUARY):
        old.exported(month, WEEK)
    assert old.service.remove() == [(JANUARY, 5), (FEBRUARY, 2)]
    assert old.is_whole()
    left = old.ask("SELECT seq FROM idexx_sync_audit_log WHERE chain = %s ORDER BY seq", a)
    assert left[0] == (6,)
    checkpoints = old.ask(
        "SELECT c.chain::text, c.seq FROM idexx_app.audit_checkpoints() c ORDER BY c.seq, c.chain"
    )
    system, b = "00000000-0000-0000-0000-000000000000", old.database.people.b.user_id
    assert checkpoints == [(system, 1), (b, 1), (a, 5)]
    # every chain goes on, the one that has lost all of its rows as well
    for records in (old.records.a, old.records.b):
        with records.transaction() as tx:
            tx.audit.record(Action.SYNC_STARTED, "running")
    assert old.is_whole()
    assert old.obstacles() == {MARCH: Obstacle.WAITING}


def test_each_step_is_recorded_once(old: Old) -> None:
    made = old.service.export(old.folder)
    for month, _ in made:
        old.exported(month, WEEK)
    old.service.remove()
    rows = old.ask(
        "SELECT action, user_id, metadata FROM idexx_sync_audit_log WHERE action LIKE 'audit.month%%' ORDER BY seq"
    )
    said = [("2019-01", 5), ("2019-02", 2), ("2019-03", 1)]
    expected = [(f"audit.month_{step}", None, *each) for step in ("exported", "removed") for each in said]
    assert [(row[0], row[1], row[2]["month"], row[2]["rows"]) for row in rows] == expected  # type: ignore[index]  # rows of any columns
    kept = old.ask(
        "SELECT encode(sha256(manifest), 'hex'), manifest FROM idexx_app.audit_exports ORDER BY number"
    )
    for (_, export), (hash_, manifest) in zip(made, kept, strict=True):
        assert export.manifest is not None
        assert export.manifest.read_bytes() == manifest
        assert [row[2]["hash"] for row in rows].count(hash_) == 2  # type: ignore[index]  # rows of any columns


def test_months_go_in_order(old: Old) -> None:
    old.service.export(old.folder)
    old.exported(FEBRUARY, WEEK)
    with pytest.raises(CheckViolation, match="earlier_month"):
        old.remove(FEBRUARY)
    old.exported(JANUARY, WEEK)
    assert old.service.remove() == [(JANUARY, 5), (FEBRUARY, 2)]


def test_what_changed_since_is_exported_again(old: Old) -> None:
    old.service.export(old.folder)
    old.exported(JANUARY, WEEK)
    old.write((old.database.people.colleague.user_id, on(30)))
    assert old.obstacles()[JANUARY] == Obstacle.CHANGED
    (month, made), *more = old.service.export(old.folder)
    assert (month, made.rows, more) == (JANUARY, 6, [])
    assert old.obstacles()[JANUARY] == Obstacle.WAITING  # seven days more
    old.exported(JANUARY, WEEK)
    assert old.service.remove() == [(JANUARY, 6)]
    assert old.is_whole()


def test_an_export_is_recorded_only_as_it_is(old: Old) -> None:
    (_, made), *_ = old.service.export(old.folder)
    chains = '[{"chain": "00000000-0000-0000-0000-000000000000", "rows": 1, "seq": 1, "hash": "00"}]'
    for month, word in (
        (JANUARY, "changed"),
        (date(2026, 10, 1), "too_young"),
        (date(2019, 1, 2), "no_month"),
    ):
        with psycopg.connect(old.database.owner_url) as owner, pytest.raises(CheckViolation, match=word):
            owner.execute(
                "SELECT idexx_app.record_audit_export(%s, %s, %s)", (month, chains, made.path.read_bytes())
            )


def test_young_months_are_not_even_exported(old: Old) -> None:
    now = datetime.now(UTC)
    # by the rule of the month, which is tested with other moments below
    month = date(now.year - 6, now.month, 1)
    a = old.database.people.a.user_id
    old.root(f"DELETE FROM {LOG}", "DELETE FROM idexx_app.audit_heads")
    old.write((a, datetime(month.year, month.month, 1, tzinfo=UTC)))
    assert old.obstacles() == {}
    assert old.service.overview().kept_until == kept_until(month)
    with pytest.raises(CheckViolation, match="too_young"):
        old.remove(month)


def test_a_file_that_can_not_be_written_leaves_the_month_to_be_exported(old: Old) -> None:
    with pytest.raises(Failure) as refused:
        old.service.export(old.folder / "nowhere")
    assert refused.value.code == FailureCode.INVALID_INPUT
    assert old.obstacles()[JANUARY] == Obstacle.NOT_EXPORTED


def test_the_right_to_delete_is_nobodys_even_meanwhile(old: Old) -> None:
    old.service.export(old.folder)
    old.exported(JANUARY, WEEK)
    delete = f"DELETE FROM {LOG}".encode()
    with (
        psycopg.connect(old.database.owner_url) as removing,
        psycopg.connect(old.database.owner_url) as other,
    ):
        removing.execute("SELECT idexx_app.remove_audit_month('2019-01-01')")
        other.execute("SET SESSION AUTHORIZATION idexx_owner")
        with pytest.raises(InsufficientPrivilege):
            other.execute(delete)
        # the same transaction, after the function: neither the owner nor a superuser
        with pytest.raises(InsufficientPrivilege, match="append-only"), removing.transaction():
            removing.execute(delete)
        removing.execute("SET LOCAL ROLE idexx_owner")
        with pytest.raises(InsufficientPrivilege), removing.transaction():
            removing.execute(delete)
    assert len(old.ask(f"SELECT FROM {LOG} WHERE timestamp < '2019-02-01'")) == 0
    # even where the right to delete was given away by mistake
    old.root(f"GRANT DELETE ON {LOG} TO idexx_user", f"CREATE POLICY x ON {LOG} FOR DELETE USING (true)")
    with (
        psycopg.connect(old.database.url(old.database.people.a)) as user,
        pytest.raises(InsufficientPrivilege),
    ):
        user.execute(delete)


def test_what_was_exported_and_removed_stays_written(old: Old) -> None:
    old.service.export(old.folder)
    old.exported(JANUARY, WEEK)
    old.service.remove()
    old.service.place_hold("lawsuit")
    for table in ("audit_exports", "audit_checkpoints", "audit_holds"):
        for attempt in (f"DELETE FROM idexx_app.{table}", f"TRUNCATE idexx_app.{table} CASCADE"):
            with psycopg.connect(old.database.owner_url) as root, pytest.raises(InsufficientPrivilege):
                root.execute(attempt.encode())
    for change in ("audit_exports SET manifest = ''", "audit_checkpoints SET hash = ''"):
        with psycopg.connect(old.database.owner_url) as root, pytest.raises(InsufficientPrivilege):
            root.execute(f"UPDATE idexx_app.{change}".encode())
