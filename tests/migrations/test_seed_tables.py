"""The four tables of the user's own schema document: exactly its columns, checks, defaults, keys and indexes."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.postgres import ClinicDatabase

# name, type, nullable, default; in the document's order
Column = tuple[str, str, bool, str | None]
UUID_KEY: Column = ("id", "uuid", False, "gen_random_uuid()")
NOW = "now()"
COLUMNS: dict[str, list[Column]] = {
    "idexx_credentials": [
        UUID_KEY,
        ("user_id", "uuid", True, None),
        ("encrypted_username", "text", False, None),
        ("encrypted_password", "text", False, None),
        ("encryption_key_id", "text", False, None),
        ("last_validated_at", "timestamp with time zone", True, None),
        ("validation_status", "text", True, None),
        ("created_at", "timestamp with time zone", True, NOW),
        ("updated_at", "timestamp with time zone", True, NOW),
    ],
    "idexx_sync_sessions": [
        UUID_KEY,
        ("user_id", "uuid", True, None),
        ("clinic_id", "uuid", True, None),
        ("status", "text", True, None),
        ("started_at", "timestamp with time zone", True, NOW),
        ("completed_at", "timestamp with time zone", True, None),
        ("consultations_synced", "integer", True, "0"),
        ("consultations_failed", "integer", True, "0"),
        ("discharge_calls_scheduled", "integer", True, "0"),
        ("error_details", "jsonb", True, None),
        ("next_scheduled_sync", "timestamp with time zone", True, None),
        ("created_at", "timestamp with time zone", True, NOW),
    ],
    "consultation_sync_status": [
        UUID_KEY,
        ("consultation_id", "text", False, None),
        ("user_id", "uuid", True, None),
        ("case_id", "uuid", True, None),
        ("sync_status", "text", True, None),
        ("has_clinical_notes", "boolean", True, "false"),
        ("notes_synced_at", "timestamp with time zone", True, None),
        ("discharge_call_scheduled", "boolean", True, "false"),
        ("discharge_call_id", "uuid", True, None),
        ("last_sync_attempt", "timestamp with time zone", True, None),
        ("created_at", "timestamp with time zone", True, NOW),
        ("updated_at", "timestamp with time zone", True, NOW),
    ],
    "idexx_sync_audit_log": [
        UUID_KEY,
        ("timestamp", "timestamp with time zone", True, NOW),
        ("user_id", "uuid", True, None),
        ("action", "text", False, None),
        ("status", "text", True, None),
        ("ip_address", "inet", True, None),
        ("session_id", "text", True, None),
        ("error_details", "jsonb", True, None),
        ("metadata", "jsonb", True, None),
    ],
}
# what the document says; `idexx_sync_audit_log` has no key to users on purpose (migration 0002 says why)
CONSTRAINTS: dict[str, set[str]] = {
    "idexx_credentials": {
        "PRIMARY KEY (id)",
        "UNIQUE (user_id)",
        "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE",
        "CHECK ((validation_status = ANY (ARRAY['valid'::text, 'invalid'::text, 'unknown'::text])))",
    },
    "idexx_sync_sessions": {
        "PRIMARY KEY (id)",
        "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE",
        "FOREIGN KEY (clinic_id) REFERENCES clinics(id)",
        "CHECK ((status = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text, 'timeout'::text])))",
    },
    "consultation_sync_status": {
        "PRIMARY KEY (id)",
        "UNIQUE (consultation_id, user_id)",
        "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE",
        "FOREIGN KEY (case_id) REFERENCES cases(id)",
        "FOREIGN KEY (discharge_call_id) REFERENCES scheduled_discharge_calls(id)",
        "CHECK ((sync_status = ANY (ARRAY['pending'::text, 'synced'::text, 'failed'::text])))",
    },
    "idexx_sync_audit_log": {"PRIMARY KEY (id)"},
}
# what we add, which may bind only rows that fill in what we add
ADDED_CONSTRAINTS = {"FOREIGN KEY (clinic_id) REFERENCES clinics(id)", "UNIQUE (chain, seq)"}
INDEXED: dict[str, set[str]] = {
    "idexx_credentials": {"user_id", "validation_status"},
    "idexx_sync_sessions": {"user_id", "status", "started_at"},
    "consultation_sync_status": {"user_id", "case_id", "consultation_id", "sync_status"},
    "idexx_sync_audit_log": {"user_id", "timestamp", "action"},
}
TABLES = sorted(COLUMNS)


@pytest.mark.parametrize("table", TABLES)
def test_columns(clinic_database: ClinicDatabase, table: str) -> None:
    with psycopg.connect(clinic_database.owner_url) as connection:
        found = connection.execute(
            "SELECT column_name, data_type, is_nullable = 'YES', column_default FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            (table,),
        ).fetchall()
    documented = COLUMNS[table]
    assert found[: len(documented)] == documented
    # an insert of the document's shape must work whatever we added
    assert all(nullable or default is not None for _, _, nullable, default in found[len(documented) :])


@pytest.mark.parametrize("table", TABLES)
def test_constraints(clinic_database: ClinicDatabase, table: str) -> None:
    with psycopg.connect(clinic_database.owner_url) as connection:
        rows = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype <> 'n'",
            (table,),
        )
        found = {row[0] for row in rows}
    assert found - ADDED_CONSTRAINTS == CONSTRAINTS[table] - ADDED_CONSTRAINTS
    assert found >= CONSTRAINTS[table]


@pytest.mark.parametrize("table", TABLES)
def test_indexes(clinic_database: ClinicDatabase, table: str) -> None:
    with psycopg.connect(clinic_database.owner_url) as connection:
        rows = connection.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
            " AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = %s::regclass AND i.indnkeyatts = 1 AND i.indpred IS NULL",
            (table,),
        )
        assert {row[0] for row in rows} - {"id"} == INDEXED[table]


def test_rows_of_the_documents_shape(clinic_database: ClinicDatabase) -> None:
    """What another program that knows only the document would write."""
    a = clinic_database.people.a
    with psycopg.connect(clinic_database.owner_url) as connection:
        connection.execute(
            "INSERT INTO idexx_credentials (user_id, encrypted_username, encrypted_password, encryption_key_id,"
            " validation_status) VALUES (%s, 'x', 'y', 'k1', 'valid')",
            (a.user_id,),
        )
        connection.execute(
            "INSERT INTO idexx_sync_sessions (user_id, clinic_id, status) VALUES (%s, %s, 'running')",
            (a.user_id, a.clinic_id),
        )
        connection.execute(
            "INSERT INTO consultation_sync_status (consultation_id, user_id, sync_status) VALUES ('1', %s, 'synced')",
            (a.user_id,),
        )
        connection.execute(
            "INSERT INTO idexx_sync_audit_log (user_id, action, status, ip_address, session_id, metadata)"
            " VALUES (%s, 'sync', 'done', '10.0.0.1', 's1', '{}')",
            (a.user_id,),
        )


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("idexx_credentials", "validation_status"),
        ("idexx_sync_sessions", "status"),
        ("consultation_sync_status", "sync_status"),
    ],
)
def test_a_word_outside_of_the_check_is_refused(
    clinic_database: ClinicDatabase, table: str, column: str
) -> None:
    needed = {
        "idexx_credentials": ("encrypted_username, encrypted_password, encryption_key_id", "'x', 'y', 'k'"),
        "idexx_sync_sessions": ("started_at", "now()"),
        "consultation_sync_status": ("consultation_id", "'1'"),
    }
    names, values = needed[table]
    statement = f"INSERT INTO {table} ({names}, {column}) VALUES ({values}, 'done')"
    with (
        psycopg.connect(clinic_database.owner_url) as connection,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        connection.execute(statement.encode())


def test_deleting_a_user_keeps_the_activity_record(clinic_database: ClinicDatabase) -> None:
    """The one departure from the document: the log outlives the account, everything else goes with it."""
    a = clinic_database.people.a
    with psycopg.connect(clinic_database.owner_url) as connection:
        connection.execute(
            "INSERT INTO visit_decisions (clinic_id, visit_key, choice, decided_by) VALUES (%s, 'a:1', 'ignore', %s)",
            (a.clinic_id, a.user_id),
        )
        connection.execute(
            "INSERT INTO idexx_sync_sessions (user_id, clinic_id, status) VALUES (%s, %s, 'completed')",
            (a.user_id, a.clinic_id),
        )
    with psycopg.connect(clinic_database.url(a)) as connection:
        connection.execute("SELECT idexx_app.audit('sync.finished', 'done')")
    with psycopg.connect(clinic_database.owner_url) as connection:
        connection.execute("DELETE FROM users WHERE id = %s", (a.user_id,))
        counted = [
            connection.execute(query, (a.user_id,)).fetchone()
            for query in (
                "SELECT count(*) FROM idexx_sync_audit_log WHERE user_id = %s AND action = 'sync.finished'",
                "SELECT count(*) FROM idexx_sync_sessions WHERE user_id = %s",
            )
        ]
        decision = connection.execute("SELECT decided_by FROM visit_decisions").fetchone()
    assert counted == [(1,), (0,)]
    assert decision == (None,)
