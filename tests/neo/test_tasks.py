"""Neo's list of its own call-backs, in whatever shape it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.visits import CallBack
from idexx_desktop.neo.tasks import PER_PAGE, read_call_backs
from tests.domain.builders import UNHURRIED

LA = ZoneInfo("America/Los_Angeles")
DUE = datetime(2026, 11, 23, 10, 0, tzinfo=LA)
PLANNED = CallBack("9000", DUE, "Dr. Kim", "Ask about the wound")


def read(*answers: object) -> tuple[CallBacks | None, list[dict[str, str]]]:
    """What is read of these answers, the last one again and again; and what was asked."""
    asked: list[dict[str, str]] = []

    async def ask(path: str, parameters: dict[str, str]) -> object:
        assert path == "/api/tasks"
        asked.append(parameters)
        return answers[min(len(asked), len(answers)) - 1]

    return asyncio.run(read_call_backs(ask, LA)), asked


ROWS: Sequence[dict[str, object]] = (
    {"id": 9000, "patientId": 31, "dueDate": "2026-11-23 10:00:00", "assignee": "Dr. Kim",
     "title": "Ask about the wound"},
    {"id": "9000", "patient": {"id": "31", "name": "Bella"}, "due": "2026-11-23T10:00:00",
     "assignedTo": {"id": 5, "name": "Dr. Kim"}, "subject": "Ask about the wound"},
    {"task_id": 9000.0, "patient_id": "31", "due_at": "2026-11-23 10:00:00", "type": "CALLBACK", "status": "OPEN",
     "user": {"firstName": "Dr.", "lastName": "Kim"}, "description": "Ask about the wound"},
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("wrapped", ["bare", "data", "content", "twice"])
def test_one_call_back_in_several_shapes(row: dict[str, object], wrapped: str) -> None:
    answer: object = {"bare": [row], "twice": {"data": {"tasks": [row]}}}.get(wrapped, {wrapped: [row]})
    found, asked = read(answer)
    assert found == CallBacks({"31": (PLANNED,)})
    assert asked == [{"page": "0", "limit": "25", "type": "callback", "status": "open"}]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        7,
        "x",
        {},
        {"success": False, "error": "off", "data": []},
        {"data": 7},
        {"v": 2, "result": {"a": []}},
    ],
)
def test_what_is_no_list_says_nothing(answer: object) -> None:
    assert read(answer)[0] is None


def test_an_empty_list_is_an_answer() -> None:
    assert read({"data": []})[0] == CallBacks()


def test_what_is_over_or_no_call_back_doesnt_count() -> None:
    rows = [
        {"id": 1, "patientId": 31, "status": "done"},
        {"id": 2, "patientId": 31, "type": "reminder"},
        {"id": 3},
        None,
    ]
    assert read(rows)[0] == CallBacks()


def test_without_a_pet_it_is_about_the_owner() -> None:
    assert read([{"id": 1, "clientId": 4}])[0] == CallBacks({}, {"4": (CallBack("1"),)})


def test_all_pages_are_read_and_a_page_that_repeats_ends_it() -> None:
    rows = [{"id": number, "patientId": number} for number in range(1, 61)]
    pages = [{"data": rows[start : start + PER_PAGE]} for start in range(0, 75, PER_PAGE)]
    found, asked = read(*pages)
    assert found is not None
    assert len(found.of_patient) == 60
    assert [parameters["page"] for parameters in asked] == ["0", "1", "2"]
    assert len(read(pages[0])[1]) == 2


KEYS = ("id", "data", "patientId", "patient", "client", "dueDate", "assignee", "title", "status", "name")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(KEYS),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@UNHURRIED
@given(answer=JSON)
def test_no_answer_is_too_odd(answer: object) -> None:
    found, _ = read(answer)
    assert found is None or isinstance(found, CallBacks)
