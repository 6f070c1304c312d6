"""Pets whose names are words of death: the name alone holds no call, and anything beyond it does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.domain.signs import find_signs
from tests.db_repositories.made_up import a_visit


@pytest.mark.parametrize(
    ("pet", "notes"),
    [
        ("Ashes", "Ashes was lovely today."),
        ("Ashes", "Ashes ate well. Ashes's ears are clean."),
        ("Ashes", "Vaccinated Ashes; recheck in a year."),
        ("ASHES", "ASHES was lovely today."),
        ("Hospice", "Hospice is a good dog."),
        ("Hospice", "Weighed Hospice: 12 kg."),
    ],
)
def test_a_name_alone_is_no_sign(pet: str, notes: str) -> None:
    assert find_signs(a_visit(pet=pet, notes=notes)) == ()
    assert find_signs(a_visit(pet="Bella", notes=notes))  # of another pet it is


@pytest.mark.parametrize(
    ("pet", "notes"),
    [
        ("Bella", "Ashes returned to owner."),
        ("Ashes", "ashes returned to owner"),
        ("Ashes", "Ashes returned to owner."),
        ("Ashes", "Ashes' ashes are here."),
        ("Ashes", "Ashes was lovely. Her ashes came today."),
        ("Ashes", "Ashes in the urn."),
        ("Ashes", "Ashes was euthanized."),
        ("Ashes", "ASHES WAS LOVELY TODAY"),
        ("Hospice", "Hospice care for Hospice."),
        ("Hospice", "Discussed Hospice."),
        ("Hospice", "Hospice passed away."),
        ("Hospice", "We talked about hospice."),
    ],
)
def test_more_than_the_name_holds(pet: str, notes: str) -> None:
    assert find_signs(a_visit(pet=pet, notes=notes))


def test_an_owners_name_is_no_sign_either() -> None:
    visit = a_visit(owner="Maria Hospice", notes="Maria Hospice came with Rex.")
    assert find_signs(visit) == ()
    told = replace(visit, consultation=replace(visit.consultation, notes="hospice"))  # type: ignore[type-var]  # it has one
    assert find_signs(told)
