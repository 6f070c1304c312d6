"""Users that are deleted stay in the record: what they did, under their login's name, and that they were deleted."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from idexx_desktop.db import provision
from idexx_desktop.domain.audit_chain import Evidence, check_chains
from tests.support.many_rows import fill_audit
from tests.support.platform import ANNA, BEN
from tests.support.postgres import NEO_URL, OAK, PASSWORD, AllRecords, TestServer

USERS = 1000
# made-up rows have any action, and no details
DELETED = (
    "SELECT metadata ->> 'user_id', user_id, actor FROM public.idexx_sync_audit_log"
    " WHERE action = 'user.deleted' AND metadata ? 'user_id'"
)


def test_a_thousand_users(clinic_records: AllRecords) -> None:
    """Every row stays and says whose it was; each deletion is recorded once, in whole chains, in seconds."""
    database = clinic_records.database
    with psycopg.connect(database.owner_url) as root:
        root.execute(
            "INSERT INTO users (id, email) SELECT md5('made up ' || n)::uuid, n || '@x.example'"
            " FROM generate_series(1, %s) n",
            (USERS,),
        )
    fill_audit(database.owner_url, USERS + 4, 2 * USERS + 8)
    everything = "SELECT * FROM idexx_sync_audit_log WHERE action <> 'user.deleted' ORDER BY chain, seq"
    with psycopg.connect(database.owner_url) as root:
        before = root.execute(everything.encode()).fetchall()
        ids = {row[0] for row in root.execute("SELECT id::text FROM users WHERE email LIKE '%@x.example'")}
        started = time.monotonic()
        root.execute("DELETE FROM users WHERE email LIKE '%@x.example'")
        root.commit()
        assert time.monotonic() - started < 20
        assert root.execute(everything.encode()).fetchall() == before
        rows = root.execute(DELETED.encode()).fetchall()
        unnamed = root.execute(
            "SELECT FROM idexx_sync_audit_log WHERE actor IS NULL OR actor = ''"
        ).fetchall()
    assert len(ids) == len(rows) == USERS
    assert {row[0] for row in rows} == ids
    assert {row[1:] for row in rows} == {(None, database.server.superuser)}
    assert unnamed == []
    with clinic_records.admin.snapshot() as tx:
        chains = tx.chains
        assert check_chains(chains.rows(), Evidence(chains.checkpoints(), chains.heads())).problem is None


def test_where_it_can_not_be_recorded_nobody_is_deleted(clinic_records: AllRecords) -> None:
    with psycopg.connect(clinic_records.database.owner_url) as root:
        root.execute("DELETE FROM idexx_app.audit_actions WHERE action = 'user.deleted'")
        root.commit()
        with pytest.raises(psycopg.errors.CheckViolation):
            root.execute("DELETE FROM users")
        root.rollback()
        assert root.execute("SELECT count(*) >= 4 FROM users").fetchone() == (True,)


def test_deleting_nobody_records_nothing(clinic_records: AllRecords) -> None:
    with psycopg.connect(clinic_records.database.owner_url) as root:
        root.execute("DELETE FROM users WHERE false")
        root.execute("DELETE FROM idexx_app.logins WHERE role_name = 'test_b'")
        assert root.execute(DELETED.encode()).fetchall() == []


@pytest.fixture
def platform(postgres: TestServer, adopted_database: str) -> Iterator[str]:
    """An adopted database, as its own service sees it: Anna has two logins of ours, Ben has one."""
    provision.create_clinic(adopted_database, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    logins = {"test_gone_1": "anna", "test_gone_2": "anna", "test_gone_3": "ben"}
    for login, name in logins.items():
        provision.add_user(adopted_database, f"{name}@oak.example", "user", login, PASSWORD, OAK)
    roles = [*logins, "test_platform"]
    with psycopg.connect(adopted_database) as root:
        root.execute(f"CREATE ROLE test_platform LOGIN BYPASSRLS PASSWORD '{PASSWORD}'".encode())
        root.execute("GRANT DELETE ON ALL TABLES IN SCHEMA public TO test_platform")
        for table in ("scheduled_discharge_calls", "patients", "cases"):
            root.execute(f"DELETE FROM public.{table}".encode())
    yield postgres.url(adopted_database.rsplit("/", 1)[1], "test_platform")
    with psycopg.connect(adopted_database) as root:
        for role in roles:
            root.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
    for role in roles:
        postgres.run(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_a_platforms_own_service_deletes(platform: str, adopted_database: str) -> None:
    with psycopg.connect(platform) as service:
        service.execute("DELETE FROM public.users")
    with psycopg.connect(adopted_database) as root:
        rows = root.execute(DELETED.encode()).fetchall()
        left = root.execute("SELECT count(*) FROM idexx_app.logins").fetchone()
    assert sorted(rows) == [(ANNA, None, "test_platform"), (BEN, None, "test_platform")]
    assert left == (0,)


def test_a_platform_is_never_kept_from_it(platform: str, adopted_database: str) -> None:
    with psycopg.connect(adopted_database) as root:
        root.execute("DELETE FROM idexx_app.audit_actions")
    with psycopg.connect(platform) as service:
        warnings: list[str | None] = []
        service.add_notice_handler(lambda notice: warnings.append(notice.message_primary))
        service.execute("DELETE FROM public.users WHERE id = %s", (ANNA,))
    with psycopg.connect(adopted_database) as root:
        assert root.execute("SELECT id::text FROM public.users").fetchall() == [(BEN,)]
        assert root.execute(DELETED.encode()).fetchall() == []
    assert warnings == ["idexx-desktop could not record that a user was deleted: 23514"]


def test_a_login_that_is_made_anew_is_no_deletion(platform: str, adopted_database: str) -> None:
    with psycopg.connect(adopted_database) as root:
        root.execute("DELETE FROM idexx_app.logins WHERE role_name = 'test_gone_3'")
        assert root.execute(DELETED.encode()).fetchall() == []
