"""A legal hold keeps entries whatever their age, until it is released."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.retention import Obstacle
from tests.db.old_record import JANUARY, WEEK, Old


@pytest.fixture
def admin(old: Old) -> Iterator[psycopg.Connection]:
    with psycopg.connect(old.database.url(old.database.people.admin), autocommit=True) as connection:
        yield connection


def test_holds(old: Old, admin: psycopg.Connection) -> None:
    """Placed and released by admins and by the owner; one row each, without the reason, which may name somebody."""
    b = old.database.people.b.user_id
    placed = admin.execute("SELECT idexx_app.place_audit_hold('Bella Smith', %s)::text", (b,)).fetchone()
    assert placed is not None
    assert set(old.obstacles().values()) == {Obstacle.HELD}
    (shown,) = old.service.overview().holds
    assert (shown.id, shown.reason, shown.user_id, shown.email, shown.placed_by) == (
        placed[0], "Bella Smith", b, "test_b@elm.example", "test_admin",
    )  # fmt: skip
    old.service.release_hold(shown.id)
    assert set(old.obstacles().values()) == {Obstacle.NOT_EXPORTED}
    for gone in (shown.id, b, "no id"):
        with pytest.raises(Failure, match="hold"):
            old.service.release_hold(gone)
    rows = old.ask(
        "SELECT action, actor, metadata FROM idexx_sync_audit_log WHERE action LIKE 'audit.hold%%' ORDER BY timestamp"
    )
    root = old.database.server.superuser
    assert rows == [
        ("audit.hold_placed", "test_admin", {"hold_id": placed[0], "user_id": b}),
        ("audit.hold_released", root, {"hold_id": placed[0]}),
    ]


def test_holds_need_a_reason_and_a_person_who_is_there(old: Old, admin: psycopg.Connection) -> None:
    for reason, email in ((" ", None), ("lawsuit", "nobody@elm.example")):
        with pytest.raises(Failure) as refused:
            old.service.place_hold(reason, email)
        assert refused.value.code == FailureCode.INVALID_INPUT
    with pytest.raises(CheckViolation):
        admin.execute("SELECT idexx_app.place_audit_hold(' ', NULL)")
    for attempt in (
        "SELECT idexx_app.place_audit_hold('x', NULL)",
        "SELECT idexx_app.release_audit_hold(NULL)",
    ):
        with (
            psycopg.connect(old.database.url(old.database.people.a)) as user,
            pytest.raises(InsufficientPrivilege),
        ):
            user.execute(attempt.encode())
    assert old.service.overview().holds == ()


def test_a_hold_that_is_being_placed_is_waited_for(old: Old) -> None:
    old.service.export(old.folder)
    old.exported(JANUARY, WEEK)
    with (
        psycopg.connect(old.database.owner_url) as placing,
        psycopg.connect(old.database.owner_url) as removing,
    ):
        placing.execute("SELECT idexx_app.place_audit_hold('lawsuit', NULL)")
        removing.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), removing.transaction():
            removing.execute("SELECT idexx_app.remove_audit_month('2019-01-01')")
        placing.commit()
        with pytest.raises(CheckViolation, match="held"):
            removing.execute("SELECT idexx_app.remove_audit_month('2019-01-01')")
