"""What people decided: nobody but the functions writes it, in the name of whoever is logged in, by the server's clock.

On our own database and on an adopted one; what a test does is rolled back, and what would be recorded at the end of its
transaction is recorded before (`SET CONSTRAINTS ALL IMMEDIATE`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, FeatureNotSupported, InsufficientPrivilege

from tests.attacks.filled import Filled
from tests.attacks.rows import BY_FUNCTION, TABLES, fill
from tests.support.postgres import ClinicDatabase

# of these, something is said later: who sees them may say more of them, by functions of their own
SAID_OF = {"neo_fields", "neo_values", "practice_words", "known_sentences", "question_sets"}
FACTS = sorted(BY_FUNCTION - SAID_OF - {"idexx_sync_audit_log", "call_claims"})
NUMBER = "+15105550142"
DECIDE = "SELECT * FROM idexx_app.decide_visit(%s, %s, %s, %s, 'h1', %s)"
# by role, as the documents name them: the e-mail addresses are what names them in facts
MEMBERS = ("a", "liar", "colleague", "gateway as A")
STRANGERS = ("b", "admin", "service", "unmapped", "gateway as nobody", "gateway, malformed claims")


def columns(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        (f"public.{table}",),
    )
    return [row[0] for row in rows]


def refused(connection: psycopg.Connection, statement: str) -> bool:
    """For want of a right, or as others refer to the table; rolled back where it isn't."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except (InsufficientPrivilege, FeatureNotSupported):
        return True
    return False


def rows(connection: psycopg.Connection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode(), values).fetchall()


@pytest.mark.parametrize("who", ["a", "colleague", "b", "admin", "service", "unmapped", "gateway as A"])
def test_every_way_to_write_a_fact_is_closed(filled: Filled, who: str) -> None:
    with filled.connected(who) as connection:
        for table in FACTS:
            name = f"public.{table}"
            attempts = [f"UPDATE {name} SET {each} = {each}" for each in columns(connection, table)]
            attempts += [
                f"INSERT INTO {name} DEFAULT VALUES",
                f"INSERT INTO {name} SELECT * FROM {name}",
                f"INSERT INTO {name} SELECT * FROM {name} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
                f"DELETE FROM {name}",
                f"TRUNCATE {name}",
                f"MERGE INTO {name} t USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
                f"COPY {name} FROM STDIN",
                f"SELECT * FROM {name} FOR UPDATE",
                f"ALTER TABLE {name} DISABLE TRIGGER ALL",
                f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE",
            ]
            assert [each for each in attempts if not refused(connection, each)] == []


@pytest.mark.parametrize("table", FACTS)
def test_not_even_the_owner_changes_one(filled: Filled, table: str) -> None:
    """The trigger refuses it to the owner's role and to a superuser, whatever is changed."""
    with psycopg.connect(filled.database.owner_url) as owner:
        for role in ("idexx_owner", None):
            if role:
                owner.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(role)))
            else:
                owner.execute("RESET SESSION AUTHORIZATION")
            changes = [
                f"UPDATE public.{table} SET {name} = NULL" for name in columns(owner, table) if name != "id"
            ]
            changes += [
                f"UPDATE public.{table} SET clinic_id = '{filled.b.clinic}'",
                f"DELETE FROM public.{table}",
                f"TRUNCATE public.{table} CASCADE",
            ]
            # what is NULL already doesn't change
            unchanged = {
                f"UPDATE public.{table} SET {name} = NULL" for name in ("scheduled_for", "undone_at")
            }
            unchanged |= {
                f"UPDATE public.{table} SET {name} = NULL" for name in ("withdrawn_at", "replaced_by")
            }
            unchanged |= {f"UPDATE public.{table} SET {name} = NULL" for name in ("undone_by", "use_instead")}
            if table == "fact_withdrawals":
                unchanged -= {f"UPDATE public.{table} SET withdrawn_at = NULL"}
            if table == "deaths":
                nobodys = ("patient_id", "client_id", "phone")
                unchanged |= {f"UPDATE public.{table} SET {name} = NULL" for name in nobodys}
            left = [each for each in changes if not refused(owner, each)]
            assert [each for each in left if each not in unchanged] == [], role
            for name in {"undone_at", "withdrawn_at"} & set(columns(owner, table)):
                assert refused(owner, f"UPDATE public.{table} SET {name} = now()"), "ended without a fact"


def test_author_name_and_time_are_the_servers(filled: Filled) -> None:
    """Whoever a client claims to be, and whatever its clock says."""
    for who in MEMBERS:
        person = {"colleague": filled.colleague}.get(who, filled.a)
        with filled.connected(who) as connection:
            [(email,)] = rows(connection, "SELECT email FROM public.users WHERE id = %s", person.user)
            connection.execute(DECIDE.encode(), (person.clinic, "a:77", "call", " why ", None))
            connection.execute("SELECT idexx_app.record_opt_out(%s, %s, 'asked')", (person.clinic, NUMBER))
            connection.execute(
                "SELECT idexx_app.record_call_outcome(%s, %s, 'voicemail', 'beep')",
                (person.clinic, person.call),
            )
            connection.execute("SELECT idexx_app.withdraw_opt_out(%s, %s)", (person.clinic, NUMBER))
            for query in (
                "SELECT decided_by::text, decided_by_name, decided_at - now() FROM visit_decisions"
                " WHERE visit_key = 'a:77' AND why = 'why'",
                "SELECT recorded_by::text, recorded_by_name, recorded_at - now() FROM opt_outs WHERE why = 'asked'",
                "SELECT user_id::text, recorded_by, recorded_at - now() FROM call_outcomes WHERE note = 'beep'",
                "SELECT withdrawn_by::text, withdrawn_by_name, withdrawn_at - now() FROM fact_withdrawals"
                " WHERE fact = 'opt_out'",
            ):
                [(author, name, late)] = rows(connection, query)
                assert (author, name) == (person.user, email), who
                assert timedelta(0) <= late < timedelta(minutes=1), who


def test_one_row_of_the_record_for_each_fact(filled: Filled) -> None:
    """In the author's chain, in the same transaction; deciding anew is one, and so is taking back."""
    mine = (
        "SELECT action, status, metadata FROM public.idexx_sync_audit_log"
        " WHERE user_id = %s AND seq IS NOT NULL ORDER BY seq"
    )
    clinic, call = filled.a.clinic, filled.a.call
    with filled.connected("a") as connection:
        before = len(rows(connection, mine, filled.a.user))
        connection.execute(DECIDE.encode(), (clinic, "a:77", "call", "", None))
        connection.execute(DECIDE.encode(), (clinic, "a:77", "no_call", "", None))
        connection.execute("SELECT idexx_app.withdraw_decision(%s, 'a:77')", (clinic,))
        connection.execute("SELECT idexx_app.withdraw_decision(%s, 'a:77')", (clinic,))
        for _ in range(2):
            connection.execute("SELECT idexx_app.record_opt_out(%s, %s, '')", (clinic, NUMBER))
        for _ in range(2):
            connection.execute("SELECT idexx_app.withdraw_opt_out(%s, %s)", (clinic, NUMBER))
        for _ in range(2):
            connection.execute(
                "SELECT idexx_app.record_call_outcome(%s, %s, 'no_answer', '')", (clinic, call)
            )
        for _ in range(2):
            connection.execute("SELECT idexx_app.undo_call_outcome(%s, %s)", (clinic, call))
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        said = rows(connection, mine, filled.a.user)[before:]
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
    visit = {"visit_key": "a:77"}
    assert said == [
        ("visit.decided", "call", visit),
        ("visit.decided", "no_call", visit),
        ("visit.decision_undone", "ok", visit),
        ("opt_out.recorded", "ok", None),
        ("opt_out.withdrawn", "ok", None),
        ("call.outcome", "no_answer", {"call_id": call}),
        ("call.outcome_undone", "ok", {"call_id": call}),
    ]


def test_nobody_says_anything_in_another_clinic(filled: Filled) -> None:
    statements = (
        "SELECT idexx_app.decide_visit(%(clinic)s, 'a:77', 'call', '', '', NULL)",
        "SELECT idexx_app.withdraw_decision(%(clinic)s, 'a:77')",
        "SELECT idexx_app.record_opt_out(%(clinic)s, '+15105550142', '')",
        "SELECT idexx_app.withdraw_opt_out(%(clinic)s, '+15105550142')",
        "SELECT idexx_app.record_call_outcome(%(clinic)s, %(call)s, 'voicemail', '')",
        "SELECT idexx_app.undo_call_outcome(%(clinic)s, %(call)s)",
    )
    for who in STRANGERS:
        with filled.connected(who) as connection:
            for statement in statements:
                with pytest.raises(InsufficientPrivilege), connection.transaction():
                    connection.execute(statement.encode(), {"clinic": filled.a.clinic, "call": filled.a.call})


def test_a_call_of_somebody_else_is_not_touched(filled: Filled) -> None:
    """Neither a colleague's, nor one of another clinic, nor by naming one's own clinic."""
    say = "SELECT idexx_app.record_call_outcome(%s, %s, 'voicemail', '')"
    undo = "SELECT idexx_app.undo_call_outcome(%s, %s)"
    for who, clinic in (("colleague", filled.a.clinic), ("b", filled.b.clinic)):
        with filled.connected(who) as connection:
            assert rows(connection, say, clinic, filled.a.call) == [(False,)]
            assert rows(connection, undo, clinic, filled.a.call) == [(None,)]
    with filled.connected("a") as connection:
        assert rows(connection, say, filled.a.clinic, filled.a.call) == [(True,)]
        assert rows(connection, say, filled.a.clinic, filled.a.call) == [(False,)]
        assert rows(connection, undo, filled.a.clinic, filled.a.call) == [("voicemail",)]


ABSURD = {
    "no key": ("", "call", "", None),
    "a long key": ("a:" + "1" * 119, "call", "", None),
    "a name for a key": ("a:Bella Smith", "call", "", None),
    "two lines": ("a:1\na:2", "call", "", None),
    "no choice": ("a:1", None, "", None),
    "another choice": ("a:1", "scheduled", "", None),
    "care of another kind": ("a:1", "no_call_with_care", "", None),
    "never with care": ("a:1", "call_with_care", "", "infinity"),
    "a novel": ("a:1", "call", "x" * 1001, None),
    "never": ("a:1", "call", "", "infinity"),
    "long ago": ("a:1", "call", "", "-infinity"),
    "a time for no call": ("a:1", "no_call", "", "2026-12-01Z"),
}


@pytest.mark.parametrize("what", ABSURD)
def test_what_nobody_can_decide(filled: Filled, what: str) -> None:
    with filled.connected("a") as connection, pytest.raises(CheckViolation):
        connection.execute(DECIDE.encode(), (filled.a.clinic, *ABSURD[what]))


def test_a_call_with_care_may_have_a_time_and_is_recorded_as_that(filled: Filled) -> None:
    with filled.connected("a") as connection:
        decided = connection.execute(
            DECIDE.encode(), (filled.a.clinic, "a:77", "call_with_care", "", "2026-12-01Z")
        )
        assert decided.fetchone()
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        said = (
            "SELECT status FROM idexx_sync_audit_log WHERE action = 'visit.decided' ORDER BY seq DESC LIMIT 1"
        )
        assert rows(connection, said) == [("call_with_care",)]


@pytest.mark.parametrize(
    "number", ["", "5105550142", "+0105550142", "+1510555014x", "+1 510 555 0142", "+1" * 20, None]
)
def test_what_is_no_number(filled: Filled, number: str | None) -> None:
    with filled.connected("a") as connection, pytest.raises(CheckViolation):
        connection.execute("SELECT idexx_app.record_opt_out(%s, %s, '')", (filled.a.clinic, number))


def test_a_colleague_takes_back_in_their_own_name(filled: Filled) -> None:
    """What A decided stays, signed by A; that it no longer holds is signed by the colleague."""
    with psycopg.connect(filled.database.owner_url) as root:
        for who, statement in (
            ("test_a", DECIDE),
            ("test_colleague", "SELECT idexx_app.withdraw_decision(%s, %s)"),
        ):
            root.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(who)))
            root.execute(
                statement.encode(), (filled.a.clinic, "a:77", "no_call", "", None)[: statement.count("%s")]
            )
        found = rows(
            root,
            "SELECT d.decided_by::text, d.choice, d.undone_at = w.withdrawn_at, w.withdrawn_by::text"
            " FROM visit_decisions d JOIN fact_withdrawals w ON w.fact_id = d.id WHERE d.visit_key = 'a:77'",
        )
        root.rollback()
    assert found == [(filled.a.user, "no_call", True, filled.colleague.user)]


def test_a_trigger_of_somebody_else_on_the_calls_is_never_started(adopted: Filled) -> None:
    """It would run with the rights of our functions' owner."""
    name = "public.scheduled_discharge_calls"
    with psycopg.connect(adopted.database.owner_url) as root:
        root.execute(f"GRANT TRIGGER ON {name} TO test_b; GRANT CREATE ON SCHEMA public TO test_b".encode())
        root.execute("SET SESSION AUTHORIZATION test_b")
        root.execute(
            f"""
            CREATE FUNCTION public.mine() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN UPDATE public.users SET email = 'stolen'; RETURN NEW; END $$;
            CREATE TRIGGER mine BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION public.mine()
            """.encode()
        )
        root.execute("SET SESSION AUTHORIZATION test_a")
        with pytest.raises(InsufficientPrivilege, match="trigger of somebody else"):
            root.execute(
                "SELECT idexx_app.record_call_outcome(%s, %s, 'voicemail', '')",
                (adopted.a.clinic, adopted.a.call),
            )
        root.rollback()


def test_facts_outlive_their_author_and_go_with_their_clinic(clinic_database: ClinicDatabase) -> None:
    people = clinic_database.people
    with psycopg.connect(clinic_database.owner_url) as owner:
        fill(owner, people.a)
        with psycopg.connect(clinic_database.url(people.a)) as connection:
            connection.execute(DECIDE.encode(), (people.a.clinic_id, "a:77", "call", "", None))
            connection.execute("SELECT idexx_app.withdraw_decision(%s, 'a:77')", (people.a.clinic_id,))
        owner.commit()
        for table in ("consultation_sync_status", "visits", "scheduled_discharge_calls", "cases", "users"):
            whose = "id" if table == "users" else "user_id"
            owner.execute(f"DELETE FROM public.{table} WHERE {whose} = %s".encode(), (people.a.user_id,))
        assert rows(owner, "SELECT 1 FROM call_outcomes") == []
        kept = rows(owner, "SELECT decided_by, decided_by_name FROM visit_decisions WHERE visit_key = 'a:77'")
        withdrawn = (
            "SELECT withdrawn_by, withdrawn_by_name FROM fact_withdrawals WHERE withdrawn_by_name <> ''"
        )
        kept += rows(owner, withdrawn)
        assert kept == [(None, "test_a@oak.example")] * 2
        owner.execute("DELETE FROM public.users WHERE email LIKE '%oak.example'")
        owner.execute("DELETE FROM public.clinics WHERE id = %s", (people.a.clinic_id,))
        for table in FACTS:
            assert rows(owner, f"SELECT 1 FROM {table} WHERE clinic_id = %s", people.a.clinic_id) == [], table


def test_the_tables_of_facts_are_known() -> None:
    assert {table for table in TABLES if "decided_by" in TABLES[table].values} <= set(FACTS)
