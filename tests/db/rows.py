"""One row of A's and one of B's in every table, and what each identity may do with them, as the documents say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

import psycopg

from tests.support.postgres import ClinicDatabase, Person

# `own`: rows of the user; `clinic`: rows of the clinics that the user is a member of; `both`: both at once
Kind = Literal["own", "clinic", "both"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a user may do with rows of their own, and whether an admin reads everybody's."""

    kind: Kind
    commands: frozenset[str]
    admin_reads: bool
    columns: str
    values: str
    changed: str  # a column that an UPDATE sets to itself


def rules(
    kind: Kind, commands: str, columns: str, values: str, changed: str, *, admin_reads: bool = True
) -> Rules:
    return Rules(kind, frozenset(commands.split()), admin_reads, columns, values, changed)


WRITE = "SELECT INSERT UPDATE"
EVERYTHING = "SELECT INSERT UPDATE DELETE"
TABLES: dict[str, Rules] = {
    "users": rules("own", "SELECT", "email", "gen_random_uuid()::text", "first_name"),
    "clinics": rules("clinic", "SELECT", "name", "gen_random_uuid()::text", "phone"),
    "cases": rules("own", WRITE, "user_id, clinic_id", "%(user)s, %(clinic)s", "status"),
    "patients": rules("own", WRITE, "user_id, case_id, name", "%(user)s, %(case)s, 'Bella'", "name"),
    "scheduled_discharge_calls": rules(
        "own", WRITE, "user_id, case_id, dynamic_variables", "%(user)s, %(case)s, '{}'", "status"
    ),
    "idexx_credentials": rules(
        "own", EVERYTHING, "user_id, encrypted_username, encrypted_password, encryption_key_id",
        "%(user)s, 'u', 'p', 'k'", "encrypted_username", admin_reads=False,
    ),
    "neo_cookies": rules(
        "own", EVERYTHING, "credential_id, user_id, credential_version, encryption_key_id, encrypted_cookies",
        "%(credential)s, %(user)s, 1, 'k', 'c'", "encrypted_cookies", admin_reads=False,
    ),
    "computer_lists": rules(
        "own", "SELECT INSERT DELETE", "credential_id, user_id, lineage, version, document, signed_by, signature",
        "%(credential)s, %(user)s, %(key)s, 1, 'd', 'c', 's'", "document", admin_reads=False,
    ),
    "computer_requests": rules(
        "own", EVERYTHING, "credential_id, user_id, computer_id, computer_name, public_keys, proof",
        "%(credential)s, %(user)s, %(key)s, 'Front desk', 'k', 'p'", "answer", admin_reads=False,
    ),
    "sealed_keys": rules(
        "own", "SELECT INSERT DELETE",
        "credential_id, user_id, key_id, computer_id, sealed_key, signed_by, signature",
        "%(credential)s, %(user)s, %(key)s, 'c', 'k', 'c', 's'", "sealed_key", admin_reads=False,
    ),
    "recovery_kits": rules(
        "own", EVERYTHING, "credential_id, user_id, kit_id, anchor", "%(credential)s, %(user)s, 'k', 'a'", "anchor",
        admin_reads=False,
    ),
    "idexx_sync_sessions": rules(
        "own", WRITE, "user_id, clinic_id, status", "%(user)s, %(clinic)s, 'running'", "status"
    ),
    "consultation_sync_status": rules(
        "own", WRITE, "user_id, clinic_id, consultation_id, case_id, discharge_call_id",
        "%(user)s, %(clinic)s, %(key)s, %(case)s, %(call)s", "sync_status",
    ),
    "idexx_sync_audit_log": rules("own", "SELECT", "user_id, action", "%(user)s, 'sync.started'", "status"),
    "clinic_members": rules("own", "SELECT", "user_id, clinic_id", "%(user)s, %(clinic)s", "added_at"),
    "clinic_settings": rules(
        "clinic", WRITE, "clinic_id, timezone, neo_url", "%(clinic)s, 'UTC', 'https://x'", "timezone"
    ),
    "clinic_kind_rules": rules(
        "clinic", EVERYTHING, "clinic_id, kind, delay_days, preferred_time", "%(clinic)s, %(key)s, 1, '10:00'",
        "enabled",
    ),
    "sync_schedules": rules("clinic", WRITE, "clinic_id", "%(clinic)s", "enabled"),
    "missed_runs": rules(
        "clinic", WRITE, "clinic_id, due_at, reason", "%(clinic)s, clock_timestamp(), 'off'", "reason"
    ),
    "visits": rules(
        "both", WRITE, "clinic_id, user_id, visit_key, case_id, kind, state, reason_code, reason",
        "%(clinic)s, %(user)s, %(key)s, %(case)s, 'general', 'held', 'review', 'x'", "reason",
    ),
    "visit_notes": rules(
        "both", EVERYTHING, "clinic_id, user_id, visit_key, current_text", "%(clinic)s, %(user)s, %(key)s, 'x'",
        "current_text",
    ),
    "visit_readings": rules(
        "both", EVERYTHING, "clinic_id, user_id, visit_key, content, read_at",
        "%(clinic)s, %(user)s, %(key)s, '{}', now()", "content",
    ),
    "visit_decisions": rules(
        "clinic", WRITE, "clinic_id, visit_key, choice, decided_by", "%(clinic)s, %(key)s, 'ignore', %(user)s", "why"
    ),
    "call_visits": rules(
        "both", WRITE, "call_id, clinic_id, user_id, visit_key", "%(call)s, %(clinic)s, %(user)s, %(key)s", "active"
    ),
    "call_outcomes": rules(
        "both", WRITE, "call_id, clinic_id, user_id, outcome", "%(call)s, %(clinic)s, %(user)s, 'voicemail'", "note"
    ),
    "opt_outs": rules("clinic", WRITE, "clinic_id, phone, recorded_by", "%(clinic)s, %(key)s, %(user)s", "why"),
}  # fmt: skip
# made by provisioning, one a user or clinic
THERE_ALREADY = {"users", "clinics", "clinic_members", "clinic_settings", "sync_schedules"}


@dataclass(frozen=True, slots=True)
class Things:
    """What a person's rows refer to."""

    user: str
    clinic: str
    case: str
    call: str
    credential: str

    def values(self) -> dict[str, str]:
        """For a statement; `key` is new each time."""
        return {
            "user": self.user,
            "clinic": self.clinic,
            "case": self.case,
            "call": self.call,
            "credential": self.credential,
            "key": f"k:{uuid4()}",
        }


def insert_into(table: str) -> bytes:
    """A statement that adds a row."""
    return f"INSERT INTO {table} ({TABLES[table].columns}) VALUES ({TABLES[table].values})".encode()


def fill(owner: psycopg.Connection, person: Person) -> Things:
    """A row of this person's in every table, in an order in which each finds what it refers to."""
    made: dict[str, str] = {"user": person.user_id, "clinic": person.clinic_id}
    for name, table in (
        ("case", "cases"),
        ("call", "scheduled_discharge_calls"),
        ("credential", "idexx_credentials"),
    ):
        row = owner.execute(insert_into(table) + b" RETURNING id::text", {**made, "key": "k"}).fetchone()
        assert row is not None
        made[name] = row[0]
    things = Things(**made)
    for table in TABLES.keys() - THERE_ALREADY - {"cases", "scheduled_discharge_calls", "idexx_credentials"}:
        owner.execute(insert_into(table), things.values())
    return things


def whose(table: str, database: ClinicDatabase) -> bytes:
    """A query for `A`, `B` or something else, for each row that can be seen."""
    people = database.people
    if TABLES[table].kind == "clinic":
        column, a, b = "clinic_id", people.a.clinic_id, people.b.clinic_id
    else:
        column, a, b = "user_id", people.a.user_id, people.b.user_id
    if table in ("users", "clinics"):
        column = "id"
    owner = f"CASE {column} WHEN '{a}' THEN 'A' WHEN '{b}' THEN 'B' ELSE 'other' END"
    return f"SELECT DISTINCT {owner} FROM {table}".encode()
