"""Lists that lost most of what they held are asked about, in words; what goes one by one is ordinary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from idexx_desktop.domain.emptied import emptied
from idexx_desktop.domain.failures import FailureCode

TODAY = date(2026, 3, 12)
YESTERDAY = TODAY - timedelta(days=1)


def held(count: int, day: date = YESTERDAY) -> dict[str, date]:
    """So many visits of one day."""
    return {f"a:{number}": day for number in range(count)}


@pytest.mark.parametrize(
    ("before", "left", "title"),
    [
        (held(43), 0, "Neo shows none of yesterday's 43 visits: nothing was taken back."),
        (held(43, TODAY), 3, "Neo shows only 3 of today's 43 visits: nothing was taken back."),
        (held(5), 0, "Neo shows none of yesterday's 5 visits: nothing was taken back."),
        (
            {**held(9), "a:99": TODAY},
            4,
            "Neo shows only 4 of the 10 visits that it showed before: nothing was taken back.",
        ),
        (held(10), 5, None),
        (held(4), 0, None),
        (held(43), 43, None),
        ({}, 0, None),
    ],
)
def test_how_much_is_asked_about(before: dict[str, date], left: int, title: str | None) -> None:
    failure = emptied(before, {*list(before)[:left], "a:new"}, TODAY)
    assert (failure.title if failure else None) == title
    assert failure is None or failure.code is FailureCode.LISTS_EMPTIED
