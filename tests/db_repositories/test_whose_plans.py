"""An admin's lists are found by an index, however many rows others have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.filters import HistoryFilter, VisitFilter, Whose
from idexx_desktop.domain.records import Page
from tests.db_repositories.conftest import Query
from tests.db_repositories.made_up import NOW
from tests.support.postgres import AllRecords

LARGE = ("visits", "idexx_sync_sessions")
# 40 people with 600 visits and syncs each
FILL = (
    "INSERT INTO public.users (email) SELECT 'many-' || n || '@oak.example' FROM generate_series(1, 40) n",
    "INSERT INTO public.clinic_members (user_id, clinic_id) SELECT u.id, c.id FROM public.users u, clinics c"
    " WHERE c.name = 'Oak Street Vets' AND u.email LIKE 'many-%%'",
    "INSERT INTO public.visits"
    " (user_id, clinic_id, visit_key, visit_at, kind, state, reason_code, reason, needs_attention)"
    " SELECT user_id, clinic_id, 'a:' || n, %s - n * interval '20 minutes', 'general', 'scheduled', 'call_due', '',"
    " n %% 300 = 0 FROM public.clinic_members, generate_series(1, 600) n",
    "INSERT INTO public.idexx_sync_sessions (user_id, clinic_id, status, started_at)"
    " SELECT user_id, clinic_id, 'completed', visit_at FROM public.visits",
    "ANALYZE",
)


def test_no_large_table_is_read_whole(clinic_records: AllRecords, as_owner: Query) -> None:
    for statement in FILL:
        as_owner(statement, *([NOW] if "%s" in statement else []))
    a = clinic_records.database.people.a
    both, clinic, person = Whose(a.user_id, a.clinic_id), Whose(None, a.clinic_id), Whose(a.user_id)
    with clinic_records.admin.transaction() as tx:
        for whose in (None, Whose(), person, clinic, both):
            assert_indexed(tx, history(whose))
            assert_indexed(tx, attention(whose))
        for whose in (None, Whose(), clinic, both):
            assert_indexed(tx, visits(whose))
        assert_indexed(tx, lambda tx: tx.sessions.newest_by_clinic())


def visits(whose: Whose | None) -> Callable[[Transaction], object]:
    return lambda tx: tx.visits.page(VisitFilter(whose=whose), Page())


def history(whose: Whose | None) -> Callable[[Transaction], object]:
    return lambda tx: tx.sessions.page(HistoryFilter(whose=whose), Page())


def attention(whose: Whose | None) -> Callable[[Transaction], object]:
    return lambda tx: tx.visits.count(VisitFilter(attention_only=True, whose=whose))


def assert_indexed(tx: Transaction, ask: Callable[[Transaction], object]) -> None:
    """The plans of what is asked look into indexes."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        sent.append((statement, values))

    connection = tx.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    ask(tx)
    event.remove(connection, "before_cursor_execute", note)
    for statement, values in sent:
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))
        assert [table for table in LARGE if f"Seq Scan on {table}" in plan] == [], plan
