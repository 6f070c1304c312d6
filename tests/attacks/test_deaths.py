"""Deaths and claims under attack: nobody tells, takes back or claims what isn't theirs, or in another's name."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege, RaiseException

from tests.attacks.filled import Filled

CLAIM = "SELECT * FROM idexx_app.claim_call(%s, %s, %s, %s)"
OF_CALLS = "SELECT claimed_by FROM idexx_app.claims_of_calls(%s, ARRAY[%s]::uuid[])"
REFUSED = (InsufficientPrivilege, CheckViolation, RaiseException)


def key_of(filled: Filled, owner: psycopg.Connection) -> str:
    """The key of a visit of A's."""
    row = owner.execute(
        "SELECT visit_key FROM public.visits WHERE user_id = %s AND clinic_id = %s LIMIT 1",
        (filled.a.user, filled.a.clinic),
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_a_death_is_told_of_ones_own_visit_in_ones_own_name(filled: Filled) -> None:
    with psycopg.connect(filled.database.owner_url) as owner:
        key = key_of(filled, owner)
    for who in ("b", "unmapped", "gateway as nobody"):
        with filled.connected(who) as connection, pytest.raises(REFUSED):
            connection.execute("SELECT idexx_app.tell_death(%s, %s)", (filled.a.clinic, key))
    with filled.connected("colleague") as connection:
        told = connection.execute("SELECT idexx_app.tell_death(%s, %s)", (filled.a.clinic, key)).fetchone()
        assert told == (None,), "it is no visit of the colleague's"
    for who in ("a", "liar", "gateway as A"):
        with filled.connected(who) as connection:
            connection.execute("SELECT idexx_app.tell_death(%s, %s)", (filled.a.clinic, key))
            rows = connection.execute(
                "SELECT d.told_by::text, d.told_by_name = u.email FROM public.deaths d"
                " JOIN public.users u ON u.id = d.told_by WHERE d.visit_key = %s",
                (key,),
            ).fetchall()
            assert rows[-1] == (filled.a.user, True)


def test_a_death_of_another_clinic_is_nobodys(filled: Filled) -> None:
    for who in ("b", "unmapped"):
        with filled.connected(who) as connection:
            seen = connection.execute(
                "SELECT count(*) FROM public.deaths WHERE clinic_id = %s", (filled.a.clinic,)
            ).fetchone()
            assert seen == (0,)
        for statement in (
            "SELECT idexx_app.withdraw_death(%s, %s)",
            "SELECT idexx_app.note_card(%s, %s, true)",
        ):
            with filled.connected(who) as connection, pytest.raises(REFUSED):
                connection.execute(statement.encode(), (filled.a.clinic, filled.a.death))
    # through one's own clinic it isn't reached either
    with filled.connected("b") as connection:
        found = connection.execute(
            "SELECT idexx_app.withdraw_death(%s, %s)", (filled.b.clinic, filled.a.death)
        ).fetchone()
        assert found == (False,)


def test_a_claim_is_made_of_ones_own_call_in_ones_own_name(filled: Filled) -> None:
    for who in ("b", "colleague", "unmapped"):
        with filled.connected(who) as connection, pytest.raises(REFUSED):
            connection.execute(CLAIM, (filled.a.clinic, filled.a.call, "PC", True))
    with filled.connected("a") as connection, pytest.raises(CheckViolation):
        connection.execute(CLAIM, (filled.a.clinic, filled.a.call, "x" * 61, True))
    with filled.connected("colleague") as connection:
        told = connection.execute(OF_CALLS, (filled.a.clinic, filled.a.call)).fetchall()
        assert told == [], "of calls that aren't one's own nothing is told"
