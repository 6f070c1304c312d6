"""Whatever happens to a clinic, in whatever order: no wrong call, none twice, and nothing changes by itself."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idexx_desktop.domain.areas import areas_of_all
from idexx_desktop.domain.call_times import is_decent
from idexx_desktop.domain.changes import KnownCall, VisitRead
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.kinds import NeoStatus, neo_status
from idexx_desktop.domain.signs import find_signs
from idexx_desktop.domain.visits import Visit, VisitState
from tests.domain.builders import NOTES, RULES, UNHURRIED, VISIT_AT, visit
from tests.domain.clinic import Clinic

NUMBERS = ("(510) 555-0123", "212-555-0123", "", "911", "808-555-0100")
TEXTS = (NOTES, NOTES, "", "Euthanized.", "No euthanasia discussed.", "Quality of life talk.")


@dataclass(frozen=True)
class Pet:
    """What may vary of one visit."""

    number: int
    client: int
    day: int
    facts: tuple[tuple[str, object], ...]

    def read(self) -> Visit:
        return visit(
            self.number,
            client_id=f"c{self.client}",
            owner_name=f"Owner {self.client}",
            at=VISIT_AT - timedelta(days=self.day),
            pet=f"Pet {self.number % 3}",
            patient_id=f"p{self.client}-{self.number % 3}",
            **dict(self.facts),  # type: ignore[arg-type]  # fields by name
        )


facts = st.fixed_dictionaries(
    {},
    optional={
        "notes": st.sampled_from(TEXTS),
        "status": st.sampled_from(["Paid", "Draft", "Voided", "", "Purple"]),
        "appointment_status": st.sampled_from(["Completed", "Cancelled", "No Show", "In Progress", ""]),
        "type_description": st.sampled_from(["Dental", "Wellness", "Euthanasia"]),
        "phone": st.sampled_from(NUMBERS),
        "is_deceased": st.booleans(),
    },
).map(lambda found: tuple(sorted(found.items())))
pets = st.builds(Pet, st.integers(1, 6), st.integers(1, 2), st.integers(0, 2), facts)


@dataclass(frozen=True)
class Round:
    """What happens before a sync, and in it."""

    pets: list[Pet]
    unreadable: frozenset[int]
    passed: int
    rules: dict[str, object] = field(default_factory=dict)
    decisions: dict[int, PersonChoice] = field(default_factory=dict)
    call_status: str | None = None
    stop_after: int | None = None


rounds = st.builds(
    Round,
    pets=st.lists(pets, min_size=1, max_size=6, unique_by=lambda pet: pet.number),
    unreadable=st.frozensets(st.integers(1, 6), max_size=1),
    passed=st.integers(0, 3000),
    rules=st.fixed_dictionaries(
        {},
        optional={
            "paused": st.booleans(),
            "review": st.booleans(),
            "opted_out": st.sampled_from([frozenset(), frozenset({"+15105550123"})]),
            "closed_weekdays": st.frozensets(st.integers(0, 6), max_size=3),
        },
    ),
    decisions=st.dictionaries(st.integers(1, 6), st.sampled_from(list(PersonChoice)), max_size=2),
    call_status=st.sampled_from([None, None, "ringing", "completed", "cancelled"]),
    stop_after=st.one_of(st.none(), st.integers(0, 4)),
)

FAILED = Failure(FailureCode.CONSULTATION_UNAVAILABLE)


def prepare(clinic: Clinic, turn: Round) -> list[VisitRead]:
    """Time passes, rules change, people decide, calls move on; returns what the next sync reads."""
    clinic.now += timedelta(minutes=turn.passed)
    clinic.rules = replace(RULES, **turn.rules)  # type: ignore[arg-type]  # fields by name
    for number, choice in turn.decisions.items():
        if f"a:{number}" in clinic.known:
            clinic.decide(f"a:{number}", choice)
    if turn.call_status and clinic.queued():
        clinic.set_status(clinic.queued()[0].call_id, turn.call_status)
    clinic.now += timedelta(seconds=1)
    return [
        VisitRead(replace(pet.read(), consultation=None), FAILED)
        if pet.number in turn.unreadable
        else VisitRead(pet.read())
        for pet in turn.pets
    ]


def handed_over(clinic: Clinic) -> dict[str, KnownCall]:
    return {
        call_id: call for call_id, call in clinic.calls.items() if call.status in ("ringing", "completed")
    }


def check_calls(clinic: Clinic, reads: list[VisitRead]) -> None:
    """Every call that would be made is one that may be made, as far as this run could know."""
    read_now = {read.visit.visit_key: read for read in reads}
    on_calls = [
        key for call in clinic.calls.values() if call.status != "cancelled" for key in call.visit_keys
    ]
    assert len(on_calls) == len(set(on_calls)), "at most one call for a visit"
    for call in clinic.queued():
        assert is_decent(call.scheduled_for, RULES, areas_of_all([call.phone], RULES))
        members = [read_now[key] for key in call.visit_keys if key in read_now]
        if members:
            assert call.phone not in clinic.rules.opted_out
            assert not clinic.rules.paused
            assert not clinic.rules.review
        owners = {
            (read.visit.client_id, read.visit.visit_at and read.visit.visit_at.date()) for read in members
        }
        assert len(owners) <= 1 or is_one_family(clinic, owners)
        for read in members:
            check_member(clinic, read, call)


def is_one_family(clinic: Clinic, owners: set[tuple[str | None, date | None]]) -> bool:
    """Whether owners of one day have a pet of one name in common, which may draw them together."""
    clients_of: dict[str, set[str | None]] = {}
    for known in clinic.known.values():
        if known.visit_at is not None and (known.client_id, known.visit_at.date()) in owners:
            clients_of.setdefault(known.patient_name, set()).add(known.client_id)
    return len({day for _, day in owners}) == 1 and max(map(len, clients_of.values())) == len(owners)


def check_member(clinic: Clinic, read: VisitRead, call: KnownCall) -> None:
    seen, stored = read.visit, clinic.known[read.visit.visit_key]
    person = stored.person
    overruled = person is not None and person.choice.calls
    assert person is None or person.choice is not PersonChoice.NO_CALL
    if read.failure is None:
        assert stored.state is VisitState.SCHEDULED
        assert stored.phone is not None
        assert seen.has_notes
    signs = find_signs(seen)
    if signs:
        assert overruled
        assert person is not None
        assert person.content_hash == seen.content_hash()
    assert neo_status(seen.status) not in (NeoStatus.VOIDED, NeoStatus.DRAFT)
    for other in clinic.known.values():
        same_day = (
            other.visit_at is not None
            and seen.visit_at is not None
            and other.visit_at.date() == seen.visit_at.date()
        )
        if other.client_id != seen.client_id or not same_day or other.visit_key == seen.visit_key:
            continue
        holds = other.state is VisitState.HELD and other.reason_code not in (
            ReasonCode.HOUSEHOLD_HELD, ReasonCode.REVIEW, ReasonCode.CALLS_PAUSED,
            # which wait for a reading, or for nobody else's sake
            ReasonCode.NOT_LOOKED_AT, ReasonCode.ALREADY_CALLED,
        )  # fmt: skip
        dead = other.reason_code in (ReasonCode.END_OF_LIFE, ReasonCode.DECEASED)
        assert overruled or not (holds or dead), f"{other.visit_key} holds {call.call_id}"


def play(turns: list[Round]) -> None:
    """Every round, and what must hold after each."""
    clinic = Clinic()
    for turn in turns:
        reads = prepare(clinic, turn)
        before = handed_over(clinic)
        if turn.stop_after is not None:
            clinic.sync(*reads, stop_after=turn.stop_after)  # the computer was switched off
        changes = clinic.sync(*reads)
        assert sorted(change.visit_key for change in changes) == sorted(
            read.visit.visit_key for read in reads
        )
        for change in changes:
            assert (change.decision.call is not None) == (change.decision.state is VisitState.SCHEDULED)
            assert change.decision.trace
        assert {call_id: clinic.calls[call_id] for call_id in before} == before, "never touched"
        check_calls(clinic, reads)


@settings(UNHURRIED, max_examples=150)
@given(st.lists(rounds, min_size=1, max_size=5))
def test_no_history_leads_to_a_wrong_call(turns: list[Round]) -> None:
    play(turns)


@pytest.mark.long(item=57)
@settings(UNHURRIED, max_examples=6_000)
@given(st.lists(rounds, min_size=1, max_size=5))
def test_no_history_of_thousands_leads_to_a_wrong_call(turns: list[Round]) -> None:
    play(turns)


@settings(UNHURRIED, max_examples=150)
@given(st.lists(rounds, min_size=1, max_size=4))
def test_the_same_again_changes_nothing(turns: list[Round]) -> None:
    clinic = Clinic()
    for turn in turns:
        reads = prepare(clinic, turn)
        clinic.sync(*reads)
        # calls of visits that were not read are taken back one a run
        for _ in range(6):
            clinic.sync(*reads)
        stored, calls = copy.deepcopy(clinic.known), copy.deepcopy(clinic.calls)
        failed = {read.visit.visit_key for read in reads if read.failure}
        for change in clinic.sync(*reads):
            assert change.unchanged or change.visit_key in failed
        assert clinic.calls == calls
        assert {key: visit.state for key, visit in clinic.known.items()} == {
            key: visit.state for key, visit in stored.items()
        }


@settings(UNHURRIED, max_examples=100)
@given(st.lists(pets, min_size=1, max_size=6, unique_by=lambda pet: pet.number), st.integers(0, 6))
def test_a_crash_changes_nothing_in_the_end(found: list[Pet], writes: int) -> None:
    reads = [VisitRead(pet.read()) for pet in found]
    straight, crashed = Clinic(), Clinic()
    straight.sync(*reads)
    crashed.sync(*reads, stop_after=writes)
    crashed.sync(*reads)

    def calls(clinic: Clinic) -> set[tuple[frozenset[str], object, str]]:
        return {(call.visit_keys, call.scheduled_for, call.phone) for call in clinic.queued()}

    assert calls(straight) == calls(crashed)
    assert {key: known.decision_hash for key, known in straight.known.items()} == {
        key: known.decision_hash for key, known in crashed.known.items()
    }


@settings(UNHURRIED, max_examples=100)
@given(st.data(), st.lists(pets, min_size=1, max_size=6, unique_by=lambda pet: pet.number))
def test_the_order_of_reading_makes_no_difference(data: st.DataObject, found: list[Pet]) -> None:
    reads = [VisitRead(pet.read()) for pet in found]
    one, other = Clinic(), Clinic()
    assert one.sync(*reads) == other.sync(*data.draw(st.permutations(reads)))
