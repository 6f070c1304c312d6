"""The practice's own list of types of appointment, in whatever shape it comes."""

from __future__ import annotations

import pytest
from hypothesis import given

from idexx_desktop.domain.practice_words import LONGEST_WORD
from idexx_desktop.neo.appointment_types import MOST, types_in
from tests.domain.builders import UNHURRIED
from tests.neo.test_tasks import JSON

ROWS = [{"id": 1, "name": "Dental"}, {"id": 2, "name": "Boarding"}]
BOTH = ("Dental", "Boarding")


@pytest.mark.parametrize(
    "answer",
    [
        ROWS,
        {"data": ROWS},
        {"appointmentTypes": ROWS},
        {"appointment_types": ["Dental", " Boarding "]},
        {"success": True, "data": {"types": ROWS, "rooms": [{"id": 1, "name": "Room 1"}]}},
        {"view": {"appointmentTypeList": {"1": "Dental", "2": {"label": "Boarding"}}}},
        {"types": [{"id": 1, "type_description": "Dental"}, {"id": 2, "description": {"name": "Boarding"}}]},
        {"appointmentTypes": [*ROWS, {"name": "Old", "active": False}, {"name": "Older", "deleted": 1}, None, 7, {}]},
        {"appointmentTypes": [*ROWS, *ROWS], "phoneTypes": [{"name": "Mobile"}], "statuses": [{"name": "Paid"}]},
    ],
)  # fmt: skip
def test_the_list_is_found_in_several_shapes(answer: object) -> None:
    assert types_in(answer) == BOTH


@pytest.mark.parametrize(
    "answer",
    [
        None, 7, "Dental", {}, [], {"data": None}, {"success": False, "error": "off", "types": ROWS},
        {"appointment": {"id": 7, "patient_id": 3, "type": "Dental"}},
        [{"id": 7, "patient_id": 3, "name": "Bella", "start": "2026-11-21 09:15:00"}],  # visits, and no types
        {"statuses": ROWS, "rooms": ROWS}, {"types": [{"id": 5}, {"name": "x" * (LONGEST_WORD + 1)}, {"name": 12}]},
    ],
)  # fmt: skip
def test_what_is_no_list_of_types_names_none(answer: object) -> None:
    assert types_in(answer) == ()


def test_the_list_has_an_end() -> None:
    assert len(types_in([{"name": f"Type {number}"} for number in range(1000)])) == MOST


@UNHURRIED
@given(answer=JSON)
def test_no_answer_is_too_odd(answer: object) -> None:
    for wrapped in (answer, {"appointmentTypes": answer}, {"data": {"types": answer}}):
        assert all(0 < len(name) <= LONGEST_WORD for name in types_in(wrapped))
