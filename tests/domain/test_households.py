"""Who belongs together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from idexx_desktop.domain.households import Member, households, is_same_pet

DAY = date(2026, 11, 21)
ANA = Member("a:1", DAY, client_id="c1", phone="+15105550123", owner_name="Ana García", patient_name="Rex")


def grouped(*members: Member) -> set[frozenset[str]]:
    groups = {frozenset(member.visit_key for member in group) for group in households(members)}
    backwards = households(reversed(members))
    assert groups == {frozenset(member.visit_key for member in group) for group in backwards}
    return groups


def other(key: str, **changes: object) -> Member:
    return replace(ANA, visit_key=key, **changes)  # type: ignore[arg-type]  # fields by name


def test_the_same_client_on_the_same_day() -> None:
    assert grouped(ANA, other("a:2"), other("a:3", client_id="c2")) == {
        frozenset({"a:1", "a:2"}),
        frozenset({"a:3"}),
    }
    assert grouped(ANA, other("a:2", day=date(2026, 11, 22))) == {frozenset({"a:1"}), frozenset({"a:2"})}


def test_a_shared_number_is_not_a_shared_owner() -> None:
    assert len(grouped(ANA, other("a:2", client_id="c2"))) == 2


def test_a_client_of_another_branch_is_another_one() -> None:
    north, south = other("a:1", branch="North"), other("a:2", branch="South")
    assert len(grouped(north, south)) == 2
    assert grouped(north, other("a:2", branch="")) == {frozenset({"a:1", "a:2"})}
    assert grouped(north, south, other("a:3", branch="")) == {frozenset({"a:1", "a:3"}), frozenset({"a:2"})}


def test_number_and_name_count_only_where_the_id_is_missing() -> None:
    walk_in = other("c:9", client_id=None, owner_name=" ana  GARCÍA ")
    assert grouped(ANA, walk_in) == {frozenset({"a:1", "c:9"})}
    assert len(grouped(ANA, replace(walk_in, owner_name="Ben Ortiz"))) == 2
    assert len(grouped(ANA, replace(walk_in, phone=None))) == 2
    assert len(grouped(ANA, replace(walk_in, owner_name=""))) == 2
    assert grouped(walk_in, replace(walk_in, visit_key="c:8")) == {frozenset({"c:8", "c:9"})}


def test_who_fits_two_owners_belongs_to_neither() -> None:
    walk_in = other("c:9", client_id=None)
    assert len(grouped(ANA, other("a:2", client_id="c2"), walk_in)) == 3


def test_the_same_pet() -> None:
    assert is_same_pet(
        other("a:1", patient_id="p1"), other("a:2", patient_id="p1", patient_name="Rexi", client_id="c2")
    )
    assert not is_same_pet(other("a:1", patient_id="p1"), other("a:2", patient_id="p2"))
    assert is_same_pet(ANA, other("a:2", patient_name="REX ", day=date(2026, 11, 23)))
    assert not is_same_pet(ANA, other("a:2", patient_name=""))
    assert not is_same_pet(ANA, other("a:2", client_id="c2"))
