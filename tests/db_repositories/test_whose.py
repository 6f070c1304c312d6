"""An admin reads everybody's visits, calls and runs, by person and by clinic; all others only their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallFilter, HistoryFilter, VisitFilter, Whose
from idexx_desktop.domain.misses import Miss, MissReason
from idexx_desktop.domain.places import history_place
from idexx_desktop.domain.records import CallRecord, MissedRun, Page, SessionRecord, VisitRecord
from tests.db_repositories.made_up import FAILED, HELD, NOW, ZONE, a_visit, write, write_with_call
from tests.support.postgres import ELM, OAK, AllRecords, People

HOUR = timedelta(hours=1)
WRITERS = ("a", "b", "admin")
Row = VisitRecord | CallRecord | SessionRecord | MissedRun
Position = tuple[datetime | str | bool | None, ...]


@dataclass(frozen=True)
class Filled:
    """The records of four people; each but the colleague has a visit with a call, a held visit, and a run."""

    records: AllRecords
    sessions: dict[str, str]

    @property
    def people(self) -> People:
        """Who they are."""
        return self.records.database.people

    def whose(self, login: str) -> Whose:
        """What a row of theirs says of `others`."""
        person = getattr(self.people, login)
        return Whose(person.user_id, person.clinic_id)


@pytest.fixture
def filled(clinic_records: AllRecords) -> Filled:
    sessions = {}
    for login in WRITERS:
        records: ClinicRecords = getattr(clinic_records, login)
        with records.transaction() as tx:
            # the same keys in both clinics, and twice in one of them: only with clinic and user do they name a visit
            write_with_call(tx, a_visit(1 if login != "admin" else 3, pet=login, provider=f"Dr. {login}"))
            write(tx, a_visit(2, pet=login, notes=f"Notes of {login}."), HELD, needs_attention=True)
            sessions[login] = a_run(tx, device=f"PC of {login}")
            tx.missed.add([Miss(NOW, MissReason.ASLEEP)], f"PC of {login}")
    return Filled(clinic_records, sessions)


def a_run(tx: Transaction, device: str = "", at: datetime = NOW, failure: Failure | None = None) -> str:
    """A run that has ended; its id."""
    run = tx.sessions.start(Trigger.SCHEDULE, device, at - 48 * HOUR, at, 1, now=at)
    tx.sessions.finish(
        run.id, "failed" if failure else "completed", seen=1, synced=1, failed=0, calls=0, written=1, requests=1,
        signed_in=False, failure=failure, next_scheduled_sync=None, now=at + HOUR / 60,
    )  # fmt: skip
    return run.id


def visits(tx: Transaction, whose: Whose | None, page: Page = Page()) -> list[VisitRecord]:  # noqa: B008 - frozen
    return tx.visits.page(VisitFilter(whose=whose), page)


def calls(tx: Transaction, whose: Whose | None, page: Page = Page()) -> list[CallRecord]:  # noqa: B008 - frozen
    return tx.calls.page(CallFilter("all", whose=whose), page, zone=ZONE, now=NOW)


def runs(
    tx: Transaction,
    whose: Whose | None,
    page: Page = Page(),  # noqa: B008 - frozen
) -> list[SessionRecord | MissedRun]:
    return tx.sessions.page(HistoryFilter(whose=whose), page)


def names(rows: list[VisitRecord]) -> list[str]:
    return sorted(row.patient_name for row in rows)


@pytest.fixture
def tx(filled: Filled) -> Iterator[Transaction]:
    """A transaction of the admin, who is a member of B's clinic."""
    with filled.records.admin.transaction() as transaction:
        yield transaction


def test_without_asking_an_admin_has_their_own_rows(tx: Transaction) -> None:
    assert names(visits(tx, None)) == ["admin", "admin"]
    assert [row.patient_names for row in calls(tx, None)] == [("admin",)]
    assert {row.device for row in runs(tx, None)} == {
        "PC of admin",
        "PC of b",
    }  # B noticed the missed run first
    assert tx.visits.attention_count() == 1
    everything: list[Row] = [*visits(tx, None), *calls(tx, None), *runs(tx, None)]
    assert {row.others for row in everything} == {None}


def test_an_admin_reads_everybodys_rows_and_each_says_whose_it_is(tx: Transaction, filled: Filled) -> None:
    everybody = Whose()
    of = {"a": filled.whose("a"), "b": filled.whose("b"), "admin": None}
    found = visits(tx, everybody)
    assert names(found) == sorted(WRITERS * 2)
    assert all(row.others == of[row.patient_name] for row in found)
    assert tx.visits.count(VisitFilter(whose=everybody)) == 6
    assert sum(tx.visits.counts_by_state(VisitFilter(whose=everybody)).values()) == 6
    assert tx.visits.providers(everybody) == ["Dr. a", "Dr. admin", "Dr. b", "Dr. Chen"]
    called = calls(tx, everybody)
    assert {row.patient_names[0]: row.others for row in called} == of
    assert all(row.visit_keys for row in called)
    assert tx.calls.group_counts(CallFilter(whose=everybody), zone=ZONE, now=NOW)["all"] == 3
    ran = runs(tx, everybody)
    by_device = {row.device: row.others for row in ran if isinstance(row, SessionRecord)}
    assert by_device == {f"PC of {login}": whose for login, whose in of.items()}
    missed = {row.device: row.others for row in ran if isinstance(row, MissedRun)}
    assert missed == {"PC of a": Whose(clinic_id=filled.people.a.clinic_id), "PC of b": None}
    assert tx.sessions.count(HistoryFilter(whose=everybody)) == 5
    assert tx.sessions.devices(everybody) == ["PC of a", "PC of admin", "PC of b"]
    assert tx.sessions.first_at(everybody) == NOW


def test_by_person_and_by_clinic(tx: Transaction, filled: Filled) -> None:
    elm, b = filled.people.b.clinic_id, filled.people.b.user_id
    for whose, expected in (
        (Whose(clinic_id=elm), {"b", "admin"}),
        (Whose(b), {"b"}),
        (Whose(b, elm), {"b"}),
        (Whose(b, filled.people.a.clinic_id), set()),
        (Whose(filled.people.colleague.user_id), set()),
    ):
        assert {row.patient_name for row in visits(tx, whose)} == expected
        assert {name for row in calls(tx, whose) for name in row.patient_names} == expected
        devices = {row.device for row in runs(tx, whose) if isinstance(row, SessionRecord)}
        assert devices == {f"PC of {login}" for login in expected}
        assert tx.calls.count(CallFilter("all", whose=whose), zone=ZONE, now=NOW) == len(expected)
    # a missed run is a clinic's, not a person's
    assert [row.device for row in runs(tx, Whose(clinic_id=elm)) if isinstance(row, MissedRun)] == ["PC of b"]
    assert [row for row in runs(tx, Whose(b)) if isinstance(row, MissedRun)] == []


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_without_a_gap_where_keys_and_instants_are_the_same(tx: Transaction, limit: int) -> None:
    def position(row: Row) -> Position:
        if isinstance(row, VisitRecord):
            return (row.visit_at, row.visit_key, row.id)
        if isinstance(row, CallRecord):
            return (row.scheduled_for, row.id)
        return history_place(row)

    ask: tuple[Callable[[Transaction, Whose, Page], list[Row]], ...] = (visits, calls, runs)  # type: ignore[assignment]  # lists of one kind each
    for each in ask:
        whole = each(tx, Whose(), Page())
        paged: list[Row] = []
        rows = each(tx, Whose(), Page(limit=limit))
        while rows:
            paged += rows
            assert len(paged) <= len(whole)
            rows = each(tx, Whose(), Page(position(rows[-1]), limit))
        assert paged == whole


def test_the_visit_of_another_is_read_with_its_notes(tx: Transaction, filled: Filled) -> None:
    own, of_a = tx.visits.get("a:2"), tx.visits.get("a:2", filled.whose("a"))
    assert own is not None
    assert of_a is not None
    assert (own.notes, of_a.notes) == ("Notes of admin.", "Notes of a.")
    assert (own.others, of_a.others) == (None, filled.whose("a"))
    assert tx.visits.get("a:1") is None
    assert tx.visits.is_anothers("a:1")
    assert not tx.visits.is_anothers("a:77")


def test_what_anothers_run_left_over(filled: Filled) -> None:
    run = filled.sessions["a"]
    with filled.records.a.transaction() as tx:
        write(tx, a_visit(9, pet="a"), FAILED, session_id=run)
        tx.audit.record(Action.VISIT_FAILED, "failed", session_id=run, metadata={"visit_key": "a:2"})
    with filled.records.admin.transaction() as tx:
        left = tx.visits.failures_of(run, filled.whose("a"))
        assert {row.visit_key: row.others for row in left} == {
            "a:2": filled.whose("a"),
            "a:9": filled.whose("a"),
        }
        assert tx.visits.failures_of(run) == []


def test_nobody_else_reaches_others_by_any_argument(filled: Filled) -> None:
    people = filled.people
    asked = [
        Whose(),
        *(Whose(person.user_id) for person in (people.a, people.b, people.colleague, people.admin)),
        *(Whose(clinic_id=person.clinic_id) for person in (people.a, people.b)),
        filled.whose("b"),
    ]
    with filled.records.a.transaction() as tx:
        for whose in asked:
            assert {row.patient_name for row in visits(tx, whose)} <= {"a"}
            assert {name for row in calls(tx, whose) for name in row.patient_names} <= {"a"}
            assert {row.device for row in runs(tx, whose)} <= {"PC of a"}
            assert set(tx.sessions.devices(whose)) <= {"PC of a"}
            assert set(tx.visits.providers(whose)) <= {"Dr. a", "Dr. Chen"}
        assert tx.visits.get("a:2", filled.whose("b")) is None
        assert tx.visits.failures_of(filled.sessions["b"], filled.whose("b")) == []
        assert set(tx.visits.attention_by_clinic()) == {people.a.clinic_id}
        assert set(tx.sessions.newest_by_clinic()) == {people.a.clinic_id}


def test_a_clinic_whose_time_zone_is_none(
    clinic_records: AllRecords, as_owner: Callable[..., object]
) -> None:
    for kept, found in (
        ("Pacific time", ""),
        ("../etc/passwd", ""),
        ("", ""),
        ("Europe/Paris", "Europe/Paris"),
    ):
        as_owner("UPDATE public.clinic_settings SET timezone = %s", kept)
        with clinic_records.admin.transaction() as tx:
            assert {clinic.timezone for clinic in tx.directory.clinics()} == {found}


def test_the_directory_is_an_admins(filled: Filled) -> None:
    with filled.records.admin.transaction() as tx:
        assert [person.email for person in tx.directory.people()] == [
            "test_a@oak.example", "test_admin@elm.example", "test_b@elm.example", "test_colleague@oak.example",
        ]  # fmt: skip
        assert [(clinic.name, clinic.timezone) for clinic in tx.directory.clinics()] == [
            (ELM, "America/New_York"), (OAK, "America/Los_Angeles"),
        ]  # fmt: skip
        assert tx.directory.is_admin()
        # a member of one clinic, with visits there
        assert not tx.directory.begins_with_all()
    for records in (filled.records.a, filled.records.b, filled.records.colleague):
        with records.transaction() as tx:
            assert not tx.directory.is_admin()
            assert (tx.directory.people(), tx.directory.clinics(), tx.directory.sign_ins()) == ([], [], {})


def test_lists_begin_with_all_for_who_has_no_visits_or_several_clinics(
    clinic_records: AllRecords, as_owner: Callable[..., object]
) -> None:
    admin = clinic_records.database.people.admin
    with clinic_records.admin.transaction() as tx:
        assert tx.directory.begins_with_all()
        write(tx, a_visit())
        assert not tx.directory.begins_with_all()
    as_owner(
        "INSERT INTO public.clinic_members (user_id, clinic_id) VALUES (%s, %s)",
        admin.user_id,
        clinic_records.database.people.a.clinic_id,
    )
    with clinic_records.admin.transaction() as tx:
        assert tx.directory.begins_with_all()


def test_the_newest_run_of_each_clinic(filled: Filled) -> None:
    oak, elm = filled.people.a.clinic_id, filled.people.b.clinic_id
    with filled.records.colleague.transaction() as tx:
        a_run(tx, "PC of colleague", NOW + HOUR)
    with filled.records.a.transaction() as tx:
        a_run(tx, "PC of a", NOW + 2 * HOUR, Failure(FailureCode.UNREACHABLE))
    with filled.records.admin.transaction() as tx:
        newest, completed = tx.sessions.newest_by_clinic(), tx.sessions.newest_by_clinic(completed=True)
        assert (newest[oak].device, newest[oak].failure_code) == ("PC of a", "unreachable")
        assert completed[oak].device == "PC of colleague"
        assert newest[elm].started_at == completed[elm].started_at == NOW
        assert tx.visits.attention_by_clinic() == {oak: 1, elm: 2}


def test_an_admin_reads_the_state_of_sign_ins_and_never_what_is_sealed(filled: Filled) -> None:
    with filled.records.a.transaction() as tx:
        sealed = tx.credentials.reserve()
        tx.credentials.save(
            sealed, company_id="sealed-1", username="sealed-2", password="sealed-3", key_id="k",
            neo_url="https://x", status="valid", validated_at=NOW, now=NOW,
        )  # fmt: skip
        tx.credentials.suspend(FailureCode.WRONG_PASSWORD, NOW, rejected=True)
        tx.cookies.put(sealed, 2, "k", "sealed-4", now=NOW)
    with filled.records.admin.transaction() as tx:
        (state,) = tx.directory.sign_ins()[filled.people.a.clinic_id]
        assert (state.email, state.state) == ("test_a@oak.example", "invalid")
        assert (state.suspended_code, state.last_validated_at) == ("wrong_password", NOW)
        for table in ("idexx_credentials", "neo_cookies"):
            assert tx.session.execute(text(f"SELECT count(*) FROM public.{table}")).scalar() == 0
        whole = tx.session.execute(text("SELECT to_jsonb(c)::text FROM idexx_app.credential_states() c"))
        assert "sealed" not in "".join(whole.scalars())
    with filled.records.b.transaction() as tx:
        assert tx.session.execute(text("SELECT count(*) FROM idexx_app.credential_states()")).scalar() == 0
