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
    assert grouped(ANA, other("a:2"), other("a:3", client_id="c2", patient_name="Milo")) == {
        frozenset({"a:1", "a:2"}),
        frozenset({"a:3"}),
    }
    assert grouped(ANA, other("a:2", day=date(2026, 11, 22))) == {frozenset({"a:1"}), frozenset({"a:2"})}


def test_a_shared_number_is_not_a_shared_owner() -> None:
    assert len(grouped(ANA, other("a:2", client_id="c2", patient_name="Milo"))) == 2


def test_a_client_of_another_branch_is_another_one() -> None:
    north, south = other("a:1", branch="North"), other("a:2", branch="South", patient_name="Milo")
    assert len(grouped(north, south)) == 2
    assert grouped(north, other("a:2", branch="")) == {frozenset({"a:1", "a:2"})}
    assert grouped(north, south, other("a:3", branch="", patient_name="Nala")) == {
        frozenset({"a:1", "a:3"}),
        frozenset({"a:2"}),
    }


def test_number_and_name_count_only_where_the_id_is_missing() -> None:
    walk_in = other("c:9", client_id=None, owner_name=" ana  GARCÍA ", patient_name="Milo")
    assert grouped(ANA, walk_in) == {frozenset({"a:1", "c:9"})}
    assert len(grouped(ANA, replace(walk_in, owner_name="Ben Ortiz"))) == 2
    assert len(grouped(ANA, replace(walk_in, phone=None))) == 2
    assert len(grouped(ANA, replace(walk_in, owner_name=""))) == 2
    assert grouped(walk_in, replace(walk_in, visit_key="c:8")) == {frozenset({"c:8", "c:9"})}


def test_who_fits_two_owners_belongs_to_neither() -> None:
    walk_in = other("c:9", client_id=None)
    another = other("a:2", client_id="c2", patient_name="Milo")
    assert len(grouped(ANA, another, replace(walk_in, patient_name="Nala"))) == 3


def test_the_same_pet() -> None:
    assert is_same_pet(
        other("a:1", patient_id="p1"), other("a:2", patient_id="p1", patient_name="Rexi", client_id="c2")
    )
    assert not is_same_pet(other("a:1", patient_id="p1"), other("a:2", patient_id="p2"))
    assert is_same_pet(ANA, other("a:2", patient_name="REX ", day=date(2026, 11, 23)))
    assert not is_same_pet(ANA, other("a:2", patient_name=""))
    assert not is_same_pet(ANA, other("a:2", client_id="c2", phone="+15105550199"))


def test_a_pet_that_is_recorded_under_two_clients_is_one() -> None:
    """One number and one name on one day: whoever answers would be called twice about the same pet."""
    twice = other("a:2", client_id="c2", owner_name="A. Garcia", patient_name=" rex", patient_id="p2")
    assert grouped(replace(ANA, patient_id="p1"), twice) == {frozenset({"a:1", "a:2"})}
    assert is_same_pet(replace(ANA, patient_id="p1"), twice)
    assert len(grouped(ANA, replace(twice, phone="+15105550199"))) == 2
    assert len(grouped(ANA, replace(twice, patient_name="Milo"))) == 2
    assert len(grouped(ANA, replace(twice, patient_name=""))) == 2
    assert len(grouped(ANA, replace(twice, day=date(2026, 11, 22)))) == 2
    # a household that stands in the middle draws both together
    both = (
        other("a:5", client_id="c1", patient_name="Nala"),
        other("a:6", client_id="c2", patient_name="Otto"),
    )
    assert grouped(ANA, twice, *both) == {frozenset({"a:1", "a:2", "a:5", "a:6"})}
    # two pets of one name under one client are two
    assert not is_same_pet(replace(ANA, patient_id="p1"), other("a:2", patient_id="p2"))
