"""Owners' numbers as people type them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.phones import PhoneProblem, dialable
from tests.domain.builders import UNHURRIED


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("(510) 555-0123", "+15105550123"),
        ("5105550123", "+15105550123"),
        ("510.555.0123", "+15105550123"),
        ("1-510-555-0123", "+15105550123"),
        ("+1 510 555 0123", "+15105550123"),
        ("tel:+15105550123", "+15105550123"),
        ("H: 510 555 0123; C: 415 555 0101", "+15105550123"),
        ("555-1234 / 510-555-9999 wife", "+15105559999"),
        ("510-555-0123 or 415-555-0199", "+15105550123"),
        ("call 510-555-0123 after 5", "+15105550123"),
        ("(510)5550123(wife)", "+15105550123"),
        ("+44 20 7946 0958", "+442079460958"),
        ("011 44 20 7946 0958", "+442079460958"),
        ("900-555-1234, 510-555-0123", "+15105550123"),
    ],
)
def test_a_number_that_can_be_dialled(raw: str, e164: str) -> None:
    phone = dialable(raw, "US")
    assert phone.e164 == e164
    assert phone.problem is None


@pytest.mark.parametrize("raw", ["", "   ", "none", "no phone", "n/a", "-", "declined"])
def test_a_missing_number(raw: str) -> None:
    assert dialable(raw, "US").problem is PhoneProblem.MISSING


@pytest.mark.parametrize(
    "raw",
    [
        "000", "123", "911", "555-0100", "0000000000", "5555555555", "999-999-9999", "1234567890", "123-456-7890",
        "1-900-555-1234", "510-555-012", "510-555-01234", "see file 2", "07700 900123",
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_dialled(raw: str) -> None:
    phone = dialable(raw, "US")
    assert phone.problem is PhoneProblem.UNDIALABLE
    assert phone.e164 is None


def test_a_number_without_a_code_belongs_to_the_clinics_country() -> None:
    assert dialable("020 7946 0958", "GB").e164 == "+442079460958"
    assert dialable("604-555-0123", "ca").e164 == "+16045550123"
    assert dialable("5555555555", "GB").problem is PhoneProblem.UNDIALABLE


def test_the_other_numbers_of_the_field_are_told() -> None:
    assert dialable("510-555-0123 / 415-555-0199 / 510-555-0123", "US").others == ("+14155550199",)


def test_an_extension_is_kept_apart() -> None:
    phone = dialable("(510) 555-0123 x12", "US")
    assert (phone.e164, phone.extension) == ("+15105550123", "12")


@pytest.mark.parametrize(
    ("raw", "zones"),
    [
        ("510-555-0123", {"America/Los_Angeles"}),
        ("212-555-0123", {"America/New_York"}),
        ("208-555-0123", {"America/Boise", "America/Los_Angeles"}),
        ("800-555-0100", set()),
    ],
)
def test_where_it_rings(raw: str, zones: set[str]) -> None:
    assert {zone.key for zone in dialable(raw, "US").zones} == zones


@UNHURRIED
@given(st.text(max_size=60))
def test_any_text_is_a_number_or_a_problem(raw: str) -> None:
    phone = dialable(raw, "US")
    assert (phone.e164 is None) == (phone.problem is not None)


def test_the_numbering_plans_are_loaded_only_when_they_are_needed() -> None:
    code = "import sys, idexx_desktop.domain.reconcile; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
