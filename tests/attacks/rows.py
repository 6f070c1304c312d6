"""One row of A's and one of B's in every table, and what a user may do with them, as the documents say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

import psycopg

from tests.support.postgres import Person

# `own`: rows of the user; `clinic`: rows of the clinics that the user is a member of; `both`: both at once
Kind = Literal["own", "clinic", "both"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a user may do with rows of their own, and whether an admin reads everybody's."""

    kind: Kind
    commands: frozenset[str]
    admin_reads: bool
    values: dict[str, str]  # of a new row, by column: SQL with the placeholders of `Things`
    changed: str  # a column that an UPDATE sets to its default

    def references(self) -> dict[str, str]:
        """The columns that say whose the row is, or refer to another row; each with its placeholder."""
        names = {f"%({name})s": name for name in REFERENCES}
        return {column: names[value] for column, value in self.values.items() if value in names}

    def writers(self) -> set[str]:
        """The columns that name who wrote a shared row."""
        return {
            column for column, name in self.references().items() if name == "user" and column != "user_id"
        }


def rules(
    kind: Kind, commands: str, columns: str, values: str, changed: str, *, admin_reads: bool = True
) -> Rules:
    pairs = zip(columns.split(", "), values.split(", "), strict=True)
    return Rules(kind, frozenset(commands.split()), admin_reads, dict(pairs), changed)


# placeholder: the table that it refers to
REFERENCES = {
    "user": "users",
    "clinic": "clinics",
    "case": "cases",
    "call": "scheduled_discharge_calls",
    "credential": "idexx_credentials",
    "death": "deaths",
    "concern": "concerns",
    "outcome": "call_outcomes",
    "set": "question_sets",
}

WRITE = "SELECT INSERT UPDATE"
EVERYTHING = "SELECT INSERT UPDATE DELETE"
TABLES: dict[str, Rules] = {
    "users": rules("own", "SELECT", "id, email", "%(user)s, gen_random_uuid()::text", "first_name"),
    "clinics": rules("clinic", "SELECT", "id, name", "%(clinic)s, gen_random_uuid()::text", "slug"),
    "cases": rules("own", WRITE, "user_id, clinic_id, external_id", "%(user)s, %(clinic)s, %(key)s", "status"),
    "patients": rules("own", WRITE, "user_id, case_id, name", "%(user)s, %(case)s, 'Bella'", "species"),
    "scheduled_discharge_calls": rules(
        "own", WRITE, "user_id, case_id, dynamic_variables", "%(user)s, %(case)s, '{}'", "status"
    ),
    "idexx_credentials": rules(
        "own", EVERYTHING, "user_id, clinic_id, encrypted_username, encrypted_password, encryption_key_id",
        "%(user)s, %(clinic)s, 'u', 'p', 'k'", "suspended_code", admin_reads=False,
    ),
    "neo_cookies": rules(
        "own", EVERYTHING, "credential_id, user_id, credential_version, encryption_key_id, encrypted_cookies",
        "%(credential)s, %(user)s, 1, 'k', 'c'", "updated_at", admin_reads=False,
    ),
    "computer_lists": rules(
        "own", "SELECT INSERT DELETE", "credential_id, user_id, lineage, version, document, signed_by, signature",
        "%(credential)s, %(user)s, %(key)s, 1, 'd', 'c', 's'", "created_at", admin_reads=False,
    ),
    "computer_requests": rules(
        "own", EVERYTHING, "credential_id, user_id, computer_id, computer_name, public_keys, proof",
        "%(credential)s, %(user)s, %(key)s, 'Front desk', 'k', 'p'", "answer", admin_reads=False,
    ),
    "sealed_keys": rules(
        "own", "SELECT INSERT DELETE",
        "credential_id, user_id, key_id, computer_id, sealed_key, signed_by, signature",
        "%(credential)s, %(user)s, %(key)s, 'c', 'k', 'c', 's'", "created_at", admin_reads=False,
    ),
    "recovery_kits": rules(
        "own", EVERYTHING, "credential_id, user_id, kit_id, anchor", "%(credential)s, %(user)s, 'k', 'a'", "made_at",
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
        "clinic", WRITE, "clinic_id, timezone, neo_url", "%(clinic)s, 'UTC', 'https://x'", "clinic_phone"
    ),
    "clinic_kind_rules": rules(
        "clinic", EVERYTHING, "clinic_id, kind, delay_days, preferred_time", "%(clinic)s, %(key)s, 1, '10:00'",
        "enabled",
    ),
    "sync_schedules": rules("clinic", WRITE, "clinic_id", "%(clinic)s", "enabled"),
    "missed_runs": rules(
        "clinic", WRITE, "clinic_id, due_at, reason", "%(clinic)s, clock_timestamp(), 'off'", "caught_up_at"
    ),
    "visits": rules(
        "both", WRITE, "clinic_id, user_id, visit_key, case_id, kind, state, reason_code, reason",
        "%(clinic)s, %(user)s, %(key)s, %(case)s, 'general', 'held', 'review', 'x'", "provider",
    ),
    "visit_notes": rules(
        "both", EVERYTHING, "clinic_id, user_id, visit_key, current_text", "%(clinic)s, %(user)s, %(key)s, 'x'",
        "previous_text",
    ),
    "visit_readings": rules(
        "both", EVERYTHING, "clinic_id, user_id, visit_key, content, read_at",
        "%(clinic)s, %(user)s, %(key)s, '{}', now()", "read_at",
    ),
    "visit_decisions": rules(
        "clinic", "SELECT", "clinic_id, visit_key, choice, decided_by", "%(clinic)s, %(key)s, 'ignore', %(user)s", "why"
    ),
    "call_visits": rules(
        "both", "SELECT", "call_id, clinic_id, user_id, visit_key", "%(call)s, %(clinic)s, %(user)s, %(key)s", "active"
    ),
    "call_outcomes": rules(
        "both", "SELECT", "call_id, clinic_id, user_id, outcome", "%(call)s, %(clinic)s, %(user)s, 'voicemail'", "note"
    ),
    "call_agreements": rules(
        "clinic", "SELECT", "call_id, clinic_id, user_id, agreed, said_by, said_at",
        "%(call)s, %(clinic)s, %(user)s, true, %(user)s, now()", "said_by_name",
    ),
    "opt_outs": rules("clinic", "SELECT", "clinic_id, phone, recorded_by", "%(clinic)s, %(key)s, %(user)s", "why"),
    "call_consents": rules(
        "clinic", "SELECT", "clinic_id, phone, scope, how, recorded_by, withdrawn_by",
        "%(clinic)s, '+1' || (1000000000 + abs(hashtext(%(key)s)::bigint)), 'all', 'form', %(user)s, %(user)s",
        "given_by",
    ),
    "neo_fields": rules(
        "clinic", "SELECT", "clinic_id, endpoint, name, kinds", "%(clinic)s, 'page', %(key)s, 'text'", "absent_since"
    ),
    "neo_values": rules(
        "clinic", "SELECT", "clinic_id, about, name, value, first_seen_at, last_seen_at, answered_by",
        "%(clinic)s, 'animal', %(key)s, 'd', now(), now(), %(user)s", "is_alive",
    ),
    "practice_words": rules(
        "clinic", "SELECT", "clinic_id, about, name, first_seen_at, answered_by",
        "%(clinic)s, 'type', %(key)s, now(), %(user)s", "meaning",
    ),
    "known_sentences": rules(
        "clinic", "SELECT", "clinic_id, fingerprint, meaning, said_at, said_by",
        "%(clinic)s, md5(%(key)s) || md5(%(key)s), 'standard_text', now(), %(user)s", "said_by_name",
    ),
    "wrong_numbers": rules(
        "clinic", "SELECT", "clinic_id, phone, told_by, undone_by",
        "%(clinic)s, '+1' || (2000000000 + abs(hashtext(%(key)s)::bigint))::text, %(user)s, %(user)s", "told_by_name",
    ),
    "owner_contacts": rules(
        "clinic", "SELECT", "clinic_id, phone, suits, said_by, withdrawn_by",
        "%(clinic)s, '+1' || (2000000000 + abs(hashtext(%(key)s)::bigint))::text, 'morning', %(user)s, %(user)s",
        "said_by_name",
    ),
    "deaths": rules(
        "clinic", "SELECT", "clinic_id, visit_key, told_at, told_by", "%(clinic)s, %(key)s, now(), %(user)s", "phone"
    ),
    "death_acts": rules(
        "clinic", "SELECT", "clinic_id, death_id, act, done_at, done_by",
        "%(clinic)s, %(death)s, 'card_sent', now(), %(user)s", "done_by_name",
    ),
    "call_claims": rules(
        "clinic", "SELECT", "call_id, clinic_id, user_id, claimed_at, expires_at",
        "%(call)s, %(clinic)s, %(user)s, now(), now() + interval '10 minutes'", "name",
    ),
    "concerns": rules(
        "clinic", "SELECT", "clinic_id, call_id, source, urgency, words, due_at, opened_at, opened_by",
        "%(clinic)s, %(call)s, 'person', 'today', 'limping', now(), now(), %(user)s", "for_whom",
    ),
    "concern_ends": rules(
        "clinic", "SELECT", "clinic_id, concern_id, number, kind, said_at, said_by",
        "%(clinic)s, %(concern)s, 1, 'reopened', now(), %(user)s", "what",
    ),
    "question_sets": rules(
        "clinic", "SELECT", "clinic_id, kind, version, questions, saved_at, fingerprint",
        "%(clinic)s, 'surgery', 1, '[]', now(), md5(%(key)s)", "looked_over_by",
    ),
    "call_answers": rules(
        "both", "SELECT", "call_id, clinic_id, user_id, outcome_id, set_id, question, answer, given_at",
        "%(call)s, %(clinic)s, %(user)s, %(outcome)s, %(set)s, %(key)s, 'yes', now()",
        "given_by",
    ),
    "fact_withdrawals": rules(
        "clinic", "SELECT", "clinic_id, fact, fact_id, withdrawn_by",
        "%(clinic)s, 'decision', gen_random_uuid(), %(user)s", "withdrawn_by_name",
    ),
}  # fmt: skip
# written by functions of the database only: even a service only reads them
BY_FUNCTION = frozenset(
    {
        "idexx_sync_audit_log",
        "visit_decisions",
        "call_outcomes",
        "opt_outs",
        "call_consents",
        "fact_withdrawals",
        "neo_fields",
        "neo_values",
        "practice_words",
        "known_sentences",
        "wrong_numbers",
        "owner_contacts",
        "deaths",
        "death_acts",
        "call_claims",
        "call_agreements",
        "concerns",
        "concern_ends",
        "question_sets",
        "call_answers",
    }
)
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
    death: str
    concern: str
    outcome: str
    set: str

    def values(self, **others: str) -> dict[str, str]:
        """For a statement, with `others` in their place; `key` is new each time."""
        own = {name: str(getattr(self, name)) for name in REFERENCES}
        return {**own, "key": f"k:{uuid4()}", **others}


def insert_into(table: str, **others: str) -> bytes:
    """A statement that adds a row, with `others` (SQL by column) in their place."""
    values = TABLES[table].values | others
    return f"INSERT INTO public.{table} ({', '.join(values)}) VALUES ({', '.join(values.values())})".encode()


def fill(owner: psycopg.Connection, person: Person) -> Things:
    """A row of this person's in every table, in an order in which each finds what it refers to."""
    made: dict[str, str] = {"user": person.user_id, "clinic": person.clinic_id}
    first = {
        name: REFERENCES[name]
        for name in ("case", "call", "credential", "concern", "outcome", "set", "death")
    }
    for name, table in first.items():
        row = owner.execute(
            insert_into(table) + b" RETURNING id::text", {**made, "key": f"k:{uuid4()}"}
        ).fetchone()
        assert row is not None
        made[name] = row[0]
    things = Things(**made)
    for table in (each for each in TABLES if each not in THERE_ALREADY.union(first.values())):
        owner.execute(insert_into(table), things.values())
    return things
