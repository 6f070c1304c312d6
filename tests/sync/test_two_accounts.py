"""Two accounts of one clinic: what one has queued takes its place in the other's quarters, too."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg

from tests.support.practice import Practice, Practices
from tests.sync.test_hostile_colleague import ROWS

# as if nothing had been synced yet, but for what takes no part in it
FORGET = (
    "SET session_replication_role = replica;"
    " TRUNCATE public.call_visits, public.scheduled_discharge_calls, public.visits, public.cases,"
    " public.consultation_sync_status CASCADE"
)


def times(practice: Practice) -> dict[str, datetime]:
    """When each visit is called."""
    return {key: call.scheduled_for for call in practice.queued() for key in call.visit_keys}


def test_a_quarter_that_a_colleague_has_filled_is_left_to_them(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=6)
    assert practice.sync().failure is None
    before = times(practice)
    first = min(before.values())
    quarter = first - timedelta(seconds=first.timestamp() % 900)
    practice.query(FORGET)
    people = practice.database.people
    values = {"clinic": people.a.clinic_id, "keys": [f"a:{number}" for number in range(900_001, 900_005)]}
    with psycopg.connect(practice.database.url(people.colleague), autocommit=True) as connection:
        for statement in ROWS:
            connection.execute(statement.encode(), values)
    practice.query("UPDATE public.scheduled_discharge_calls SET scheduled_for = %s", first)

    practice.clock.pass_by(minutes=1)
    assert practice.sync().failure is None
    after = times(practice)
    assert after.keys() == before.keys()
    assert not [when for when in after.values() if quarter <= when < quarter + timedelta(minutes=15)]
    assert {when.date() for when in after.values()} == {when.date() for when in before.values()}
    practice.clock.pass_by(minutes=1)
    assert practice.sync().visits_written == 0
    assert times(practice) == after
