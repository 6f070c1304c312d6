"""Which calls need a person, in which words, and that nothing a calling system writes can do harm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.handed_over import (
    NOTHING_REPORTED,
    CallReport,
    CallTrouble,
    grouped,
    report_of,
    trouble_of,
)
from idexx_desktop.domain.harmless import harmless
from tests.domain.builders import UNHURRIED

LA = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)  # 14:00 in Los Angeles
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("status", "due", "begun", "why"),
    [
        ("failed", NOW - SECOND, None, CallTrouble.FAILED),
        ("failed", NOW - 3 * DAY, None, CallTrouble.FAILED),
        ("failed", NOW - 3 * DAY - SECOND, None, None),
        ("failed", NOW + SECOND, None, None),
        ("failed", None, None, None),
        ("ringing", NOW - 2 * HOUR, NOW - HOUR - SECOND, CallTrouble.STUCK),
        ("in_progress", NOW - 2 * HOUR, NOW - HOUR, None),
        ("in_progress", NOW - 2 * HOUR, None, CallTrouble.STUCK),
        ("queued", NOW - HOUR - SECOND, None, CallTrouble.NOT_TAKEN),
        ("queued", NOW - HOUR, None, None),
        ("queued", NOW + HOUR, None, None),
        ("completed", NOW - 2 * HOUR, None, None),
        ("cancelled", NOW - 2 * HOUR, None, None),
        ("a word of theirs", NOW - 2 * HOUR, None, None),
    ],
)
def test_what_needs_a_person(
    status: str, due: datetime | None, begun: datetime | None, why: CallTrouble | None
) -> None:
    assert trouble_of(status, due, begun, NOW) is why


def test_many_calls_are_one_line() -> None:
    failed = [(CallTrouble.FAILED, NOW - HOUR, "phoneNumberId must be a UUID")] * 70
    [group] = grouped(failed, LA)
    assert group.title(TODAY) == "70 calls of today didn't get through: phoneNumberId must be a UUID"
    [group] = grouped([*failed, (CallTrouble.FAILED, NOW - HOUR, "no credit")], LA)
    assert (
        group.title(TODAY)
        == "71 calls of today didn't get through: most of them: phoneNumberId must be a UUID"
    )


def test_each_reason_has_its_own_line_the_gravest_first() -> None:
    calls = [
        (CallTrouble.NOT_TAKEN, NOW - 2 * HOUR, ""),
        (CallTrouble.STUCK, NOW - DAY, ""),
        (CallTrouble.FAILED, NOW - DAY, ""),
        (CallTrouble.FAILED, NOW - HOUR, ""),
    ]
    assert [group.title(TODAY) for group in grouped(calls, LA)] == [
        "2 calls of the last 4 days didn't get through.",
        "1 call of yesterday has been under way for more than an hour.",
        "1 call of today is more than an hour past its time.",
    ]


HOSTILE = "Call \u202e0199\u0000\r\n<b>now</b>\x1b[31m" + "x" * 5_000


def test_what_the_system_wrote_is_bounded_and_can_do_nothing() -> None:
    report = report_of(
        {
            "ended_reason": HOSTILE,
            "attention_types": ["missed_dose", HOSTILE, None, 7, *["more"] * 50],
            "attention_severity": HOSTILE,
            "attention_summary": "",
            "summary": HOSTILE,
            "structured_data": {
                "owner_reached": True,
                HOSTILE: HOSTILE,
                "deep": {"a": 1},
                "pain": 3,
                "none": None,
            },
            "duration_seconds": 75,
        }
    )
    for text in (report.ended_reason, report.severity, report.summary, *report.attention):
        assert len(text) <= 1_000
        assert "\n" not in text
        assert harmless(text) == text
    assert report.attention[0] == "missed dose"
    assert ("owner reached", "yes") in report.details
    assert ("pain", "3") in report.details
    assert report.seconds == 75
    assert "deep" not in dict(report.details)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=8,
)
NAMES = (
    "ended_reason", "attention_types", "attention_severity", "attention_summary", "call_summary", "summary",
    "structured_data", "duration_seconds",
)  # fmt: skip


@UNHURRIED
@given(found=st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_shape_is_read(found: dict[str, object]) -> None:
    report = report_of(found)
    assert isinstance(report, CallReport)
    texts = [
        report.ended_reason,
        report.severity,
        report.summary,
        *report.attention,
        *map(str, report.details),
    ]
    assert all(len(text) <= 1_100 for text in texts)


def test_nothing_is_nothing() -> None:
    assert report_of({}) == NOTHING_REPORTED
