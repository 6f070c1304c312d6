"""Ends of visits: the database says of each what the rule says, and counts tries and visits as plain counting does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.attempts import DEFAULT_MAX_ATTEMPTS
from idexx_desktop.domain.filters import CallOutcomeKind, Whose
from idexx_desktop.domain.handed_over import LOOKED_BACK
from idexx_desktop.domain.ledger import OURS, End, standing
from idexx_desktop.domain.reports import Concerns, Days, last_days, report
from tests.db_repositories.ledger_rows import MadeVisit, made_up, write
from tests.db_repositories.made_up import NOW, VISIT_AT, ZONE, a_visit, write_with_call
from tests.support.postgres import AllRecords, ClinicDatabase

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# in the month before, the clocks were put back, or forward, or by half an hour
ZONES = (
    ("Pacific/Auckland", datetime(2026, 10, 5, 11, 0, tzinfo=UTC)),
    ("America/Los_Angeles", datetime(2026, 11, 3, 7, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 20, 3, 0, tzinfo=UTC)),
)


def zone_and_time(seed: int) -> tuple[ZoneInfo, datetime]:
    name, now = ZONES[seed % len(ZONES)]
    return ZoneInfo(name), now


def in_days(visit: MadeVisit, days: Days) -> bool:
    return days.since <= (visit.at or visit.seen) < days.until


@pytest.mark.parametrize("seed", range(2))
def test_ends_are_those_of_the_rule(
    seed: int, clinic_database: ClinicDatabase, clinic_records: AllRecords
) -> None:
    require_ends(seed, clinic_database, clinic_records)


@pytest.mark.long(item=67)
@pytest.mark.parametrize("seed", range(100, 140))
def test_ends_of_many_more(seed: int, clinic_database: ClinicDatabase, clinic_records: AllRecords) -> None:
    require_ends(seed, clinic_database, clinic_records)


@pytest.mark.long(item=67)
@pytest.mark.parametrize("seed", range(200, 240))
def test_figures_of_many_more(seed: int, clinic_database: ClinicDatabase, clinic_records: AllRecords) -> None:
    require_figures(seed, clinic_database, clinic_records)


def require_ends(seed: int, clinic_database: ClinicDatabase, clinic_records: AllRecords) -> None:
    """Of each of some hundred made-up visits."""
    people = clinic_database.people
    zone, now = zone_and_time(seed)
    rows = made_up(seed, 300, now)
    write(clinic_database, rows, people.a, people.colleague)
    days = Days(*last_days(now, zone))
    expected = {row.key: standing(row.facts, now) for row in rows if in_days(row, days)}
    with clinic_records.a.transaction() as tx:
        found = tx.ledger.visit_groups(days, zone, now)
        ledger = tx.ledger.ledger(days, now)
    # each has a provider of its own
    assert {group.provider: group.end for group in found} == {key: each.end for key, each in expected.items()}
    assert all(group.visits == 1 for group in found)
    ends = Counter(each.end for each in expected.values())
    assert dict(ledger.ends) == {end: ends[end] for end in End}
    assert min(ledger.ends.values()) > 5, "every end was met"
    leaks = {key for key, each in expected.items() if each.end is End.LEAK}
    assert {each.visit_key for each in ledger.leaked} == leaks
    assert all(each.why and each.patient_name for each in ledger.leaked)
    # what is open has a next step and a time, and nothing else has
    for each in expected.values():
        is_open = each.end is End.OPEN
        assert ((each.step is not None), (each.due is not None)) == (is_open, is_open)


@pytest.mark.parametrize("seed", range(2))
def test_figures_are_those_of_plain_counting(
    seed: int, clinic_database: ClinicDatabase, clinic_records: AllRecords
) -> None:
    require_figures(10 + seed, clinic_database, clinic_records)


def require_figures(seed: int, clinic_database: ClinicDatabase, clinic_records: AllRecords) -> None:
    """Counted once more, one by one."""
    people = clinic_database.people
    zone, now = zone_and_time(seed)
    rows = made_up(seed, 300, now)
    write(clinic_database, rows, people.a, people.colleague)
    days = Days(*last_days(now, zone))
    with clinic_records.a.transaction() as tx:
        groups = tx.ledger.visit_groups(days, zone, now), tx.ledger.try_groups(days, zone)
    found = report(*groups, Concerns())
    tries = [(row.kind, at) for row in rows for at in tries_of(row) if days.since <= at < days.until]
    kinds = Counter(kind for kind, _ in tries)
    hours = Counter(at.astimezone(zone).hour for _, at in tries)
    assert found.total.attempted == len(tries) > 100
    assert {kind: counts.attempted for kind, counts in found.by_kind.items()} == kinds
    assert {hour: each.attempted for hour, each in found.by_hour.items() if each.attempted} == hours
    ends = Counter((row.kind, standing(row.facts, now).end) for row in rows if in_days(row, days))
    for kind, counts in found.by_kind.items():
        assert counts.reached == ends[kind, End.REACHED]
        assert counts.couldnt_reach == ends[kind, End.COULDNT_REACH]
        assert counts.not_to_be_called == ends[kind, End.NOT_TO_BE_CALLED]
        assert counts.open == ends[kind, End.OPEN] + ends[kind, End.LEAK]
    assert sum(counts.reached for counts in found.by_kind.values()) == found.total.reached
    assert sum(counts.reached for counts in found.by_provider.values()) == found.total.reached


def tries_of(row: MadeVisit) -> list[datetime]:
    """When somebody, or a calling system, tried to reach this owner: of this user's own calls."""
    call = row.call
    if call is None:
        return []
    by_people = [said.made for said in call.said if not said.undone]
    is_systems = call.status in ("ringing", "in_progress", "completed", "failed") and call.due is not None
    by_system = [call.started or call.due] if is_systems and (call.reason or "") not in OURS else []
    return [*by_people, *(at for at in by_system if at is not None)]


def ends_of(tx: Transaction, now: datetime = NOW) -> dict[End, int]:
    found = tx.ledger.ledger(Days(NOW - 30 * DAY, NOW + DAY), now)
    assert found.visits == sum(found.ends.values())
    return {end: count for end, count in found.ends.items() if count}


def move(tx: Transaction, call: str, status: str) -> None:
    statement = "UPDATE public.scheduled_discharge_calls SET status = %(to)s WHERE id = %(id)s"
    tx.session.connection().exec_driver_sql(statement, {"to": status, "id": call})


ENDS = {
    CallOutcomeKind.REACHED_WELL: End.REACHED,
    CallOutcomeKind.REACHED_CONCERN: End.REACHED,
    CallOutcomeKind.NO_ANSWER: End.OPEN,
    CallOutcomeKind.VOICEMAIL: End.OPEN,
    CallOutcomeKind.WRONG_NUMBER: End.OPEN,
    CallOutcomeKind.OPTED_OUT: End.NOT_TO_BE_CALLED,
    CallOutcomeKind.DIED: End.NOT_TO_BE_CALLED,
}


@pytest.mark.parametrize("outcome", CallOutcomeKind)
def test_a_call_from_queued_to_its_end_and_back(outcome: CallOutcomeKind, tx: Transaction) -> None:
    call = write_with_call(tx, a_visit(1), at=NOW - HOUR)
    assert ends_of(tx) == {End.OPEN: 1}
    assert tx.outcomes.record(call, outcome)
    assert ends_of(tx) == {ENDS[outcome]: 1}
    tx.outcomes.undo(call)
    assert ends_of(tx) == {End.OPEN: 1}


def test_the_last_try_that_reached_nobody_is_agreed_to(tx: Transaction) -> None:
    call = write_with_call(tx, a_visit(1), at=NOW - HOUR)
    write_with_call(tx, a_visit(2, owner="Sam Ito"), at=NOW - HOUR)
    days = Days(NOW - 30 * DAY, NOW + DAY)
    for tries in range(DEFAULT_MAX_ATTEMPTS):
        assert tx.ledger.ledger(days, NOW).to_agree == 0
        assert ends_of(tx) == {End.OPEN: 2}, tries
        assert tx.outcomes.record(call, CallOutcomeKind.NO_ANSWER)
    assert ends_of(tx) == {End.OPEN: 1, End.COULDNT_REACH: 1}
    assert tx.ledger.ledger(days, NOW).to_agree == len(tx.outcomes.to_agree()) == 1
    tx.outcomes.agree([call])
    assert tx.ledger.ledger(days, NOW).to_agree == 0
    assert ends_of(tx) == {End.OPEN: 1, End.COULDNT_REACH: 1}
    tx.outcomes.undo_agreement([call])
    assert tx.ledger.ledger(days, NOW).to_agree == 1


def test_what_others_do_to_a_call_is_named(tx: Transaction) -> None:
    call = write_with_call(tx, a_visit(1), at=NOW - HOUR)
    move(tx, call, "in_progress")
    assert ends_of(tx) == {End.OPEN: 1}
    assert ends_of(tx, NOW + LOOKED_BACK) == {End.LEAK: 1}
    move(tx, call, "cancelled")
    [lost] = tx.ledger.ledger(Days(NOW - 30 * DAY, NOW + DAY), NOW).leaked
    assert (lost.visit_key, lost.patient_name, lost.visit_at) == ("a:1", "Rex", VISIT_AT)
    assert "cancelled" in lost.why


def test_nobody_sees_the_visits_of_others(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        write_with_call(tx, a_visit(1), at=NOW - HOUR)
    days = Days(NOW - 30 * DAY, NOW + DAY, Whose())
    for records, visits in ((clinic_records.b, 0), (clinic_records.colleague, 0), (clinic_records.admin, 1)):
        with records.transaction() as tx:
            assert tx.ledger.ledger(days, NOW).visits == visits
            assert len(tx.ledger.visit_groups(days, ZONE, NOW)) == visits


def test_how_long_concerns_waited(clinic_database: ClinicDatabase, clinic_records: AllRecords) -> None:
    """Those that nobody answered count however old they are; the median is that of these days."""
    clinic = clinic_database.people.a.clinic_id
    days = Days(NOW - 30 * DAY, NOW)
    opened = [(1, 10), (2, 30), (3, 90), (4, None), (40, 5000), (41, None), (5, None)]
    with psycopg.connect(clinic_database.owner_url) as root:
        root.execute("SET session_replication_role = replica")
        for number, (ago, minutes) in enumerate(opened):
            at = NOW - ago * DAY
            closed = None if minutes is None else at + timedelta(minutes=minutes)
            root.execute(
                "INSERT INTO public.concerns (clinic_id, source, urgency, words, due_at, opened_at, closed_at,"
                " undone_at) VALUES (%s, 'person', 'today', 'Vomits.', %s, %s, %s, %s)",
                (clinic, at, at, closed, at if number == len(opened) - 1 else None),
            )
    for records in (clinic_records.a, clinic_records.colleague):
        with records.transaction() as tx:
            assert tx.ledger.concerns(days) == Concerns(2, 30.0)
            assert tx.ledger.concerns(Days(NOW, NOW + DAY)) == Concerns(2, None)
    with clinic_records.b.transaction() as tx:
        assert tx.ledger.concerns(days) == Concerns()
    with clinic_records.admin.transaction() as tx:
        assert tx.ledger.concerns(Days(days.since, days.until, Whose())) == Concerns(2, 30.0)
