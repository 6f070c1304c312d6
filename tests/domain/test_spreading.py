"""Calls that are due at once are spread over the window, and nothing else about them changes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idexx_desktop.domain.areas import areas_of_all
from idexx_desktop.domain.call_times import Span, is_allowed
from idexx_desktop.domain.changes import VisitChange
from idexx_desktop.domain.decisions import CallRules, KindRule, PersonChoice
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.spreading import SLOT, Spread
from idexx_desktop.domain.visits import Visit, VisitKind, VisitState
from tests.domain.builders import LA, NOW, RULES, UNHURRIED, VISIT_AT, visit
from tests.domain.clinic import Clinic

TEN = datetime(2026, 11, 22, 10, 0, tzinfo=LA)
REASONS = {
    "surgery": VisitKind.SURGERY,
    "emergency": VisitKind.EMERGENCY,
    "dental": VisitKind.DENTAL,
    "vomiting": VisitKind.SICK_VISIT,
    "annual exam": VisitKind.WELLNESS,
}
# California, New York, Hawaii
AREAS = ("510", "212", "808")
AT_TEN: dict[VisitKind, KindRule] = {
    kind: KindRule(1, time(10)) for kind in VisitKind if kind is not VisitKind.END_OF_LIFE
}


def of_owner(number: int, reason: str = "dental", phone: str = "") -> Visit:
    """The visit of an owner who has no other."""
    return visit(
        number,
        type_description=reason,
        reason=reason,
        phone=phone or f"(510) 555-{number:04d}",
        client_id=f"c{number}",
        owner_name=f"Owner {number}",
        pet=f"Pet {number}",
        at=VISIT_AT,
    )


def times(changes: Iterable[VisitChange]) -> dict[str, datetime]:
    """When the call of each visit is."""
    return {
        change.visit_key: change.decision.call.scheduled_for for change in changes if change.decision.call
    }


def quarters(moments: Iterable[datetime]) -> Counter[datetime]:
    """How many there are in each quarter of an hour."""
    return Counter(
        moment - timedelta(seconds=moment.timestamp() % SLOT.total_seconds()) for moment in moments
    )


def test_four_in_a_quarter_of_an_hour_then_the_next() -> None:
    clinic = Clinic(replace(RULES, kinds=AT_TEN))
    found = times(clinic.sync(*(of_owner(number) for number in range(1, 8))))
    minutes = sorted((when - TEN).total_seconds() / 60 for when in found.values())
    assert minutes == [0, 3, 7, 11, 15, 18, 22]


def test_the_riskier_visits_choose_first() -> None:
    reasons = list(REASONS)
    visits = [of_owner(9 - place, reason) for place, reason in enumerate(reasons)]
    found = times(Clinic(replace(RULES, kinds=AT_TEN)).sync(*reversed(visits)))
    assert sorted(found, key=found.__getitem__) == [each.visit_key for each in visits]


def test_what_is_scheduled_keeps_its_time_and_takes_its_place() -> None:
    clinic = Clinic(replace(RULES, kinds=AT_TEN))
    first = times(clinic.sync(*(of_owner(number, "annual exam") for number in range(1, 5))))
    together = [of_owner(number, "annual exam") for number in range(1, 5)] + [of_owner(5, "surgery")]
    second = times(clinic.sync(*together))
    assert {key: second[key] for key in first} == first
    assert second["a:5"] == TEN + SLOT
    assert all(change.unchanged for change in clinic.sync(*together))


def test_the_time_that_a_person_chose_stays_and_counts() -> None:
    clinic = Clinic(replace(RULES, kinds=AT_TEN, slot_size=1))
    clinic.sync(of_owner(1))
    clinic.decide("a:1", PersonChoice.CALL, TEN)
    found = times(clinic.sync(of_owner(1), *(of_owner(number, "surgery") for number in range(2, 5))))
    assert found["a:1"] == TEN
    assert sorted(found.values()) == [TEN, TEN + SLOT, TEN + 2 * SLOT, TEN + 3 * SLOT]


def test_a_person_who_decided_to_call_is_named_with_the_time_that_it_got() -> None:
    clinic = Clinic(replace(RULES, kinds=AT_TEN))
    visits = [of_owner(number) for number in range(1, 4)]
    clinic.sync(*visits)
    visits += [replace(of_owner(number), appointment=None) for number in range(4, 7)]
    clinic.read |= {each.visit_key: each for each in visits}
    clinic.sync(*visits)
    clinic.decide("a:3", PersonChoice.CALL)
    clinic.calls.clear()
    changes = clinic.sync(*visits)
    reasons = {change.visit_key: change.decision.reason for change in changes}
    assert reasons["a:3"].endswith(", as Ana decided.")
    assert all(change.unchanged for change in clinic.sync(*visits))


def test_all_are_on_the_day_and_in_the_window_however_many_there_are() -> None:
    rules = replace(RULES, kinds=AT_TEN, window_start=time(9), window_end=time(11), slot_size=2)
    found = times(Clinic(rules).sync(*(of_owner(number) for number in range(1, 71))))
    assert len(set(found.values())) == 70
    whole = [count for quarter, count in quarters(found.values()).items() if quarter < TEN + 3 * SLOT]
    assert max(whole) - min(whole) <= 1
    assert TEN <= min(found.values()) <= max(found.values()) <= TEN + 3 * SLOT


@pytest.mark.parametrize("ends", [time(9, 5), time(9, 15), time(9, 40), time(19)])
@pytest.mark.parametrize("hour", [9, 10, 20])
def test_never_all_in_one_second(ends: time, hour: int) -> None:
    kinds = {kind: KindRule(1, time(hour)) for kind in AT_TEN}
    rules = replace(RULES, kinds=kinds, window_end=ends)
    found = times(Clinic(rules).sync(*(of_owner(number) for number in range(1, 81))))
    assert len(set(found.values())) == 80


def test_in_review_the_times_are_shown_that_calls_will_have() -> None:
    visits = [of_owner(number) for number in range(1, 8)]
    shown = Clinic(replace(RULES, kinds=AT_TEN, review=True)).sync(*visits)
    made = {
        change.visit_key: change.decision for change in Clinic(replace(RULES, kinds=AT_TEN)).sync(*visits)
    }
    for change in shown:
        assert change.decision.state is VisitState.HELD
        when = made[change.visit_key].reason.removeprefix("Call on ")
        assert change.decision.reason.endswith(f" {when}")


def test_nothing_is_placed_before_the_earliest_instant() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    span = Span(noon - timedelta(hours=3), noon)
    spread = Spread(1)
    found = [spread.place(noon, [span], noon - timedelta(minutes=20)) for _ in range(50)]
    assert len(set(found)) == 50
    assert min(found) > noon - timedelta(minutes=20)


numbers = st.integers(1, 9999)
households = st.dictionaries(
    numbers, st.tuples(st.sampled_from(sorted(REASONS)), st.sampled_from(AREAS)), min_size=1, max_size=20
)
windows = st.tuples(st.integers(8 * 4, 20 * 4), st.integers(1, 40)).map(
    lambda pair: (time(*divmod(pair[0] * 15, 60)), time(*divmod(min((pair[0] + pair[1]) * 15, 21 * 60), 60)))
)
clinics = st.builds(
    lambda window, size, hour: replace(
        RULES,
        window_start=window[0],
        window_end=window[1],
        slot_size=size,
        kinds={kind: KindRule(1, time(hour)) for kind in AT_TEN},
    ),
    windows,
    st.integers(1, 60),
    st.integers(8, 20),
)


def _made(made: Mapping[int, tuple[str, str]]) -> list[Visit]:
    return [of_owner(number, reason, f"({area}) 555-{number:04d}") for number, (reason, area) in made.items()]


@UNHURRIED
@given(made=households, rules=clinics, order=st.randoms(use_true_random=False))
def test_only_the_time_of_a_call_depends_on_the_others(
    made: Mapping[int, tuple[str, str]], rules: CallRules, order: random.Random
) -> None:
    """Each visit is decided as if it were alone, but for the time within its day, which is the same in any order."""
    visits = _made(made)
    clinic = Clinic(rules)
    changes = {change.visit_key: change for change in clinic.sync(*visits)}
    found = times(changes.values())
    for each in visits:
        alone, change = decide(each, rules, NOW), changes[each.visit_key]
        assert (change.decision.state, change.decision.reason_code) == (alone.state, alone.reason_code)
        if alone.call is None:
            continue
        when = found[each.visit_key]
        assert is_allowed(when, rules, areas_of_all([alone.call.phone], rules))
        assert when.astimezone(LA).date() == alone.call.scheduled_for.astimezone(LA).date()
    assert len(set(found.values())) == len(found)
    order.shuffle(visits)
    assert times(Clinic(rules).sync(*visits)) == found
    assert all(change.unchanged for change in clinic.sync(*visits))


@pytest.mark.long(item=58)
@settings(UNHURRIED, max_examples=500)
@given(made=households, rules=clinics, order=st.randoms(use_true_random=False), later=households)
def test_only_the_time_depends_on_the_others_in_hundreds_of_clinics(
    made: Mapping[int, tuple[str, str]],
    rules: CallRules,
    order: random.Random,
    later: Mapping[int, tuple[str, str]],
) -> None:
    test_two_accounts_of_a_clinic_share_its_quarters.hypothesis.inner_test(made, later, rules)  # type: ignore[attr-defined]  # of Hypothesis
    test_only_the_time_of_a_call_depends_on_the_others.hypothesis.inner_test(made, rules, order)  # type: ignore[attr-defined]  # of Hypothesis
    test_what_comes_later_moves_nothing.hypothesis.inner_test(made, rules, later)  # type: ignore[attr-defined]  # of Hypothesis


@UNHURRIED
@given(made=households, rules=clinics, later=households)
def test_what_comes_later_moves_nothing(
    made: Mapping[int, tuple[str, str]], rules: CallRules, later: Mapping[int, tuple[str, str]]
) -> None:
    clinic, first = Clinic(rules), _made(made)
    before = times(clinic.sync(*first))
    more = _made({number: kind for number, kind in later.items() if number not in made})
    after = times(clinic.sync(*first, *more))
    assert {key: after[key] for key in before} == before


@UNHURRIED
@given(
    size=st.integers(1, 60),
    wishes=st.lists(st.integers(0, 480), max_size=80),
    taken=st.lists(st.integers(0, 28_800), max_size=40),
)
def test_no_quarter_has_more_than_its_number_while_another_has_room(
    size: int, wishes: list[int], taken: list[int]
) -> None:
    begin = datetime(2026, 11, 22, 12, tzinfo=UTC)
    span = Span(begin, begin + timedelta(hours=8))
    other = [begin + timedelta(seconds=offset) for offset in taken]
    spread = Spread(size, other)
    placed: list[datetime] = []
    for wish in wishes:
        wished = begin + timedelta(minutes=wish)
        before = quarters([*other, *placed])
        when = spread.place(wished, [span], begin - SLOT)
        placed.append(when)
        [(own, _)] = quarters([when]).items()
        assert span.first <= when <= span.last
        if before[own] < size:
            assert when >= wished or wished + SLOT > span.last
            continue
        from_wish = list(quarters(wished + place * SLOT for place in range(33)))
        whole = [quarter for quarter in from_wish if wished <= quarter and quarter + SLOT <= span.last]
        assert all(before[quarter] >= size for quarter in whole)


def test_a_call_of_another_day_that_was_just_made_is_counted() -> None:
    changes = reconcile([], {}, RULES, NOW)
    assert changes == ()
    clinic = Clinic(replace(RULES, kinds=AT_TEN, slot_size=1))
    reads = [clinic._now_read(of_owner(1))]
    [change] = reconcile(reads, {}, clinic.rules, NOW, [TEN, TEN + SLOT])
    assert times([change]) == {"a:1": TEN + 2 * SLOT}


@settings(UNHURRIED, max_examples=20)
@given(mine=households, theirs=households, rules=clinics)
def test_two_accounts_of_a_clinic_share_its_quarters(
    mine: Mapping[int, tuple[str, str]], theirs: Mapping[int, tuple[str, str]], rules: CallRules
) -> None:
    """What the other one has queued moves a call within its day and window, and nothing else; then it stays there."""
    their_visits = _made({number + 10_000: kind for number, kind in theirs.items()})
    queued = list(times(Clinic(rules).sync(*their_visits)).values())
    elsewhere = quarters(when.astimezone(UTC) for when in queued)
    alone, beside = Clinic(rules), Clinic(rules, elsewhere=elsewhere)
    visits = _made(mine)
    before = {change.visit_key: change.decision for change in alone.sync(*visits)}
    after = {change.visit_key: change.decision for change in beside.sync(*visits)}
    assert {key: (each.state, each.reason_code) for key, each in after.items()} == {
        key: (each.state, each.reason_code) for key, each in before.items()
    }
    for key, decision in after.items():
        was = before[key].call
        if decision.call is None or was is None:
            continue
        assert is_allowed(decision.call.scheduled_for, rules, areas_of_all([was.phone], rules))
        assert decision.call.scheduled_for.astimezone(LA).date() == was.scheduled_for.astimezone(LA).date()
    assert all(change.unchanged for change in beside.sync(*visits))
    beside.elsewhere = elsewhere + quarters(call.scheduled_for.astimezone(UTC) for call in beside.queued())
    assert all(change.unchanged for change in beside.sync(*visits)), "whatever comes there later"


def test_a_quarter_that_the_other_account_has_filled_is_full() -> None:
    rules = replace(RULES, kinds=AT_TEN)
    visits = [of_owner(number) for number in range(1, 8)]
    beside = Clinic(rules, elsewhere={TEN.astimezone(UTC): 4, (TEN + SLOT).astimezone(UTC): 1})
    found = quarters(times(beside.sync(*visits)).values())
    assert found == {TEN + SLOT: 3, TEN + 2 * SLOT: 4}
