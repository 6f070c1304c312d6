"""Nothing shared is changed without a row in the changer's name, and nobody writes a row that isn't theirs to write."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege
from psycopg.types.json import Jsonb

from idexx_desktop.domain.audit import METADATA_KEYS, RECORDED_BY, Action, Recorder
from tests.attacks.filled import Filled

SAID = (
    "SELECT action, status, metadata, user_id::text, actor FROM public.idexx_sync_audit_log"
    " WHERE user_id = %s AND seq > %s ORDER BY seq"
)
LAST = "SELECT COALESCE(max(seq), 0) FROM public.idexx_sync_audit_log WHERE user_id = %s"
AUDIT = "SELECT idexx_app.audit(%s, %s, %s, %s, %s)"

# another value for each column that a member may change, by its name or type
OTHER = {
    "max_attempts": "5", "caller": "'system'",
    "timezone": "'Europe/Paris'", "country": "'CA'", "neo_url": "'https://other.example'", "kind": "'dental'",
    "text": "'x'", "integer": "{0} + 1", "double precision": "{0} + 1", "boolean": "NOT {0}",
    "time without time zone": "'10:31'", "integer[]": "'{{2}}'", "date[]": "'{{2026-12-25}}'",
    "timestamp with time zone": "'2030-01-01Z'",
}  # fmt: skip
# what the scheduler notes, and when something was saved: no choice of anybody's
ROUTINE = {"updated_at", "next_due_at", "last_completed_at"}
SETTINGS = ("clinic_settings", "clinic_kind_rules", "sync_schedules")
ACTION = {"clinic_settings": "settings.changed", "clinic_kind_rules": "settings.changed"}


def changeable(connection: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    """The columns that this login may update, each with its type."""
    return connection.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND has_column_privilege(attrelid, attnum, 'UPDATE')",
        (f"public.{table}",),
    ).fetchall()


def said_by(connection: psycopg.Connection, user: str, *statements: str) -> list[tuple[Any, ...]]:
    """What these statements leave in the record by the end of their transaction; they are taken back."""
    with connection.transaction(force_rollback=True):
        row = connection.execute(LAST, (user,)).fetchone()
        assert row is not None
        for statement in statements:
            connection.execute(statement.encode())
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return connection.execute(SAID, (user, row[0])).fetchall()


@pytest.mark.parametrize("table", SETTINGS)
def test_every_column_of_the_settings_leaves_one_row(filled: Filled, table: str) -> None:
    a = filled.a
    with filled.connected("a") as connection:
        columns = changeable(connection, table)
        assert columns
        for name, kind in columns:
            value = OTHER.get(name, OTHER[kind]).format(name)
            change = f"UPDATE public.{table} SET {name} = {value} WHERE clinic_id = '{a.clinic}'"
            said = said_by(connection, a.user, change)
            actions = [row[0] for row in said]
            if name in ROUTINE:
                assert said == [], name
            elif name == "calls_paused":
                assert actions == ["calls.paused"]
            else:
                assert actions == [ACTION.get(table, "schedule.changed")], name
                [told] = said[0][2].values()
                assert told == [name] or told[0].startswith("kind_rules.")
            assert {row[3:] for row in said} <= {(a.user, "test_a")}


def test_many_changes_are_one_row(filled: Filled) -> None:
    a = filled.a
    of_clinic = f"WHERE clinic_id = '{a.clinic}'"
    with filled.connected("a") as connection:
        said = said_by(
            connection,
            a.user,
            f"UPDATE clinic_settings SET call_window_end = '17:00', concurrency = 7, calls_paused = true {of_clinic}",
            f"UPDATE clinic_settings SET emergency_phone = '+15105550100', concurrency = 8 {of_clinic}",
            f"INSERT INTO clinic_kind_rules (clinic_id, kind, delay_days, preferred_time)"
            f" VALUES ('{a.clinic}', 'dental', 3, '10:00')",
            f"UPDATE sync_schedules SET every_hours = 6, next_due_at = now() {of_clinic}",
            f"UPDATE clinic_settings SET review_mode = true {of_clinic}",
        )
        assert [row[:3] for row in said] == [
            ("calls.paused", "ok", None),
            (
                "settings.changed",
                "ok",
                {
                    "setting": [
                        "call_window_end", "concurrency", "emergency_phone", "kind_rules.dental", "review_mode",
                    ]
                },
            ),
            ("schedule.changed", "ok", {"setting": ["every_hours"]}),
        ]  # fmt: skip
        deleted = said_by(connection, a.user, f"DELETE FROM clinic_kind_rules {of_clinic}")
        assert [row[0] for row in deleted] == ["settings.changed"]
        same = f"UPDATE clinic_settings SET concurrency = concurrency, updated_at = now() {of_clinic}"
        assert said_by(connection, a.user, same) == []
        on_and_off = [
            f"UPDATE clinic_settings SET review_mode = {on} {of_clinic}" for on in ("true", "false")
        ]
        actions = {row[0] for row in said_by(connection, a.user, *on_and_off)}
        assert actions == {"settings.changed", "calls.turned_on"}


def test_a_service_and_a_gateway_sign_for_themselves(filled: Filled) -> None:
    users = {"gateway as A": (filled.a.user, "authenticator")}
    service = next(user for user, label in filled.labels.items() if label == "service")
    users["service"] = (service, "test_service")
    for who, (user, login) in users.items():
        with filled.connected(who) as connection:
            change = (
                f"UPDATE public.clinic_settings SET calls_paused = true WHERE clinic_id = '{filled.a.clinic}'"
            )
            connection.execute(change.encode())
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with psycopg.connect(filled.database.owner_url) as root:
            root.execute(f"SET SESSION AUTHORIZATION {login}".encode())
            root.execute("SELECT set_config('request.jwt.claims', %s, true)", (json.dumps({"sub": user}),))
            root.execute(change.encode())
            root.execute("SET CONSTRAINTS ALL IMMEDIATE")
            root.execute("RESET SESSION AUTHORIZATION")
            rows = root.execute(
                "SELECT action, user_id::text, actor FROM idexx_sync_audit_log ORDER BY timestamp DESC LIMIT 1"
            ).fetchall()
            root.rollback()
        assert rows == [("calls.paused", user, login)], who


ABSURD: dict[str, dict[str, tuple[str, ...]]] = {
    "clinic_settings": {
        "timezone": ("Mars/Olympus", "PST", "EST5EDT4", "", "../../etc/passwd", "localtime", "posix/UTC"),
        "clinic_phone": ("1" * 61,),
        "call_window_start": ("24:00",),
        "closed_weekdays": ("{7}", "{NULL}", "{{1},{2}}", "{-1}"),
        "closed_days": ("{infinity}", "{NULL}", "{4000-01-01}", "{{2026-01-01},{2026-01-02}}"),
        "concurrency": ("0", "21"),
        "slot_size": ("0", "61", "-1"),
        "calls_per_day": ("0", "21"),
        "calls_per_month": ("0", "101"),
        "caller": ("nobody", "", "System"),
        "max_attempts": ("0", "11", "-1"),
        "requests_per_second": ("NaN", "Infinity", "-1"),
    },
    "clinic_kind_rules": {"preferred_time": ("24:00",), "delay_days": ("31", "-1")},
    "sync_schedules": {
        "paused_until": ("infinity", "-infinity", "9999-12-31Z", "0001-01-01Z BC"),
        "next_due_at": ("infinity", "9999-12-31Z"),
        "last_completed_at": ("-infinity", "9999-12-31Z"),
        "every_hours": ("0", "25", "NaN"),
        "open_weekdays": ("{7}", "{NULL}"),
        "close_time": ("24:00",),
    },
    "missed_runs": {"caught_up_at": ("infinity", "9999-12-31Z")},
}


@pytest.mark.parametrize("table", ABSURD)
def test_what_programs_would_stumble_over_is_refused(filled: Filled, table: str) -> None:
    with filled.connected("a") as connection:
        for column, values in ABSURD[table].items():
            for value in values:
                with pytest.raises(CheckViolation), connection.transaction():
                    connection.execute(f"UPDATE public.{table} SET {column} = %s".encode(), (value,))


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE clinic_settings SET notes_kept_days = 1",
        "UPDATE clinic_settings SET clinic_id = clinic_id",
        "UPDATE clinic_kind_rules SET kind = 'dental'",
        "UPDATE missed_runs SET reason = 'off'",
        "UPDATE missed_runs SET due_at = now()",
        "INSERT INTO missed_runs (clinic_id, due_at, reason, caught_up_at) SELECT clinic_id, now(), 'off', now()"
        " FROM clinic_settings",
    ],
)
def test_what_no_program_of_a_members_writes(filled: Filled, attempt: str) -> None:
    with filled.connected("a") as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(attempt.encode())


# the record itself


def test_the_database_knows_the_programs_catalogue(filled: Filled) -> None:
    with psycopg.connect(filled.database.owner_url) as owner:
        rows = owner.execute(
            "SELECT action, recorded_by, metadata_keys FROM idexx_app.audit_actions"
        ).fetchall()
    known = {action: (recorder, frozenset(keys)) for action, recorder, keys in rows}
    assert known == {str(action): (str(RECORDED_BY[action]), METADATA_KEYS[action]) for action in Action}


MAY_RECORD = {
    "a": {Recorder.USER}, "liar": {Recorder.USER}, "admin": {Recorder.USER}, "service": {Recorder.USER},
    "gateway as A": {Recorder.USER}, "unmapped": set(), "gateway as nobody": set(), "owner": {Recorder.OWNER},
}  # fmt: skip


@pytest.mark.parametrize("who", MAY_RECORD)
def test_who_may_record_what(filled: Filled, who: str) -> None:
    """Every action, by everybody."""
    if who == "owner":
        filled.connections.setdefault(who, psycopg.connect(filled.database.owner_url))
    with filled.connected(who) as connection:
        for action in Action:
            may = True
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(AUDIT, (str(action), "ok", None, None, None))
            except InsufficientPrivilege:
                may = False
            assert may is (RECORDED_BY[action] in MAY_RECORD[who]), action


NESTED = {"visit_key": {"name": "Bella"}}
NOT_TO_BE_RECORDED: dict[str, tuple[object, ...]] = {
    "another action's key": ("visit.synced", "ok", None, {"rows": 3}, None),
    "a key of nobody's": ("visit.synced", "ok", None, {"patient_name": "Bella"}, None),
    "a name": ("visit.synced", "ok", None, {"visit_key": "Bella Smith"}, None),
    "two lines": ("visit.synced", "ok", None, {"visit_key": "a:1\na:2"}, None),
    "long": ("visit.synced", "ok", None, {"visit_key": "x" * 121}, None),
    "nested": ("visit.synced", "ok", None, NESTED, None),
    "nested in a list": ("visit.synced", "ok", None, {"visit_key": [["a:1"]]}, None),
    "a name in a list": ("visit.synced", "ok", None, {"visit_key": ["a:1", "Bella Smith"]}, None),
    "a number like a book": ("sync.finished", "ok", None, {"seen": 10**60}, None),
    "a list": ("visit.synced", "ok", None, ["a:1"], None),
    "a text": ("visit.synced", "ok", None, "a:1", None),
    "too much": ("visit.synced", "ok", None, {"visit_key": [f"a:{n:06}" for n in range(1000)]}, None),
    "a sentence as its result": ("visit.synced", "it was fine", None, None, None),
    "a long result": ("visit.synced", "x" * 41, None, None, None),
    "a sync of nobody's": ("visit.synced", "ok", "11111111-1111-4111-8111-111111111111", None, None),
    "no sync": ("visit.synced", "ok", "s-1", None, None),
    "another problem": ("visit.failed", "failed", None, None, {"title": "Bella (12 Mar)"}),
    "a problem's name": ("visit.failed", "failed", None, None, {"code": "Bella Smith"}),
    "a problem's list": ("visit.failed", "failed", None, None, {"detail": ["Bella"]}),
    "a problem's novel": ("visit.failed", "failed", None, None, {"detail": "x" * 501}),
    "no problem": ("visit.failed", "failed", None, None, "Bella"),
    "no such action": ("visit.stolen", "ok", None, None, None),
}


@pytest.mark.parametrize("what", NOT_TO_BE_RECORDED)
def test_what_no_row_says(filled: Filled, what: str) -> None:
    action, status, session, *details = NOT_TO_BE_RECORDED[what]
    as_json = [None if each is None else Jsonb(each) for each in details]
    with filled.connected("a") as connection, pytest.raises(CheckViolation):
        connection.execute(AUDIT, (action, status, session, *as_json))


def test_another_persons_sync_is_none(filled: Filled) -> None:
    """The same words whether it is there or not."""
    with psycopg.connect(filled.database.owner_url) as owner:
        found = owner.execute("SELECT user_id::text, id::text FROM public.idexx_sync_sessions").fetchall()
    session_of: dict[str, str] = dict(found)
    with filled.connected("a") as connection:
        connection.execute(AUDIT, ("sync.started", "running", session_of[filled.a.user], None, None))
        words = set()
        for session in (session_of[filled.b.user], session_of[filled.colleague.user], filled.a.call):
            with pytest.raises(CheckViolation) as refused, connection.transaction():
                connection.execute(AUDIT, ("sync.started", "running", session, None, None))
            words.add(refused.value.diag.message_primary)
    assert len(words) == 1
