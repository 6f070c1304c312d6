"""Until when a concern is answered, across DST and closed days; what of a calling system's words becomes one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.concerns import NO_WORDS, Urgency, due_time, flagged
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.records import ScheduleRecord

ZONE = ZoneInfo("America/Los_Angeles")
HOURS = ScheduleRecord(open_time=time(8), close_time=time(18))
NOW, TODAY, NEXT = Urgency.NOW, Urgency.TODAY, Urgency.NEXT_DAY


def local(day: str, clock: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("urgency", "said", "due"),
    [
        (NOW, local("2026-11-18", "15:00"), local("2026-11-18", "15:15")),
        (TODAY, local("2026-11-18", "15:00"), local("2026-11-18", "18:00")),
        # closed already, or nearly: until midnight, and never sooner than at once
        (TODAY, local("2026-11-18", "17:50"), local("2026-11-19", "00:00")),
        (TODAY, local("2026-11-18", "20:00"), local("2026-11-19", "00:00")),
        (TODAY, local("2026-11-18", "23:55"), local("2026-11-19", "00:10")),
        (NEXT, local("2026-11-18", "15:00"), local("2026-11-19", "18:00")),
        # a Friday; Saturday and Sunday are closed, Monday is a holiday
        (NEXT, local("2026-11-20"), local("2026-11-24", "18:00")),
        # a Saturday: closed today
        (TODAY, local("2026-11-21"), local("2026-11-22", "00:00")),
        # the hour that doesn't exist, and the one that does twice
        (NOW, local("2026-03-08", "01:55"), local("2026-03-08", "03:10")),
        (TODAY, local("2026-10-30", "09:00"), local("2026-10-30", "18:00")),
        (NEXT, local("2026-10-30", "09:00"), local("2026-11-02", "18:00")),
        (NEXT, local("2026-03-06", "09:00"), local("2026-03-09", "18:00")),
    ],
)
def test_until_when(urgency: Urgency, said: datetime, due: datetime) -> None:
    hours = ScheduleRecord(
        open_time=time(8), close_time=time(18), closed_days=frozenset({date(2026, 11, 23)})
    )
    rules = CallRules(ZONE, closed_weekdays=frozenset({5, 6}))
    assert due_time(urgency, said.astimezone(UTC), hours, rules) == due.astimezone(UTC)


@pytest.mark.parametrize(
    ("opens", "closes", "said", "due"),
    [
        ("18:00", "02:00", "01:00", "02:00"),
        ("18:00", "02:00", "12:00", "24:00"),
        ("07:00", "07:00", "12:00", "24:00"),
        ("00:00", "00:00", "12:00", "24:00"),
    ],
)
def test_hours_past_midnight(opens: str, closes: str, said: str, due: str) -> None:
    """The day ends at midnight at the latest."""
    hours = ScheduleRecord(open_time=time.fromisoformat(opens), close_time=time.fromisoformat(closes))
    expected = local("2026-11-19", "00:00") if due == "24:00" else local("2026-11-18", due)
    assert due_time(TODAY, local("2026-11-18", said), hours, CallRules(ZONE)) == expected


def test_a_clinic_that_never_opens() -> None:
    hours = ScheduleRecord(open_weekdays=frozenset())
    said = local("2026-11-18")
    assert due_time(NEXT, said, hours, CallRules(ZONE)) == local("2026-11-20", "00:00")


def test_never_before_it_is_said_and_never_for_long() -> None:
    said = datetime(2026, 1, 1, tzinfo=UTC)
    for hours in (HOURS, ScheduleRecord(open_weekdays=frozenset({2}))):
        for step in range(0, 24 * 400, 5):
            now = said + timedelta(hours=step)
            for urgency in Urgency:
                due = due_time(urgency, now, hours, CallRules(ZONE))
                assert timedelta(minutes=15) <= due - now <= timedelta(days=9)


@pytest.mark.parametrize(
    ("found", "urgency", "words"),
    [
        ({"attention_severity": "critical"}, NOW, NO_WORDS),
        ({"attention_severity": "HIGH", "attention_types": ["missed_dose"]}, NOW, "missed dose"),
        ({"attention_severity": "Emergency", "attention_summary": "Can't stand."}, NOW, "Can't stand."),
        ({"attention_types": ["pain", "swelling"], "summary": "Worse."}, TODAY, "pain, swelling: Worse."),
        ({"attention_summary": "Not eating."}, TODAY, "Not eating."),
        ({"attention_severity": "low"}, TODAY, NO_WORDS),
    ],
)
def test_what_a_calling_system_flags(found: dict[str, object], urgency: Urgency, words: str) -> None:
    said = flagged(found)
    assert said is not None
    assert (said.urgency, said.words) == (urgency, words)


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"attention_types": [], "attention_severity": "none"},
        {"summary": "All well."},
        {"attention_types": None},
    ],
)
def test_what_it_does_not_flag(found: dict[str, object]) -> None:
    assert flagged(found) is None


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J\u202egnp.exe\u200b", "<b>x</b>" * 10_000, "\ud800" * 9, "a\nb" * 900]
)
def test_a_strangers_words_are_one_harmless_line(hostile: str) -> None:
    found = {"attention_types": [hostile] * 50, "attention_severity": hostile, "attention_summary": hostile}
    said = flagged(found)
    assert said is not None
    assert len(said.words) <= 1000
    assert len(said.severity) <= 40
    for text in (said.words, said.severity):
        assert text.isprintable()
        text.encode()
