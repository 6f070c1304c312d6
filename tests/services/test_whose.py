"""An admin looks at everybody's rows, changes none of them, and everybody else is told that they may not look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from idexx_desktop.app import Program
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind, HistoryFilter, VisitFilter, Whose
from idexx_desktop.domain.records import CallRecord, Page, SessionRecord, VisitRecord
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.directory import DirectoryService
from idexx_desktop.services.history import HistoryService
from idexx_desktop.services.status import StatusService
from idexx_desktop.services.visits import VisitService
from idexx_desktop.sync.parts import this_holder
from tests.support.postgres import ELM, OAK
from tests.support.practice import EVERYTHING, Practice


@dataclass(frozen=True)
class Admin:
    """The services of an admin who is a member of the other clinic, beside a clinic that has synced."""

    practice: Practice
    visits: VisitService
    calls: CallService
    history: HistoryService
    status: StatusService
    directory: DirectoryService

    @property
    def whose(self) -> Whose:
        """What the rows of the synced clinic say of `others`."""
        people = self.practice.database.people
        return Whose(people.a.user_id, people.a.clinic_id)

    def a_visit(self, state: str) -> VisitRecord:
        """One of the visits of the synced clinic."""
        rows = self.visits.rows(VisitFilter(whose=self.whose), EVERYTHING)
        return next(row for row in rows if row.state == state and row.has_clinical_notes)

    def a_call(self) -> CallRecord:
        """One of its calls."""
        return self.calls.rows(CallFilter("all", whose=self.whose), EVERYTHING)[0]


@pytest.fixture
def admin(synced: Practice) -> Iterator[Admin]:
    """Over a login of its own."""
    person, clock = synced.database.people.admin, synced.clock
    with closing(Database(synced.database.url(person))) as database:
        records = ClinicRecords(database, person.user_id, person.clinic_id)
        yield Admin(
            synced,
            VisitService(records, clock, synced.program.neo_address.to_open),
            CallService(records, clock),
            HistoryService(records),
            StatusService(records, clock, this_holder(), synced.sharing()),
            DirectoryService(records),
        )


def test_an_admin_reads_what_everybody_synced(admin: Admin) -> None:
    visits, calls = admin.practice.visits(), admin.practice.calls()
    for whose in (Whose(), admin.whose, Whose(admin.whose.user_id), Whose(clinic_id=admin.whose.clinic_id)):
        rows = admin.visits.rows(VisitFilter(whose=whose), EVERYTHING)
        assert {row.visit_key: replace(row, others=None) for row in rows} == visits
        assert {row.others for row in rows} == {admin.whose}
        assert admin.visits.count(VisitFilter(whose=whose)) == len(visits)
        assert sum(admin.visits.counts_by_state(VisitFilter(whose=whose)).values()) == len(visits)
        assert admin.visits.providers(whose) == admin.practice.program.visits.providers()
        found = admin.calls.rows(CallFilter("all", whose=whose), EVERYTHING)
        assert [replace(row, others=None) for row in found] == [replace(each, questions=()) for each in calls]
        assert admin.calls.count(CallFilter("all", whose=whose)) == len(calls)
        assert admin.calls.group_counts(whose)["all"] == len(calls)
        (run,) = admin.history.rows(HistoryFilter(whose=whose), EVERYTHING)
        assert isinstance(run, SessionRecord)
        assert run.others == admin.whose
        assert admin.history.count(HistoryFilter(whose=whose)) == 1
        assert admin.history.first_at(whose) == run.started_at
        assert admin.history.devices(whose) == [run.device]
        assert [row.others for row in admin.history.failures_of(run.id, run.others)] == [admin.whose]
    assert admin.visits.rows(VisitFilter(), EVERYTHING) == []
    assert admin.status.today().needs(admin.practice.program.clock.now()).visits == 0


def test_whose_notes_an_admin_read_is_recorded(admin: Admin) -> None:
    visit = admin.a_visit("scheduled")
    assert admin.visits.get(visit.visit_key, visit.others).notes
    [row] = admin.practice.query(
        "SELECT actor, metadata FROM public.idexx_sync_audit_log WHERE action = 'visit.viewed'"
    )
    assert row["actor"] == admin.practice.database.people.admin.login
    assert row["metadata"] == {
        "visit_key": visit.visit_key,
        "user_id": admin.whose.user_id,
        "clinic_id": admin.whose.clinic_id,
    }
    with pytest.raises(Failure) as nobody:
        admin.visits.get(visit.visit_key)
    assert nobody.value.title == "There is no such visit."


WRITES: dict[str, Callable[[Admin], object]] = {
    "decide": lambda to: to.visits.decide(to.a_visit("held").visit_key, PersonChoice.CALL),
    "ignore": lambda to: to.visits.decide(to.a_visit("held").visit_key, PersonChoice.IGNORE),
    "undo": lambda to: to.visits.undo_decision(to.a_visit("held").visit_key),
    "outcome": lambda to: to.calls.record_outcome(to.a_call().id, CallOutcomeKind.OPTED_OUT),
    "undo outcome": lambda to: to.calls.undo_outcome(to.a_call().id),
    "reschedule": lambda to: to.calls.reschedule(to.a_call().id, to.practice.clock.now() + timedelta(days=1)),
    "hold": lambda to: to.calls.hold(to.a_call().id, "why"),
    "cancel": lambda to: to.calls.cancel(to.a_call().id, "why"),
}


def test_what_is_not_ones_own_is_only_looked_at(admin: Admin) -> None:
    before = (admin.practice.visits(), admin.practice.calls())
    for write in WRITES.values():
        with pytest.raises(Failure) as refused:
            write(admin)
        assert refused.value.code is FailureCode.DATABASE_REFUSED
        assert "only be looked at" in refused.value.title
    assert (admin.practice.visits(), admin.practice.calls()) == before
    assert admin.practice.query("SELECT 1 FROM public.visit_decisions") == []
    assert admin.practice.query("SELECT 1 FROM public.opt_outs") == []


READS: dict[str, Callable[[Program, Whose], object]] = {
    "clinics": lambda program, _: program.status.clinics(),
    "visits": lambda program, whose: program.visits.rows(VisitFilter(whose=whose), Page()),
    "count": lambda program, whose: program.visits.count(VisitFilter(whose=whose)),
    "states": lambda program, whose: program.visits.counts_by_state(VisitFilter(whose=whose)),
    "visit": lambda program, whose: program.visits.get("a:1", whose),
    "providers": lambda program, whose: program.visits.providers(whose),
    "calls": lambda program, whose: program.calls.rows(CallFilter(whose=whose), Page()),
    "calls counted": lambda program, whose: program.calls.count(CallFilter(whose=whose)),
    "groups": lambda program, whose: program.calls.group_counts(whose),
    "history": lambda program, whose: program.history.rows(HistoryFilter(whose=whose), Page()),
    "history counted": lambda program, whose: program.history.count(HistoryFilter(whose=whose)),
    "first": lambda program, whose: program.history.first_at(whose),
    "devices": lambda program, whose: program.history.devices(whose),
    "left over": lambda program, whose: program.history.failures_of(
        "00000000-0000-0000-0000-000000000000", whose
    ),
}


def test_nobody_else_may_ask_for_rows_of_others(synced: Practice) -> None:
    for ask in READS.values():
        for whose in (Whose(), Whose(synced.database.people.b.user_id)):
            with pytest.raises(Failure) as refused:
                ask(synced.program, whose)
            assert refused.value.code is FailureCode.DATABASE_REFUSED
            assert refused.value.title.startswith("Only an admin's login")
    found = synced.program.directory.read()
    assert (found.people, found.clinics, found.begins_with_all) == ((), (), False)


def test_the_directory(admin: Admin) -> None:
    found = admin.directory.read()
    assert [clinic.name for clinic in found.clinics] == [ELM, OAK]
    assert admin.whose.user_id in {person.user_id for person in found.people}
    assert len(found.people) == 4
    assert found.begins_with_all  # nothing was ever synced with this login


def test_how_every_clinic_stands(admin: Admin) -> None:
    elm, oak = admin.status.clinics()
    assert (elm.clinic.name, oak.clinic.name) == (ELM, OAK)
    assert (elm.up_to_date_as_of, elm.sign_ins, elm.attention_count) == (None, (), 0)
    assert oak.up_to_date_as_of == admin.practice.clock.now()
    assert (
        oak.attention_count
        == admin.practice.program.status.today().needs(admin.practice.program.clock.now()).visits
    )
    assert [(state.email, state.state) for state in oak.sign_ins] == [("test_a@oak.example", "valid")]
    assert (oak.suspended, oak.last_failure, oak.stale) == (None, None, False)
    admin.practice.clock.pass_by(days=2)
    with admin.practice.program.records.transaction() as tx:
        tx.credentials.suspend(FailureCode.WRONG_PASSWORD, admin.practice.clock.now(), rejected=True)
    oak = admin.status.clinics()[1]
    assert oak.stale
    assert oak.suspended
    assert oak.suspended.code is FailureCode.WRONG_PASSWORD


def test_today_ends_at_the_midnight_of_the_clinic_that_is_asked_for(admin: Admin) -> None:
    tonight = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)  # 22:00 in Los Angeles, 01:00 in New York
    admin.practice.query("UPDATE public.scheduled_discharge_calls SET scheduled_for = %s", tonight)
    count = len(admin.practice.calls())
    groups = admin.calls.group_counts(Whose(clinic_id=admin.whose.clinic_id))
    assert (groups["due"], groups["upcoming"]) == (count, 0)
    # a list of several clinics ends at one's own
    groups = admin.calls.group_counts(Whose())
    assert (groups["due"], groups["upcoming"]) == (0, count)
