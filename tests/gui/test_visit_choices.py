"""What may be done about a visit, what changed in its notes, when an owner may be called, what a table leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.panels.choose_time import next_start, time_problem
from idexx_desktop.gui.panels.notes import ChangedLine, changed_lines
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.view import fitting
from idexx_desktop.gui.visit_choices import Choice, choices
from tests.gui.made_up import NOW, ZONE, local, visit

_HELD, _OUT = VisitState.HELD, VisitState.EXCLUDED


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        (VisitState.SCHEDULED, ReasonCode.CALL_DUE, (Choice.NO_CALL, Choice.ANOTHER_TIME)),
        (_HELD, ReasonCode.MAY_HAVE_DIED, (Choice.SCHEDULE, Choice.KEEP_NO_CALL)),
        (_HELD, ReasonCode.MAY_NOT_BE_WELL, (Choice.CALL_WITH_CARE, Choice.KEEP_NO_CALL)),
        (_HELD, ReasonCode.UNKNOWN_LANGUAGE, (Choice.SCHEDULE, Choice.KEEP_NO_CALL)),
        (_HELD, ReasonCode.NO_PHONE, (Choice.IGNORE, Choice.TRY_AGAIN, Choice.OPEN_IN_NEO)),
        (_HELD, ReasonCode.NOT_LOOKED_AT, (Choice.KEEP_NO_CALL, Choice.TRY_AGAIN)),
        (_HELD, ReasonCode.REVIEW, (Choice.NO_CALL, Choice.AGREE)),
        (_HELD, ReasonCode.CALLS_PAUSED, (Choice.NO_CALL,)),
        (_OUT, ReasonCode.NO_CALL_BY_PERSON, (Choice.TAKE_BACK,)),
        (_OUT, ReasonCode.KIND_OFF, (Choice.SCHEDULE,)),
        (_OUT, ReasonCode.OPTED_OUT, ()),
        (_OUT, ReasonCode.CANCELLED, ()),
        (VisitState.WAITING, ReasonCode.NO_NOTES, (Choice.IGNORE, Choice.TRY_AGAIN, Choice.OPEN_IN_NEO)),
        (VisitState.FAILED, ReasonCode.UNREADABLE, (Choice.IGNORE, Choice.TRY_AGAIN)),
    ],
)
def test_each_state_offers_what_helps(
    state: VisitState, code: ReasonCode, expected: tuple[Choice, ...]
) -> None:
    assert choices(visit(1, "Rex", "Tom Baker", state, code, "", attention=True)) == expected


@pytest.mark.parametrize(
    ("reason", "offered"),
    [
        ("Another pet of this owner, Max, may not be well.", Choice.CALL_WITH_CARE),
        ("Another pet of this owner, Max, is held.", Choice.SCHEDULE),
        ("Another pet of this owner, Max, may have died.", Choice.SCHEDULE),
    ],
)
def test_the_owner_of_another_pet_that_may_not_be_well_is_called_with_care(
    reason: str, offered: Choice
) -> None:
    row = visit(1, "Rex", "Tom Baker", _HELD, ReasonCode.HOUSEHOLD_HELD, reason, attention=True)
    assert choices(row) == (offered, Choice.KEEP_NO_CALL)


def test_what_was_agreed_to_in_review_mode_is_taken_back_or_not_called() -> None:
    row = visit(1, "Rex", "Tom Baker", _HELD, ReasonCode.REVIEW, "")
    assert choices(replace(row, agreed=True)) == (Choice.TAKE_BACK, Choice.NO_CALL)


def test_an_opted_out_owner_is_never_offered_a_call() -> None:
    for state in VisitState:
        row = visit(1, "Rex", "Tom Baker", state, ReasonCode.OPTED_OUT, "")
        if state is not VisitState.HELD:  # no rule holds a visit for it
            assert Choice.SCHEDULE not in choices(row)


@pytest.mark.parametrize("status", ["ringing", "in_progress", "completed", "failed", None])
def test_a_call_that_was_handed_over_is_left_alone(status: str | None) -> None:
    row = visit(1, "Rex", "Tom Baker", VisitState.SCHEDULED, ReasonCode.CALL_DUE, "")
    assert choices(replace(row, call_status=status)) == ()


@pytest.mark.parametrize(("status", "offered"), [("failed", False), (None, True)])
def test_after_a_call_that_failed_another_is_offered_only_if_it_was_a_colleagues(
    status: str | None, offered: bool
) -> None:
    row = visit(1, "Rex", "Tom Baker", VisitState.HELD, ReasonCode.CALL_FAILED, "", attention=True)
    assert (Choice.SCHEDULE in choices(replace(row, call_status=status))) is offered


def test_what_is_ignored_can_be_taken_back() -> None:
    row = visit(1, "Rex", "Tom Baker", VisitState.FAILED, ReasonCode.UNREADABLE, "")
    assert choices(replace(row, ignored=True)) == (Choice.TAKE_BACK, Choice.TRY_AGAIN)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a\nb", "a\nb", []),
        ("a\n\n b ", "a\nb", []),  # spaces and blank lines say nothing
        ("a\nb", "a\nc", [("b", False), ("c", True)]),
        ("", "a", [("a", True)]),
        ("a\nb\nc", "b", [("a", False), ("c", False)]),
    ],
)
def test_the_difference_of_notes_by_lines(before: str, after: str, expected: list[tuple[str, bool]]) -> None:
    assert changed_lines(before, after) == [ChangedLine(text, added) for text, added in expected]


def test_of_endless_notes_every_line_that_differs_is_found_in_time() -> None:
    one, other = ([f"{mark}{number}" for number in range(30_000)] for mark in "ab")
    alike = ["The same at both ends"] * 10_000
    found = changed_lines("\n".join(alike + one + alike), "\n".join(alike + other + alike))
    assert [line.text for line in found] == one + other
    assert changed_lines("\n".join(one), "\n".join([*one, "died this morning"])) == [
        ChangedLine("died this morning", added=True)
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW, local(22, 11, 45)),
        (local(22, 10, 45), local(22, 11, 45)),
        (local(22, 20, 30), local(23, 10)),  # too late in the evening
        (local(22, 23, 30), local(23, 10)),  # after midnight is the next day already
        (local(22, 5), local(22, 10)),
    ],
)
def test_the_time_that_is_offered(now: datetime, expected: datetime) -> None:
    offered = next_start(now, ZONE)
    assert offered == expected
    assert time_problem(offered, now, ZONE) == ""


@pytest.mark.parametrize(("hour", "allowed"), [(7, False), (8, True), (20, True), (21, False)])
def test_nobody_is_called_at_night(hour: int, allowed: bool) -> None:
    assert (time_problem(local(24, hour), NOW, ZONE) == "") is allowed


def test_a_time_in_the_past_is_refused() -> None:
    assert time_problem(datetime(2026, 11, 22, 18, 43, tzinfo=UTC), NOW, ZONE).startswith("Choose a time")


@pytest.mark.parametrize(
    ("room", "shown"), [(300, [0, 1, 2]), (299, [0, 1]), (199, [0]), (50, [0])]
)  # fmt: skip
def test_columns_are_left_out_in_their_order(room: int, shown: list[int]) -> None:
    columns: list[Column[str]] = [Column("", str, width=100, drop=drop) for drop in (0, 1, 2)]
    assert list(fitting(columns, range(3), room)) == shown
    assert 1 not in fitting(columns, (0, 2), room)
