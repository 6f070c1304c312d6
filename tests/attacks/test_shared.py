"""What people of one clinic share, what an admin may know of secrets, and what ends with a membership."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.attacks.filled import Filled
from tests.attacks.rows import fill, insert_into
from tests.support.postgres import ClinicDatabase


def test_admins_see_the_state_of_a_sign_in_and_no_secret(filled: Filled) -> None:
    query = "SELECT * FROM idexx_app.credential_states()"
    with filled.connected("admin") as connection:
        cursor = connection.execute(query)
        assert cursor.description is not None
        assert not any("encrypted" in column.name for column in cursor.description)
        found = {str(row[1]) for row in cursor.fetchall()}
    assert found == {filled.a.user, filled.b.user, filled.colleague.user}
    for who in ("a", "liar", "service", "unmapped", "gateway as A"):
        with filled.connected(who) as connection:
            assert connection.execute(query).fetchall() == [], who


def test_one_call_a_visit_across_users(clinic_database: ClinicDatabase) -> None:
    """The first user of a clinic whose call there is has it; the other learns the call's state, not its row."""
    people = clinic_database.people
    claim = "SELECT is_mine, call_id::text, call_status FROM idexx_app.claim_visit(%s, %s)"
    place = (
        "SELECT idexx_app.place_visits(%(clinic)s, jsonb_build_array(jsonb_build_object("
        "'call_id', %(call)s::text, 'visit_key', %(key)s::text))::text)"
    )
    clinic = people.a.clinic_id
    with psycopg.connect(clinic_database.owner_url) as owner:
        a = fill(owner, people.a)
    with psycopg.connect(clinic_database.url(people.a)) as connection:
        assert connection.execute(claim, (clinic, "a:1")).fetchone() == (True, None, None)
        assert connection.execute(place, a.values(key="a:1")).fetchone() == (1,)
    with psycopg.connect(clinic_database.url(people.colleague)) as connection:
        assert connection.execute(claim, (clinic, "a:1")).fetchone() == (False, a.call, "queued")
        assert connection.execute(place, a.values(key="a:2")).fetchone() == (0,)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(insert_into("call_visits"), a.values(key="a:1"))
    with (
        psycopg.connect(clinic_database.url(people.b)) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(claim, (clinic, "a:1"))


SHARED = ("clinics", "clinic_settings", "visits", "opt_outs")


def test_membership_ends_with_its_row(clinic_database: ClinicDatabase) -> None:
    """At once, on connections that are open, for statements that were prepared before."""
    b = clinic_database.people.b
    end = "DELETE FROM clinic_members WHERE user_id = %s"
    begin = "INSERT INTO clinic_members (user_id, clinic_id) VALUES (%s, %s)"
    with (
        psycopg.connect(clinic_database.owner_url, autocommit=True) as owner,
        psycopg.connect(clinic_database.url(b), autocommit=True) as connection,
    ):
        fill(owner, b)

        def seen() -> list[bool]:
            queries = [f"SELECT 1 FROM {table}".encode() for table in SHARED]
            return [bool(connection.execute(query, prepare=True).fetchall()) for query in queries]

        assert seen() == [True] * len(SHARED)
        owner.execute(end, (b.user_id,))
        assert seen() == [False] * len(SHARED)
        owner.execute(begin, (b.user_id, b.clinic_id))
        assert seen() == [True] * len(SHARED)
        owner.execute("UPDATE idexx_app.logins SET active = false WHERE user_id = %s", (b.user_id,))
        assert seen() == [False] * len(SHARED)
