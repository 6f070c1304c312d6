"""The activity record: written one way only, never changed, and any change is found."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from idexx_desktop.db.audit_chains import ChainRange
from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import METADATA_KEYS, Action, check_metadata
from idexx_desktop.domain.audit_chain import Checked, Evidence, check_chains
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditRecord, Page
from tests.support.many_rows import fill_audit
from tests.support.postgres import AllRecords

ALL = AuditFilter()


def record(records: ClinicRecords, count: int) -> None:
    with records.transaction() as tx:
        for number in range(count):
            tx.audit.record(
                Action.VISIT_SYNCED, "done", metadata={"visit_key": f"a:{number}", "reason_code": "review"}
            )


def rows_of(records: ClinicRecords, which: AuditFilter = ALL, page: Page | None = None) -> list[AuditRecord]:
    with records.transaction() as tx:
        return tx.audit.page(which, page or Page())


def begun(tx: Transaction) -> str:
    """The id of a sync of this user's."""
    start = text(
        "INSERT INTO public.idexx_sync_sessions (user_id, status)"
        " VALUES (idexx_app.current_user_id(), 'running') RETURNING id::text"
    )
    return str(tx.session.execute(start).scalar_one())


def checked(records: ClinicRecords) -> Checked:
    with records.snapshot() as tx:
        return check_chains(tx.chains.rows(), Evidence(tx.chains.checkpoints(), tx.chains.heads()))


def problem_of(records: ClinicRecords) -> str | None:
    return checked(records).problem


def test_the_server_says_who_when_and_from_where(clinic_records: AllRecords) -> None:
    failure = Failure(FailureCode.WRONG_PASSWORD, "HTTP 401", title="Bella (12 Mar): no phone number")
    error = {**failure.as_dict(), "detail": failure.detail}
    with clinic_records.a.transaction() as tx:
        session_id = begun(tx)
        first = tx.audit.record(
            Action.SYNC_FINISHED,
            "failed",
            session_id=session_id,
            metadata={"seen": 3, "code": "wrong_password"},
            error=error,
        )
        second = tx.audit.record(Action.SYNC_STARTED, "done")
        before = tx.now()
    assert (first, second) == (1, 2)
    newest, oldest = rows_of(clinic_records.a)
    assert (newest.seq, newest.metadata, newest.error_details) == (2, {}, None)
    assert oldest.user_id == clinic_records.a.user_id
    assert oldest.actor == "test_a"
    assert oldest.ip_address == "127.0.0.1"
    assert (oldest.action, oldest.status, oldest.session_id) == ("sync.finished", "failed", session_id)
    assert oldest.metadata == {"seen": 3, "code": "wrong_password"}
    # words for people may name a patient
    assert oldest.error_details == {"code": "wrong_password", "detail": "HTTP 401"}
    assert timedelta(0) <= oldest.timestamp - before < timedelta(seconds=30)


def test_chains_of_users_are_their_own(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 2)
    record(clinic_records.b, 1)
    assert [row.seq for row in rows_of(clinic_records.a)] == [2, 1]
    assert [row.seq for row in rows_of(clinic_records.b)] == [1]
    assert {row.actor for row in rows_of(clinic_records.admin)} > {"test_a", "test_b"}


def test_one_row_in_the_transaction_of_its_effect(clinic_records: AllRecords) -> None:
    pause = text("UPDATE clinic_settings SET calls_paused = true")

    def effect_fails() -> None:
        with clinic_records.a.transaction() as tx:
            tx.audit.record(Action.CALL_HELD, "done")
            tx.session.execute(text("SELECT 1 / 0"))

    def audit_fails() -> None:
        with clinic_records.a.transaction() as tx:
            tx.session.execute(pause)
            tx.session.execute(text("SELECT idexx_app.audit('no.such.action', 'done')"))

    for attempt in (effect_fails, audit_fails):
        with pytest.raises(Failure):
            attempt()
    assert rows_of(clinic_records.a) == []
    with clinic_records.a.transaction() as tx:
        assert tx.session.execute(text("SELECT calls_paused FROM public.clinic_settings")).scalar() is False


@pytest.mark.parametrize(
    "metadata",
    [
        {"patient_name": "Bella"},
        {"rows": 3},  # of another action
        {"visit_key": "Bella Smith"},
        {"reason_code": "x" * 121},
        {"visit_key": ["a:1", "Bella Smith"]},
        {"visit_key": {"name": "Bella"}},
        {"reason_code": "+1 555"},
    ],
)
def test_metadata_outside_of_the_list(clinic_records: AllRecords, metadata: dict[str, object]) -> None:
    with pytest.raises(Failure) as refused, clinic_records.a.transaction() as tx:
        tx.audit.record(Action.VISIT_SYNCED, "done", metadata=metadata)
    assert refused.value.code == FailureCode.OURS
    assert "Bella" not in str(refused.value)


def test_metadata_in_the_list() -> None:
    allowed = {"rows": 3, "since": "2026-11-20T08:00:00.000000+00:00", "until": None, "hash": ["a:1", "c:2"]}
    assert check_metadata(Action.AUDIT_EXPORTED, allowed) == allowed
    for action in Action:
        assert check_metadata(action, dict.fromkeys(METADATA_KEYS[action])).keys() == METADATA_KEYS[action]


def test_details_are_at_most_8_kb(clinic_records: AllRecords) -> None:
    with pytest.raises(Failure, match="23514"), clinic_records.a.transaction() as tx:
        tx.audit.record(
            Action.VISIT_SYNCED, "done", metadata={"visit_key": [f"a:{n:06}" for n in range(1000)]}
        )


def test_pages_and_filters(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 7)
    with clinic_records.a.transaction() as tx:
        tx.audit.record(Action.CALL_HELD, "done")
        session_id = begun(tx)
        tx.audit.record(Action.CREDENTIALS_TESTED, "failed", session_id=session_id)
    shown: list[int] = []
    before = None
    while rows := rows_of(clinic_records.a, page=Page(before=before, limit=4)):
        shown += [row.seq for row in rows]
        before = (rows[-1].timestamp, rows[-1].seq)
    assert shown == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    third = rows_of(clinic_records.a)[-3]
    for which, expected in (
        (AuditFilter(action="visit.synced"), 7),
        (AuditFilter(status="failed"), 1),
        (AuditFilter(actor="test_a"), 9),
        (AuditFilter(actor="test_b"), 0),
        (AuditFilter(since=third.timestamp), 7),
        (AuditFilter(until=third.timestamp), 2),
        (AuditFilter(text="held a discharge CALL"), 1),
        (AuditFilter(text="a:5"), 1),
        (AuditFilter(text=session_id), 1),
        (AuditFilter(text="%"), 0),
        (AuditFilter(text="visit", action="visit.synced"), 7),
    ):
        assert len(rows_of(clinic_records.a, which)) == expected, which
        with clinic_records.a.transaction() as tx:
            assert tx.audit.count(which) == expected, which
            assert tx.audit.quick_count(which, 5) == min(expected, 5), which


def test_the_function_is_the_only_way_and_not_for_strangers(clinic_records: AllRecords) -> None:
    b = clinic_records.database.people.b
    with psycopg.connect(clinic_records.database.owner_url) as owner:
        owner.execute("UPDATE idexx_app.logins SET active = false WHERE user_id = %s", (b.user_id,))
    with pytest.raises(Failure) as refused, clinic_records.b.transaction() as tx:
        tx.audit.record(Action.SYNC_STARTED, "done")
    assert refused.value.code == FailureCode.DATABASE_REFUSED


MINE = "WHERE actor = 'test_a' AND seq"
EDITS = {
    "the time": f"UPDATE idexx_sync_audit_log SET timestamp = timestamp + interval '1 microsecond' {MINE} = 3",
    "the user": f"UPDATE idexx_sync_audit_log SET user_id = gen_random_uuid() {MINE} = 3",
    "the actor": "UPDATE idexx_sync_audit_log SET actor = 'test_c' WHERE actor = 'test_a' AND seq = 3",
    "the action": f"UPDATE idexx_sync_audit_log SET action = 'visit.failed' {MINE} = 3",
    "the status": f"UPDATE idexx_sync_audit_log SET status = NULL {MINE} = 3",
    "the address": f"UPDATE idexx_sync_audit_log SET ip_address = '10.0.0.9' {MINE} = 3",
    "the session": f"UPDATE idexx_sync_audit_log SET session_id = '' {MINE} = 3",
    "the details": f"UPDATE idexx_sync_audit_log SET error_details = '{{}}' {MINE} = 3",
    "the metadata": f"UPDATE idexx_sync_audit_log SET metadata = metadata || '{{\"count\": 4}}' {MINE} = 3",
    "the id": f"UPDATE idexx_sync_audit_log SET id = gen_random_uuid() {MINE} = 3",
    "a hash": f"UPDATE idexx_sync_audit_log SET hash = sha256('x') {MINE} = 3",
    "no hash": f"UPDATE idexx_sync_audit_log SET hash = NULL {MINE} = 3",
    "a row in the middle is gone": f"DELETE FROM idexx_sync_audit_log {MINE} = 3",
    "the first row is gone": f"DELETE FROM idexx_sync_audit_log {MINE} = 1",
    "the last row is gone": f"DELETE FROM idexx_sync_audit_log {MINE} = 5",
    "every row is gone": f"DELETE FROM idexx_sync_audit_log {MINE} > 0",
    "a gap is closed": f"DELETE FROM idexx_sync_audit_log {MINE} = 3;"
    f" UPDATE idexx_sync_audit_log SET seq = seq - 1 {MINE} > 3",
    "two rows change places": f"UPDATE idexx_sync_audit_log SET seq = seq + 100 {MINE} IN (2, 3);"
    f" UPDATE idexx_sync_audit_log SET seq = 105 - seq {MINE} > 100",
    "a row outside of every chain": "INSERT INTO idexx_sync_audit_log (user_id, action) SELECT user_id, 'sync.started'"
    " FROM idexx_sync_audit_log WHERE actor = 'test_a' LIMIT 1",
    "a row at the end": "INSERT INTO idexx_sync_audit_log (user_id, action, chain, seq, previous_hash, hash)"
    " SELECT user_id, 'sync.started', chain, 6, hash, hash FROM idexx_sync_audit_log"
    " WHERE actor = 'test_a' AND seq = 5",
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_change_is_found(clinic_records: AllRecords, edit: str) -> None:
    record(clinic_records.a, 5)
    record(clinic_records.b, 2)
    assert problem_of(clinic_records.a) is None
    assert problem_of(clinic_records.admin) is None
    with psycopg.connect(clinic_records.database.owner_url) as root:
        # an administrator of the server can stop the triggers; the chain is what tells
        root.execute("SET session_replication_role = replica")
        root.execute(EDITS[edit].encode())
    assert problem_of(clinic_records.admin) is not None
    # whoever the rows belong to finds it as well
    assert problem_of(clinic_records.a) is not None
    assert problem_of(clinic_records.b) is None


def test_a_long_chain_with_every_kind_of_text(clinic_records: AllRecords) -> None:
    """Texts as the server stores them, across more than one batch of reading."""
    with psycopg.connect(clinic_records.database.owner_url) as root:
        root.execute(
            "SELECT count(idexx_app.append_row(%s, 'visit.synced', 'é', 's:' || n,"
            " jsonb_build_object('b', n / 3.0, 'a', 'Zoë 猫 \"quoted\" \\\\ ' || n,"
            " 'c', jsonb_build_array(null, true)), NULL))"
            " FROM generate_series(1, 5000) n",
            (clinic_records.a.user_id,),
        )
    with clinic_records.a.transaction() as tx:
        tx.audit.record(Action.SYNC_FINISHED, "")
    found = checked(clinic_records.a)
    assert (found.rows, found.problem) == (5001, None)


def test_writers_of_different_users_do_not_wait(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as mine, clinic_records.b.transaction() as theirs:
        mine.audit.record(Action.SYNC_STARTED, "done")
        theirs.session.execute(text("SET LOCAL lock_timeout = '2s'"))
        theirs.audit.record(Action.SYNC_STARTED, "done")
    assert problem_of(clinic_records.admin) is None


def test_a_snapshot_does_not_see_what_others_write_meanwhile(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 3)
    with clinic_records.admin.snapshot() as tx:
        heads = tx.chains.heads()
        record(clinic_records.a, 3)
        found = check_chains(tx.chains.rows(), Evidence(tx.chains.checkpoints(), heads))
    assert found.problem is None
    assert found.ends[clinic_records.a.user_id].seq == 3
    assert checked(clinic_records.admin).ends[clinic_records.a.user_id].seq == 6


def test_parts_of_a_chain(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 6)
    times = [row.timestamp for row in reversed(rows_of(clinic_records.a))]
    me = clinic_records.a.user_id
    with clinic_records.a.snapshot() as tx:
        assert [row[1] for row in tx.chains.rows_of(me, 2)] == ["3", "4", "5", "6"]
        assert [row[1] for row in tx.chains.rows_of(me, 2, 4)] == ["3", "4"]
        assert tx.chains.ranges(None, None) == [ChainRange(me, 1, 6)]
        assert tx.chains.ranges(times[1], times[4]) == [ChainRange(me, 2, 4)]
        assert tx.chains.ranges(times[5] + timedelta(days=1), None) == []
        assert list(tx.chains.rows_of(clinic_records.b.user_id, 0)) == []


def test_rows_of_a_visit_and_of_a_person(clinic_records: AllRecords) -> None:
    record(clinic_records.a, 4)
    record(clinic_records.b, 3)
    with psycopg.connect(clinic_records.database.owner_url) as root:
        root.execute("SET session_replication_role = replica")
        root.execute(
            'UPDATE idexx_sync_audit_log SET metadata = \'{"visit_keys": ["a:2", "c:9"]}\''
            " WHERE actor = 'test_b' AND seq = 1"
        )
    for which, expected in (
        (AuditFilter(visit_key="a:2"), 3),
        (AuditFilter(visit_key="c:9"), 1),
        (AuditFilter(visit_key="a"), 0),
        (AuditFilter(visit_key="a:2", user_id=clinic_records.b.user_id), 2),
        (AuditFilter(user_id=clinic_records.a.user_id), 4),
    ):
        assert len(rows_of(clinic_records.admin, which)) == expected, which
    assert rows_of(clinic_records.a, AuditFilter(user_id=clinic_records.b.user_id)) == []


def test_a_long_list_comes_in_batches(clinic_records: AllRecords) -> None:
    fill_audit(clinic_records.database.owner_url, users=4, rows=12_000)
    with clinic_records.a.snapshot() as tx:
        streamed = [row.seq for row in tx.audit.stream(AuditFilter(status="failed"))]
        assert streamed == sorted(streamed, reverse=True)
        assert len(streamed) == tx.audit.count(AuditFilter(status="failed")) > 500
        assert tx.audit.emails() == {clinic_records.a.user_id: "test_a@oak.example"}


@pytest.mark.parametrize("action", ["user.deleted", "audit.month_removed", "schema.migrated"])
def test_what_only_the_owner_does_nobody_else_records(clinic_records: AllRecords, action: str) -> None:
    for records in (clinic_records.a, clinic_records.admin):
        with pytest.raises(Failure) as refused, records.transaction() as tx:
            tx.audit.record(Action(action), "done")
        assert refused.value.code is FailureCode.DATABASE_REFUSED
