"""Concerns: the clinic's own people read and end them, in their own names; nobody else sees, opens or ends one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from tests.attacks.filled import Filled
from tests.attacks.test_facts import MEMBERS, STRANGERS, rows

OPEN = "SELECT idexx_app.open_concern(%s, %s, %s, %s, now() + interval '1 hour', now())"
END = "SELECT idexx_app.end_concern(%s, %s, %s, %s)"
SAID = json.dumps({"urgency": "today", "words": "limping", "for_whom": "", "severity": ""})
HOSTILE = "'; DROP TABLE concerns; -- \x1b[2J\u202e"
SEES = "SELECT count(*)::int FROM public.concerns WHERE id = %s"


def ask(connection: psycopg.Connection, query: str, *values: object) -> Any:
    [(found,)] = rows(connection, query, *values)
    return found


def test_a_colleague_closes_it_in_their_own_name(filled: Filled) -> None:
    with filled.connected("colleague") as connection:
        assert ask(connection, SEES, filled.a.concern) == 1
        end = ask(connection, END, filled.a.clinic, filled.a.concern, "closed", HOSTILE)
        said = (
            "SELECT what, said_by::text, said_at - now(), said_at = c.closed_at FROM concern_ends e"
            " JOIN concerns c ON c.id = e.concern_id WHERE e.id = %s"
        )
        [(what, author, late, is_standing)] = rows(connection, said, end)
        assert (what, author, is_standing) == (HOSTILE.strip(), filled.colleague.user, True)
        assert timedelta(0) <= late < timedelta(minutes=1)
        assert ask(connection, END, filled.a.clinic, filled.a.concern, "closed", "again") is None
        assert ask(connection, END, filled.a.clinic, filled.a.concern, "reopened", "")
        recorded = (
            "SELECT action, metadata FROM idexx_sync_audit_log"
            " WHERE user_id = %s AND action LIKE 'concern.%%' ORDER BY seq"
        )
        told = {"concern_id": filled.a.concern, "call_id": filled.a.call}
        assert rows(connection, recorded, filled.colleague.user) == [
            ("concern.closed", told), ("concern.reopened", told),
        ]  # fmt: skip


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_sees_opens_or_ends_one(filled: Filled, who: str) -> None:
    with filled.connected(who) as connection:
        if who not in ("admin", "service"):
            assert ask(connection, SEES, filled.a.concern) == 0
        for statement, values in (
            (OPEN, (filled.a.clinic, filled.a.call, "system", SAID)),
            (END, (filled.a.clinic, filled.a.concern, "reopened", "")),
            (END, (filled.a.clinic, filled.a.concern, "closed", "done")),
            ("SELECT idexx_app.undo_concern_end(%s, gen_random_uuid())", (filled.a.clinic,)),
        ):
            with pytest.raises(InsufficientPrivilege), connection.transaction():
                connection.execute(statement.encode(), values)


def test_by_naming_ones_own_clinic_nothing_of_anothers_is_reached(filled: Filled) -> None:
    with filled.connected("b") as connection:
        assert ask(connection, END, filled.b.clinic, filled.a.concern, "reopened", "") is None
        for source in ("person", "system"):
            assert ask(connection, OPEN, filled.b.clinic, filled.a.call, source, SAID) is None
    with filled.connected("a") as connection:
        assert ask(connection, "SELECT closed_at IS NULL FROM concerns WHERE id = %s", filled.a.concern)


def test_only_for_ones_own_calls_and_a_persons_with_its_result(filled: Filled) -> None:
    with filled.connected("colleague") as connection:
        for source in ("person", "system"):
            assert ask(connection, OPEN, filled.a.clinic, filled.a.call, source, SAID) is None
    for who in MEMBERS:
        owner = filled.colleague if who == "colleague" else filled.a
        with filled.connected(who) as connection:
            assert ask(connection, OPEN, owner.clinic, owner.call, "person", SAID) is None, (
                "nobody was reached"
            )
            made = ask(connection, OPEN, owner.clinic, owner.call, "system", SAID)
            assert ask(connection, OPEN, owner.clinic, owner.call, "system", SAID) is None, "one a call"
            found = "SELECT opened_by::text, source, words, opened_at - now() FROM concerns WHERE id = %s"
            [(author, source, words, late)] = rows(connection, found, made)
            assert (author, source, words) == (owner.user, "system", "limping")
            assert timedelta(0) <= late < timedelta(minutes=1)


ABSURD = {
    "no urgency": ("system", {"words": "x"}, "now()", "now()"),
    "another urgency": ("system", {"urgency": "never"}, "now()", "now()"),
    "another source": ("heaven", {"urgency": "now"}, "now()", "now()"),
    "a novel": ("system", {"urgency": "now", "words": "x" * 2001}, "now()", "now()"),
    "a long name": ("system", {"urgency": "now", "words": "x", "for_whom": "x" * 201}, "now()", "now()"),
    "a long severity": ("system", {"urgency": "now", "words": "x", "severity": "x" * 41}, "now()", "now()"),
    "due never": ("system", {"urgency": "now", "words": "x"}, "'infinity'", "now()"),
    "asked never": ("system", {"urgency": "now", "words": "x"}, "now()", "'-infinity'"),
    "nothing": ("system", [], "now()", "now()"),
}


@pytest.mark.parametrize("what", ABSURD)
def test_what_is_no_concern(our_own: Filled, what: str) -> None:
    source, said, due, asked_at = ABSURD[what]
    statement = f"SELECT idexx_app.open_concern(%s, %s, %s, %s, {due}, {asked_at})"
    with our_own.connected("a") as connection, pytest.raises(CheckViolation):
        connection.execute(statement.encode(), (our_own.a.clinic, our_own.a.call, source, json.dumps(said)))


@pytest.mark.parametrize(
    ("kind", "what"),
    [("closed", " "), ("closed", None), ("undone", "x"), (None, "x"), ("closed", "x" * 1001)],
)
def test_what_ends_no_concern(our_own: Filled, kind: str | None, what: str | None) -> None:
    with our_own.connected("a") as connection, pytest.raises(CheckViolation):
        connection.execute(END.encode(), (our_own.a.clinic, our_own.a.concern, kind, what))


def test_a_wrong_clock_makes_it_neither_more_nor_less_urgent(our_own: Filled) -> None:
    statement = (
        "SELECT idexx_app.open_concern(%s, %s, 'system', %s, now() + %s + interval '15 minutes', now() + %s)"
    )
    for off in (timedelta(0), timedelta(days=400), -timedelta(days=400), timedelta(hours=1)):
        with our_own.connected("a") as connection:
            made = ask(connection, statement, our_own.a.clinic, our_own.a.call, SAID, off, off)
            due = ask(connection, "SELECT due_at - opened_at FROM concerns WHERE id = %s", made)
            assert abs(due - timedelta(minutes=15)) < timedelta(minutes=1)


def test_not_even_the_owner_says_that_one_stands_otherwise(our_own: Filled) -> None:
    with psycopg.connect(our_own.database.owner_url) as owner:
        for column in ("closed_at", "undone_at"):
            with pytest.raises(InsufficientPrivilege), owner.transaction():
                owner.execute(f"UPDATE public.concerns SET {column} = now()".encode())
        owner.rollback()
