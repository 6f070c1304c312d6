"""A colleague's claim, case or call is worth what the call is: none of it keeps anybody from being called.

What a colleague writes with SQL of their own comes first, then the other user syncs, on our own database and on adopted
ones; the calls are those of a run that nobody disturbed.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idexx_desktop.db import provision
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.services.deciding import apply_decision
from tests.attacks.claiming import DUE, Shared, later, of_owners, undisturbed
from tests.db_repositories.made_up import NOW, PHONE
from tests.support.platform import ANNA, BEN, CLINIC
from tests.support.postgres import NEO_URL, OAK, PASSWORD, ClinicDatabase, TestServer
from tests.support.practice import HandClock

CALL = (
    "INSERT INTO public.scheduled_discharge_calls (user_id, case_id, customer_phone, scheduled_for, status,"
    " dynamic_variables) VALUES (%(them)s, {case}, {phone}, {at}, '{status}', '{{}}') RETURNING id"
)
PLACE = (
    "SELECT idexx_app.place_visits(%(clinic)s, jsonb_build_array(jsonb_build_object("
    "'call_id', %(call)s::text, 'visit_key', %(key)s::text))::text)"
)
CASE = (
    "INSERT INTO public.cases (user_id, clinic_id, external_id) VALUES (%(them)s, %(clinic)s, %(name)s)"
    " RETURNING id"
)
LOOSE_CASE = "INSERT INTO public.cases (user_id, external_id) VALUES (%(them)s, %(name)s) RETURNING id"
CHANGE = "UPDATE public.scheduled_discharge_calls SET {} WHERE id = %(call)s"
CLAIM = "SELECT * FROM idexx_app.claim_visit(%(clinic)s, %(key)s)"
FOLLOW = "SELECT idexx_app.follow_claims(%(clinic)s, ARRAY[%(walk_in)s], ARRAY[%(key)s])"


def call(*, phone: str = "%(phone)s", at: str = "%(due)s", status: str = "queued", case: str = "NULL") -> str:
    """A call of the colleague's."""
    return CALL.format(phone=phone, at=at, status=status, case=case)


OF_CASE = "%(case)s"
FAR, LONG_AGO = "%(due)s + interval '40 days'", "%(due)s - interval '40 days'"
# by what it is: the statements of the colleague's login. None of them is worth a call of this owner's
ATTACKS: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "a claim": (CLAIM,),
    "a claim that follows": ("SELECT * FROM idexx_app.claim_visit(%(clinic)s, %(walk_in)s)", FOLLOW),
    "a case": (CASE,),
    "a case of no clinic": (LOOSE_CASE,),
    "a case, and a cancelled call": (CASE, call(case=OF_CASE, status="cancelled")),
    "a case, and a call to another number": (CASE, call(case=OF_CASE, phone="%(other)s")),
    "a case of no clinic, and a call to another number": (LOOSE_CASE, call(case=OF_CASE, phone="%(other)s")),
    "a case, and a call far away": (CASE, call(case=OF_CASE, at=FAR)),
    "a case, and a call long ago": (CASE, call(case=OF_CASE, at=LONG_AGO)),
    "a case, and a call without number and time": (CASE, call(case=OF_CASE, phone="NULL", at="NULL")),
    "a call to another number": (call(phone="%(other)s"), PLACE),
    "a call far away": (call(at=FAR), PLACE),
    "a call that was cancelled": (call(), PLACE, CHANGE.format("status = 'cancelled'")),
    "a call that was moved away": (call(), PLACE, CHANGE.format("scheduled_for = '2099-01-01'")),
    "a call that lost its number": (call(), PLACE, CHANGE.format("customer_phone = NULL")),
    "a call to another number that is over": (
        call(phone="%(other)s"), PLACE, CHANGE.format("status = 'completed'"),
    ),
    "a call of nothing": (
        call(),
        "INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key)"
        " VALUES (%(call)s, %(clinic)s, %(them)s, %(key)s)",
    ),
    "a row for a call of mine": (
        "INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key)"
        " VALUES (gen_random_uuid(), %(clinic)s, %(me)s, %(key)s)",
    ),
    "a call that was let go": (
        call(), PLACE, "SELECT idexx_app.release_visits(%(clinic)s, %(call)s, NULL)",
    ),
}  # fmt: skip


def in_our_own(database: ClinicDatabase) -> Shared:
    """A and a colleague of A, in a database of the program's own."""
    a, colleague = database.people.a, database.people.colleague
    return Shared(
        database.owner_url,
        database.url(a),
        database.url(colleague),
        a.clinic_id,
        a.user_id,
        colleague.user_id,
        has_clinic_of_case=True,
    )


@pytest.fixture(params=["our own", "older", "newer"])
def shared(request: pytest.FixtureRequest, postgres: TestServer) -> Shared:
    """A clinic of two accounts: ours, and a platform's with and without `cases.clinic_id`."""
    if request.param == "our own":
        return in_our_own(request.getfixturevalue("clinic_database"))
    url: str = request.getfixturevalue("adopt")(request.param)
    provision.create_clinic(url, OAK, "America/Los_Angeles", neo_url=NEO_URL)
    for name in ("anna", "ben"):
        provision.add_user(url, f"{name}@oak.example", "user", f"test_{name}", PASSWORD, OAK)
    name = url.rsplit("/", 1)[1]
    return Shared(
        url,
        postgres.url(name, "test_anna"),
        postgres.url(name, "test_ben"),
        CLINIC,
        ANNA,
        BEN,
        has_clinic_of_case=request.param == "newer",
    )


def test_nothing_that_is_no_call_keeps_one_from_being_made(shared: Shared) -> None:
    visits = of_owners(len(ATTACKS))
    for visit, (what, statements) in zip(visits, ATTACKS.items(), strict=True):
        made = tuple(
            each.replace("user_id, clinic_id, external_id", "user_id, external_id").replace(
                "%(clinic)s, ", ""
            )
            if each == CASE and not shared.has_clinic_of_case
            else each
            for each in statements
        )
        shared.attack(made, visit.visit_key)
        assert what
    theirs = shared.root("SELECT * FROM public.scheduled_discharge_calls ORDER BY id")
    expected = undisturbed(visits, shared)
    assert len(expected) == len(visits)
    shared.sync(visits)
    whats = dict(zip((visit.visit_key for visit in visits), ATTACKS, strict=True))
    found = shared.calls()
    assert {whats[key]: found.get(key) for key in expected} == {
        whats[key]: each for key, each in expected.items()
    }
    assert {row.state for row in shared.pages().values()} == {VisitState.SCHEDULED}
    # nor is anything changed of what others have
    kept = {row["id"]: row for row in shared.root("SELECT * FROM public.scheduled_discharge_calls")}
    assert all(kept[row["id"]] == row for row in theirs)
    # and once more, with the same in reach: nothing is made twice
    shared.sync(visits, later(minutes=5))
    assert shared.calls() == found


def test_what_a_colleague_does_afterwards_changes_nothing_of_ours(shared: Shared) -> None:
    visits = of_owners(3)
    shared.sync(visits)
    found = shared.calls()
    for visit in visits:
        values = shared.values(visit.visit_key)
        mine = shared.root(
            "SELECT call_id::text FROM public.call_visits WHERE visit_key = %(key)s AND active", values
        )[0]["call_id"]
        shared.attack(
            (
                CLAIM, FOLLOW, call(), PLACE, CASE, LOOSE_CASE, "UPDATE public.cases SET call_enabled = false",
                f"SELECT idexx_app.release_visits(%(clinic)s, '{mine}', NULL)",
                f"SELECT idexx_app.place_visits(%(clinic)s, '[{{\"call_id\": \"{mine}\", \"visit_key\": \"a:1\"}}]')",
                "SELECT idexx_app.follow_claims(%(clinic)s, ARRAY[%(key)s], ARRAY['a:1'])",
                "UPDATE public.call_visits SET active = false",
                f"UPDATE public.scheduled_discharge_calls SET status = 'cancelled' WHERE id = '{mine}'",
            ),
            visit.visit_key,
        )  # fmt: skip
    assert shared.calls() == found
    # a second call of theirs was refused a place beside ours
    assert shared.calls(shared.colleague) == {}
    shared.sync(visits, later(minutes=5))
    assert shared.calls() == found
    assert {row.state for row in shared.pages().values()} == {VisitState.SCHEDULED}


def test_a_colleagues_call_is_the_visits_as_long_as_it_is_one(shared: Shared) -> None:
    """By the visit, by its case; until it is cancelled, moved away, or goes to somebody else."""
    visits = of_owners(4)
    placed, cancelled, moved, of_case = (visit.visit_key for visit in visits)
    for key in (placed, cancelled, moved):
        shared.attack((call(), PLACE), key)
    case = CASE if shared.has_clinic_of_case else LOOSE_CASE
    shared.attack((case, call(case=OF_CASE)), of_case)
    shared.sync(visits)
    assert shared.calls() == {}
    rows = shared.pages()
    assert {row.reason_code for row in rows.values()} == {"colleague"}
    assert {row.state for row in rows.values()} == {VisitState.SCHEDULED}
    ids = {
        row["visit_key"]: row["call_id"]
        for row in shared.root("SELECT visit_key, call_id::text FROM public.call_visits")
    }
    end = "UPDATE public.scheduled_discharge_calls SET {} WHERE id = %(call)s"
    shared.root(end.format("status = 'cancelled'"), {"call": ids[cancelled]})
    shared.root(end.format("scheduled_for = scheduled_for + interval '9 days'"), {"call": ids[moved]})
    rows = shared.pages()
    assert {key: row.state for key, row in rows.items()} == {
        placed: VisitState.SCHEDULED, of_case: VisitState.SCHEDULED,
        cancelled: VisitState.HELD, moved: VisitState.HELD,
    }  # fmt: skip
    assert {rows[key].reason_code for key in (cancelled, moved)} == {"call_missing"}
    shared.sync(visits, later(minutes=5))
    assert shared.calls().keys() == {cancelled, moved}
    assert {row.state for row in shared.pages().values()} == {VisitState.SCHEDULED}


Change = Callable[[Shared, str], None]


def _end_membership(shared: Shared, _: str) -> None:
    shared.root("DELETE FROM public.clinic_members WHERE user_id = %(them)s", {"them": shared.colleague})


def _switch_off(shared: Shared, _: str) -> None:
    shared.root(
        "UPDATE idexx_app.logins SET active = false WHERE user_id = %(them)s", {"them": shared.colleague}
    )


def _did_not_get_through(shared: Shared, key: str) -> None:
    shared.root(
        "UPDATE public.scheduled_discharge_calls SET status = 'failed' WHERE id IN"
        " (SELECT call_id FROM public.call_visits WHERE visit_key = %(key)s)",
        {"key": key},
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_end_membership, "account_left"),
        (_switch_off, "account_left"),
        (_did_not_get_through, "call_failed"),
    ],
)
def test_a_call_that_nobody_looks_after_is_asked_about(
    clinic_database: ClinicDatabase, change: Change, code: str
) -> None:
    """It would ring twice, or has rung: a person decides, and then it is ours."""
    shared = in_our_own(clinic_database)
    [visit] = of_owners(1)
    shared.attack((call(), PLACE), visit.visit_key)
    change(shared, visit.visit_key)
    shared.sync([visit])
    row = shared.pages()[visit.visit_key]
    assert (row.state, row.reason_code, row.needs_attention) == (VisitState.HELD, code, True)
    assert shared.calls() == {}
    database = Database(shared.mine_url)
    records = ClinicRecords(database, shared.me, shared.clinic)
    with records.transaction() as tx:
        tx.readings.put([visit], NOW)
    apply_decision(records, HandClock(later(minutes=5)), visit.visit_key, PersonChoice.CALL)
    database.close()
    assert shared.pages()[visit.visit_key].state is VisitState.SCHEDULED
    assert shared.calls() == {visit.visit_key: (PHONE, DUE, "queued")}
    shared.sync([visit], later(minutes=10))
    assert shared.calls() == {visit.visit_key: (PHONE, DUE, "queued")}


def test_a_deleted_colleague_leaves_nothing_that_binds(clinic_database: ClinicDatabase) -> None:
    [visit] = of_owners(1)
    shared = in_our_own(clinic_database)
    shared.attack((CLAIM, call(), PLACE), visit.visit_key)
    shared.root("DELETE FROM public.users WHERE id = %(them)s", {"them": shared.colleague})
    shared.sync([visit])
    assert shared.calls() == undisturbed([visit], shared)


def test_a_case_that_is_switched_off_elsewhere_is_asked_about(clinic_database: ClinicDatabase) -> None:
    [visit] = of_owners(1)
    shared = in_our_own(clinic_database)
    shared.attack((CASE, "UPDATE public.cases SET call_enabled = false"), visit.visit_key)
    shared.sync([visit])
    row = shared.pages()[visit.visit_key]
    assert (row.state, row.reason_code, row.needs_attention) == (VisitState.HELD, "call_disabled", True)
    assert shared.calls() == {}
