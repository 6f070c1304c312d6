"""What Today says: can I rely on the list, what must I do; and the history, the record and the check-up beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, HistoryFilter
from idexx_desktop.domain.needs import ProblemKind
from idexx_desktop.domain.records import Page, SessionRecord
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import EVERYTHING, Practice, Practices


def test_after_a_sync(synced: Practice) -> None:
    today = synced.program.status.today()
    visits = synced.visits()
    assert today.up_to_date_as_of == synced.clock.now()
    assert today.credential_status == "valid"
    assert (today.suspended, today.last_failure, today.running) == (None, None, None)
    assert sum(today.counts.values()) == len(visits)
    assert today.counts[VisitState.FAILED] == 1
    assert today.attention_count == sum(visit.needs_attention for visit in visits.values())
    assert synced.program.status.today().needs(synced.program.clock.now()).count == today.attention_count
    assert 0 < len(today.attention) <= 3
    assert len(today.calls_today) <= 5
    assert len(today.day_counts) == 30
    assert not today.stale
    synced.clock.pass_by(days=2)
    assert synced.program.status.today().stale
    assert [
        each.kind for each in synced.program.status.today().needs(synced.program.clock.now()).problems
    ] == [ProblemKind.NOT_SYNCED, ProblemKind.CALLS_NOT_TAKEN]
    synced.program.calls.pause_all()
    assert (
        synced.program.status.today().needs(synced.program.clock.now()).problems[-1].kind
        is ProblemKind.PAUSED
    )


def test_before_the_first_sync(practices: Practices) -> None:
    practice = practices("ordinary-day")
    practice.program.credentials.forget()
    today = practice.program.status.today()
    assert today.up_to_date_as_of is None
    assert today.credential_status == "not_configured"
    assert today.last_session is None
    assert sum(today.counts.values()) == 0


def test_history(synced: Practice) -> None:
    synced.site.stop()
    synced.clock.pass_by(hours=1)
    synced.sync()
    history = synced.program.history
    rows = history.rows(HistoryFilter(), EVERYTHING)
    assert [row.status for row in rows if isinstance(row, SessionRecord)] == ["failed", "completed"]
    assert history.count(HistoryFilter()) == 2
    problems = history.rows(HistoryFilter("problems"), EVERYTHING)
    assert len(problems) == 2  # one did not finish, in the other a visit couldn't be read
    first = rows[-1]
    assert isinstance(first, SessionRecord)
    assert [visit.state for visit in history.failures_of(first.id)] == [VisitState.FAILED]
    assert history.devices() == [first.device]


def test_looking_at_the_record_is_recorded_once_a_look(synced: Practice) -> None:
    audit = synced.program.audit
    first = audit.rows(AuditFilter(), Page(limit=5))
    assert len(first) == 5
    assert synced.actions()["audit.examined"] == 1
    last = first[-1]
    audit.rows(AuditFilter(), Page(before=(last.timestamp, last.seq), limit=5))
    assert synced.actions()["audit.examined"] == 1
    assert audit.counts(AuditFilter(action="sync.started")).total == 1
    assert audit.verify().ok


def test_today_says_that_the_record_was_changed(synced: Practice) -> None:
    assert synced.program.status.today().record_changed is False
    synced.program.audit.verify()
    synced.query(
        "ALTER TABLE public.idexx_sync_audit_log DISABLE TRIGGER USER;"
        "UPDATE public.idexx_sync_audit_log SET status = 'ok' WHERE action = 'sync.started';"
        "ALTER TABLE public.idexx_sync_audit_log ENABLE TRIGGER USER"
    )
    assert synced.program.audit.verify().ok is False
    assert synced.program.status.today().record_changed is True


def test_no_row_of_the_record_names_anybody(synced: Practice) -> None:
    rows = synced.query(
        "SELECT metadata::text || coalesce(error_details::text, '') AS text FROM public.idexx_sync_audit_log"
    )
    text = " ".join(row["text"] for row in rows)
    for visit in synced.visits().values():
        assert visit.owner_name not in text
        assert not visit.phone or visit.phone not in text


def test_the_check_up(synced: Practice) -> None:
    checks = {check.name: check for check in app.check_up(synced.environment)}
    for name in ("program", "browser", "profile", "vault", "records", "activity record", "sign-in", "Neo"):
        assert checks[name].ok, checks[name]
    synced.site.stop()
    synced.program.credentials.forget()
    checks = {check.name: check for check in app.check_up(synced.environment)}
    assert not checks["Neo"].ok
    assert not checks["sign-in"].ok
    assert checks["records"].ok


def test_the_check_up_without_a_profile(tmp_path: Path) -> None:
    checks = {check.name: check for check in app.check_up(Environment(tmp_path / "none"))}
    assert not checks["profile"].ok
    assert not (tmp_path / "none").exists()


def test_unreachable_records_are_named(synced: Practice) -> None:
    elsewhere = Environment(synced.home, database_url="postgresql://test_a:x@127.0.0.1:1/clinic")
    with pytest.raises(Failure) as problem:
        app.open_program(elsewhere)
    assert problem.value.code is FailureCode.DATABASE_UNREACHABLE
