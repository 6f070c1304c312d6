"""Nothing leaves the activity record early, changed, by anybody else, or in any other way."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege

from idexx_desktop.domain.retention import Obstacle, kept_until, month_end
from tests.db.old_record import JANUARY, LOG
from tests.domain.retention_model import Entry, obstacle_of
from tests.support.old_rows import as_root, empty_record, make_writer
from tests.support.postgres import ClinicDatabase, People

SECOND_OF_A = "user_id = (SELECT user_id FROM idexx_app.logins WHERE role_name = 'test_a') AND seq = 2"
LAST_OF_SYSTEM = "user_id IS NULL AND seq = 1"
HOLD = "INSERT INTO idexx_app.audit_holds (reason, placed_by, user_id) VALUES ('lawsuit', 'x', {})"
OF_B = "(SELECT user_id FROM idexx_app.logins WHERE role_name = 'test_b')"
EXPORTED = "UPDATE idexx_app.audit_exports SET exported_at = clock_timestamp()"
# what happens once January was exported eight days ago, and what it is then kept for
AFTERWARDS: dict[str, tuple[str, str]] = {
    "six days": (f"{EXPORTED} - interval '167:59:30'", "waiting"),
    "the clock went back": (f"{EXPORTED} + interval '400 days'", "waiting"),
    "everything is held": (HOLD.format("NULL"), "held"),
    "one person is held": (HOLD.format(OF_B), "held"),
    "a row is gone": (f"DELETE FROM {LOG} WHERE {SECOND_OF_A}", "out_of_order"),
    "the last row is gone": (f"DELETE FROM {LOG} WHERE {LAST_OF_SYSTEM}", "changed"),
    "a row came": ("SELECT pg_temp.write_at({a}, '2019-01-30')", "out_of_order"),
    "a row of a new chain came": ("SELECT pg_temp.write_at({colleague}, '2019-01-30')", "changed"),
    "a row is outside of every chain": (
        f"INSERT INTO {LOG} (timestamp, action) VALUES ('2019-01-09', 'sync.started')", "out_of_order",
    ),
    "a row was changed": (f"UPDATE {LOG} SET status = 'x' WHERE {SECOND_OF_A}", "broken"),
    "a row moved to another month": (
        f"UPDATE {LOG} SET timestamp = '2019-02-02' WHERE {SECOND_OF_A}", "out_of_order",
    ),
    "the end of a chain was changed": (f"UPDATE {LOG} SET hash = sha256('x') WHERE {LAST_OF_SYSTEM}", "changed"),
    "the export is gone": ("DELETE FROM idexx_app.audit_exports", "not_exported"),
}  # fmt: skip


@pytest.mark.parametrize("happened", AFTERWARDS)
def test_nothing_else_is_removed(root: psycopg.Connection, people: People, happened: str) -> None:
    statement, word = AFTERWARDS[happened]
    make_writer(root)
    people_ids = {"a": f"'{people.a.user_id}'", "colleague": f"'{people.colleague.user_id}'"}
    root.execute(statement.format(**people_ids).encode())
    root.execute("SET LOCAL session_replication_role = origin")
    before = root.execute(f"SELECT id FROM {LOG} ORDER BY id".encode()).fetchall()
    with pytest.raises(CheckViolation, match=f"not removed: {word}\n"), root.transaction():
        root.execute("SELECT idexx_app.remove_audit_month('2019-01-01')")
    assert root.execute(f"SELECT id FROM {LOG} ORDER BY id".encode()).fetchall() == before


def test_otherwise_it_is(root: psycopg.Connection) -> None:
    root.execute("SET LOCAL session_replication_role = origin")
    assert root.execute("SELECT idexx_app.remove_audit_month('2019-01-01')").fetchone() == (5,)


def life(chance: random.Random) -> tuple[list[Entry], dict[str, int]]:
    """Rows of two chains around a month's end, some already gone, by a clock that jumps."""
    gone = {chain: chance.choice((0, 0, 2)) for chain in "ab"}
    numbers = dict(gone)
    entries = []
    now = datetime(2019, 1, 20, tzinfo=UTC)
    for _ in range(chance.randrange(1, 9)):
        now += timedelta(hours=chance.randrange(200))
        chain = chance.choice("ab")
        numbers[chain] += 1 + (chance.random() < 0.05)
        jump = chance.choice((0, 0, 0, 0, -20, 20, -2000))
        edge = chance.choice(
            (None, None, None, month_end(JANUARY), month_end(JANUARY) - timedelta(microseconds=1))
        )
        entries.append(Entry(chain, numbers[chain], edge or now + timedelta(days=jump)))
    return entries, gone


def test_the_database_decides_as_the_rule_says(clinic_database: ClinicDatabase) -> None:
    """300 lives of a record, at moments around the day on which January 2019 comes of age."""
    people = clinic_database.people
    ids = {"a": people.a.user_id, "b": people.b.user_id}
    outcomes: Counter[Obstacle | None] = Counter()
    with psycopg.connect(clinic_database.owner_url) as connection:
        as_root(connection)
        empty_record(connection)
        connection.execute(
            "INSERT INTO idexx_app.audit_exports (month, since, chains, manifest, exported_by)"
            " VALUES ('2018-12-01', '-infinity', '[]', '', 'x')"
        )
        for seed in range(300):
            chance = random.Random(seed)  # noqa: S311 - a life that can be lived again
            entries, gone = life(chance)
            off = chance.choice(
                (timedelta(), -timedelta(microseconds=1), timedelta(days=chance.randrange(-40, 400)))
            )
            moment = kept_until(JANUARY) + off
            held = chance.choice((frozenset(), frozenset(), frozenset("a"), None))
            with connection.transaction(force_rollback=True):
                put(connection, ids, entries, gone, held)
                row = connection.execute(
                    "SELECT idexx_app.audit_month_obstacle(%s, %s)", (JANUARY, moment)
                ).fetchone()
            expected = obstacle_of(JANUARY, moment, entries, gone, held)
            assert row == (None if expected is None else str(expected),), seed
            outcomes[expected] += 1
    assert min(outcomes[each] for each in (None, *Obstacle) if each in outcomes or each is None) >= 10
    assert len(outcomes) == 5


def put(
    connection: psycopg.Connection,
    ids: dict[str, str],
    entries: list[Entry],
    gone: dict[str, int],
    held: frozenset[str] | None,
) -> None:
    cursor = connection.cursor()
    cursor.executemany(
        f"INSERT INTO {LOG} (chain, user_id, seq, timestamp, action) VALUES (%s, %s, %s, %s, 'sync.started')".encode(),
        [(ids[each.chain], ids[each.chain], each.seq, each.timestamp) for each in entries],
    )
    cursor.executemany(
        "INSERT INTO idexx_app.audit_checkpoints (chain, seq, hash, month, export_number)"
        " SELECT %s, %s, '', '2018-12-01', max(number) FROM idexx_app.audit_exports",
        [(ids[chain], seq) for chain, seq in gone.items() if seq],
    )
    cursor.executemany(
        "INSERT INTO idexx_app.audit_holds (reason, user_id, placed_by) VALUES ('x', %s, 'x')",
        [(None,)] if held is None else [(ids[chain],) for chain in held],
    )


ONLY_THE_OWNER = (
    "SELECT idexx_app.remove_audit_month('2019-01-01')",
    "SELECT idexx_app.record_audit_export('2019-01-01', '[]', '')",
    "SELECT idexx_app.audit_removal_obstacle('2019-01-01', now())",
    "SELECT idexx_app.audit_month_obstacle('2019-01-01', now() + interval '99 years')",
    "SELECT idexx_app.append_audit(NULL, 'sync.started', 'x', NULL, NULL, NULL)",
    "SELECT idexx_app.keep_record()",
    "SELECT idexx_app.user_deleted()",
    "SELECT * FROM idexx_app.audit_exports",
    "SELECT * FROM idexx_app.audit_holds",
    "SELECT * FROM idexx_app.audit_checkpoints",
    "DELETE FROM idexx_app.audit_holds",
    "UPDATE idexx_app.audit_exports SET exported_at = '2000-01-01'",
    "INSERT INTO idexx_app.audit_checkpoints (chain, seq, hash, month, export_number)"
    " SELECT idexx_app.current_user_id(), 99, '', '2019-01-01', 1",
    "SELECT set_config('idexx_app.retention', 'on', false), set_config('role', 'idexx_owner', false);"
    f" DELETE FROM {LOG}",
    f"SET idexx_app.removing = '2019-01-01'; DELETE FROM {LOG}",
)


@pytest.mark.parametrize("login", ["test_a", "test_admin", "idexx_service"])
def test_the_steps_are_the_owners(root: psycopg.Connection, login: str) -> None:
    root.execute("SET LOCAL session_replication_role = origin")
    root.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(sql.Identifier(login)))
    for attempt in ONLY_THE_OWNER:
        with pytest.raises(InsufficientPrivilege), root.transaction():
            root.execute(attempt.encode())
