"""Consents, and whose voice calls: what a system's calls say, what waits for a consent, and what never comes of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.domain.consents import ConsentScope, ConsentWay, NewConsent
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.visits import VisitKind, VisitState
from idexx_desktop.sync.deciding import redecide
from tests.support.practice import Practice, Practices
from tests.support.two_accounts import QUEUED, copy_to_colleague


def metadata(practice: Practice, call: CallRecord) -> dict[str, object]:
    [row] = practice.query("SELECT metadata FROM scheduled_discharge_calls WHERE id = %s", call.id)
    told: dict[str, object] = row["metadata"]
    return told


def let_a_system_call(practice: Practice, *, ask: bool) -> None:
    settings = practice.program.settings
    settings.save_call_rules(replace(settings.call_rules(), automated=True, hold_without_consent=ask))


def queued(practice: Practice) -> dict[str, CallRecord]:
    return {call.customer_phone: call for call in practice.queued()}


def test_a_systems_calls_say_so_and_wait_for_consent_where_the_clinic_asks(synced: Practice) -> None:
    before = queued(synced)
    some = next(iter(before.values()))
    assert metadata(synced, some)["voice"] == "person"
    assert metadata(synced, some)["calling_hours"] == synced.program.settings.call_rules().hours.version
    let_a_system_call(synced, ask=False)
    assert queued(synced).keys() == before.keys(), "held only where the clinic wants it"
    assert metadata(synced, some)["voice"] == "artificial"
    assert metadata(synced, some)["say_first"] == "" or "artificial" in str(
        metadata(synced, some)["say_first"]
    )

    let_a_system_call(synced, ask=True)
    assert queued(synced) == {}
    waiting = [each for each in synced.visits().values() if each.reason_code == ReasonCode.NO_CONSENT]
    assert {each.state for each in waiting} == {VisitState.HELD}
    assert {some.visit_keys[0]} <= {each.visit_key for each in waiting}
    consents = synced.program.consents
    wrong_kind = VisitKind.FOLLOW_UP
    assert consents.add(NewConsent(some.customer_phone, ConsentScope.TEXTS, ConsentWay.FORM))
    assert consents.add(NewConsent(some.customer_phone, ConsentScope.KIND, ConsentWay.EMAIL, wrong_kind))
    assert all(synced.visits()[key].kind != wrong_kind for key in some.visit_keys)
    assert queued(synced) == {}, "for texts, or another kind of visit, is not for this call"
    assert consents.add(
        NewConsent(some.customer_phone, ConsentScope.CALLS, ConsentWay.TELEPHONE, given_by="Ana Diaz")
    )
    assert queued(synced).keys() == {some.customer_phone}
    assert not consents.add(NewConsent(some.customer_phone, ConsentScope.CALLS, ConsentWay.TELEPHONE)), (
        "it is on record"
    )

    given = next(each for each in consents.all() if each.given.scope is ConsentScope.CALLS)
    assert given.recorded_by == synced.program.identity.email
    consents.withdraw(given.id)
    assert queued(synced) == {}
    with pytest.raises(Failure) as refused:
        consents.withdraw(given.id)
    assert refused.value.code is FailureCode.INVALID_INPUT

    settings = synced.program.settings
    settings.save_call_rules(replace(settings.call_rules(), automated=False))
    assert queued(synced).keys() == before.keys(), "people need none"


@pytest.mark.parametrize(
    "given",
    [
        NewConsent("911", ConsentScope.ALL, ConsentWay.FORM),
        NewConsent("510-555-0142", ConsentScope.KIND, ConsentWay.FORM),
        NewConsent("510-555-0142", ConsentScope.ALL, ConsentWay.FORM, "surgery"),
        NewConsent("510-555-0142", ConsentScope.KIND, ConsentWay.FORM, "flying"),
        NewConsent("510-555-0142", ConsentScope.ALL, ConsentWay.FORM, given_by="x" * 201),
    ],
)
def test_what_is_no_consent(synced: Practice, given: NewConsent) -> None:
    with pytest.raises(Failure) as refused:
        synced.program.consents.add(given)
    assert refused.value.code is FailureCode.INVALID_INPUT
    assert synced.program.consents.all() == []


def test_a_chosen_consent_never_undoes_an_opt_out(synced: Practice) -> None:
    some = next(iter(queued(synced).values()))
    synced.program.calls.opt_out(some.customer_phone)
    synced.program.consents.add(NewConsent(some.customer_phone, ConsentScope.ALL, ConsentWay.FORM))
    assert some.customer_phone not in queued(synced)


def test_an_opt_out_stops_the_calls_of_every_account(synced: Practice, practices: Practices) -> None:
    """A colleague's program has the same visit, with a call of its own; and no program of theirs need be open."""
    call = next(each for each in synced.queued() if len(each.visit_keys) == 1)
    [key] = call.visit_keys
    colleague = practices.colleague(synced)
    copy_to_colleague(synced, colleague, key)
    assert len(synced.query(QUEUED, key)) == 2
    synced.program.calls.opt_out(call.customer_phone)
    assert synced.query(QUEUED, key) == []
    theirs = colleague.visits()[key]
    assert (theirs.state, theirs.reason_code) == (VisitState.HELD, ReasonCode.OPTED_OUT)
    assert theirs.reason == synced.visits()[key].reason
    with colleague.program.records.transaction() as tx:
        redecide(tx, colleague.clock.now())
    assert colleague.visits()[key].state is VisitState.EXCLUDED, "their program takes it over"
