"""Words: times, headlines, what happens next, and the catalogue."""

from __future__ import annotations

import importlib
import pkgutil
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.backing_off import Outage
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.events import Step
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import RunningSync
from idexx_desktop.domain.records import MissedRun, ScheduleRecord, SessionRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import headline, strings, timewords, visit_words
from idexx_desktop.gui.kit.progress import STEP_WORDS, time_left
from idexx_desktop.gui.states import session_pill
from idexx_desktop.gui.tokens import Tone
from tests.gui.made_up import NOW, ZONE, local, session, some_visits, today_status, visit


@pytest.mark.parametrize(
    ("instant", "short", "spoken"),
    [
        (local(22, 10, 42), "10:42", "10:42"),
        (local(21, 16), "Yesterday 16:00", "yesterday 16:00"),
        (local(23, 7), "Tomorrow 07:00", "tomorrow 07:00"),
        (local(16, 16), "16 Nov 16:00", "Monday 16:00"),
        (local(15, 9, 15), "15 Nov 09:15", "15 Nov 09:15"),
        (datetime(2025, 11, 21, 9, 15, tzinfo=ZONE), "21 Nov 2025 09:15", "21 Nov 2025 09:15"),
    ],
)
def test_times_in_words(instant: datetime, short: str, spoken: str) -> None:
    assert timewords.short(instant, NOW, ZONE) == short
    assert timewords.spoken(instant, NOW, ZONE) == spoken


def test_days_are_those_of_the_clinic() -> None:
    midnight_in_utc = datetime(2026, 11, 22, 7, 59, tzinfo=UTC)
    assert timewords.full(midnight_in_utc, NOW, ZONE) == "Yesterday 23:59"
    assert timewords.full(midnight_in_utc, NOW, ZoneInfo("UTC")) == "Today 07:59"
    assert timewords.dated(midnight_in_utc, NOW, ZONE) == "21 Nov 23:59"


def test_the_exact_time_names_its_zone_on_both_sides_of_dst() -> None:
    first = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert timewords.exact(first, ZONE) == "Sunday, 1 November 2026, 01:30 PDT (America/Los_Angeles)"
    again = timewords.exact(first + timedelta(hours=1), ZONE)
    assert again == "Sunday, 1 November 2026, 01:30 PST (America/Los_Angeles)"


def test_no_time_has_words() -> None:
    assert timewords.short(None, NOW, ZONE) == timewords.dated(None, NOW, ZONE) == "No time"
    assert timewords.exact(None, ZONE) == ""


_WRONG = Failure(FailureCode.WRONG_PASSWORD)
_OFFLINE = Failure(FailureCode.UNREACHABLE)
_THERE = RunningSync("Front Desk 2", local(22, 10, 40), False)
_MONDAY = local(16, 16)


@pytest.mark.parametrize(
    ("changes", "tone", "start"),
    [
        ({}, Tone.ATTENTION, "Up to date as of 10:42. Yesterday is complete but for 4 visits."),
        (
            {"day_counts": [], "counts": {VisitState.SCHEDULED: 3}},
            Tone.GOOD,
            "Up to date as of 10:42. Yesterday is complete.",
        ),
        ({"up_to_date_as_of": None}, Tone.OFF, "Not synced yet."),
        ({"stale": True, "up_to_date_as_of": _MONDAY}, Tone.ATTENTION, "Not synced since Monday 16:00."),
        (
            {"suspended": _WRONG, "up_to_date_as_of": _MONDAY},
            Tone.ACT,
            "Not synced since Monday 16:00: IDEXX Neo didn't accept the password.",
        ),
        (
            {"credential_status": "not_configured"},
            Tone.ACT,
            "Not synced since 10:42: There is no Neo sign-in",
        ),
        (
            {"last_failure": _OFFLINE},
            Tone.OFF,
            "Up to date as of 10:42. Can't reach IDEXX Neo. We'll keep trying",
        ),
        (
            {"last_failure": _OFFLINE, "stale": True, "up_to_date_as_of": _MONDAY},
            Tone.ATTENTION,
            "Not synced since Monday 16:00: Can't reach IDEXX Neo.",
        ),
        ({"last_failure": _OFFLINE, "up_to_date_as_of": None}, Tone.ATTENTION, "Not synced yet: Can't reach"),
        (
            {"last_failure": Failure(FailureCode.PAGE_CHANGED)},
            Tone.ACT,
            "Not synced since 10:42: IDEXX Neo's",
        ),
        ({"last_failure": Failure(FailureCode.CANCELLED)}, Tone.ATTENTION, "Up to date as of 10:42."),
        ({"running": _THERE}, Tone.ACCENT, "Front Desk 2 is syncing now (started 10:40)."),
    ],
)
def test_the_sentence_of_today(changes: dict[str, object], tone: Tone, start: str) -> None:
    said = headline.headline(today_status(**changes), NOW, ZONE, syncing=False)
    assert said.sentence.startswith(start)
    assert said.tone is tone


def test_one_line_lasts_through_an_outage_until_a_try_gets_through() -> None:
    """The same sentence, tone and icon while nothing happens, while it is tried again, and after that failed."""
    away = Outage(local(22, 10, 44), 1, local(22, 10, 58))
    status = today_status(last_failure=_OFFLINE, outage=away, next_due_at=local(22, 10, 58))
    waiting = headline.headline(status, NOW, ZONE, syncing=False)
    assert waiting.sentence == "Up to date as of 10:42. Can't reach IDEXX Neo since 10:44. Next try 10:58."
    trying = headline.headline(status, NOW, ZONE, syncing=True)
    assert trying.sentence == "Up to date as of 10:42. Can't reach IDEXX Neo since 10:44. Trying again now."
    assert (trying.tone, trying.icon) == (waiting.tone, waiting.icon) == (Tone.OFF, "rotate-cw")
    stale = replace(status, stale=True, last_failure=Failure(FailureCode.SERVER_PROBLEM))
    said = headline.headline(stale, NOW, ZONE, syncing=False)
    assert said.sentence == "Not synced since 10:42: Can't read from IDEXX Neo since 10:44. Next try 10:58."
    assert said.tone is Tone.ATTENTION


@pytest.mark.parametrize("code", [FailureCode.WRONG_PASSWORD, FailureCode.CRASHED])
def test_what_is_no_outage_keeps_its_own_words(code: FailureCode) -> None:
    away = Outage(local(22, 10, 44), 1, local(22, 10, 58))
    status = today_status(last_failure=Failure(code), outage=away)
    assert "since 10:44" not in headline.headline(status, NOW, ZONE, syncing=False).sentence


def test_green_only_if_everything_is_in() -> None:
    one_failed = today_status(day_counts=[], counts={VisitState.SCHEDULED: 30, VisitState.FAILED: 1})
    assert headline.headline(one_failed, NOW, ZONE, syncing=False).tone is Tone.ATTENTION


def test_during_a_sync_the_sentence_says_what_holds_until_then() -> None:
    said = headline.headline(today_status(), NOW, ZONE, syncing=True)
    assert said.sentence == "Syncing now. Up to date as of 10:42 until it is done."
    first = headline.headline(today_status(up_to_date_as_of=None), NOW, ZONE, syncing=True)
    assert first.sentence == "Syncing for the first time."


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"counts": {VisitState.SCHEDULED: 38}},
            "Next sync at 14:00 · 38 visits in the last two days, every one accounted for",
        ),
        ({}, "Next sync at 14:00 · 38 visits in the last two days, 1 couldn't be read"),
        (
            {"last_session": session(consultations_seen=40, consultations_synced=36, consultations_failed=1)},
            "Next sync at 14:00 · 38 visits in the last two days, 3 not accounted for",
        ),
        (
            {"counts": {VisitState.SCHEDULED: 38}, "lost_lately": 1},
            "Next sync at 14:00 · 38 visits in the last two days, 1 not accounted for",
        ),
        (
            {"next_due_at": local(23, 7), "counts": {}},
            "Next sync tomorrow 07:00 · no visits in the last two days",
        ),
        (
            {"next_due_at": None, "counts": {VisitState.HELD: 1}},
            "Automatic syncing is off · 1 visit in the last two days, accounted for",
        ),
        (
            {"suspended": _WRONG, "counts": {}},
            "Automatic syncing waits for the Neo sign-in · no visits in the last two days",
        ),
        (
            {"schedule": ScheduleRecord(paused_until=local(23, 7)), "counts": {}},
            "Automatic syncing is paused until tomorrow 07:00 · no visits in the last two days",
        ),
    ],
)
def test_the_line_below_it(changes: dict[str, object], line: str) -> None:
    assert headline.next_line(today_status(**changes), NOW, ZONE) == line


@pytest.mark.parametrize(("hour", "words"), [(8, "morning"), (12, "afternoon"), (19, "evening")])
def test_the_greeting_is_that_of_the_clinic(hour: int, words: str) -> None:
    assert headline.greeting(local(22, hour), ZONE) == f"Good {words}"


def _next(pet: str, **changes: object) -> str:
    row = next(row for row in some_visits() if row.patient_name == pet)
    return visit_words.happens_next(replace(row, **changes), NOW, ZONE).text  # type: ignore[arg-type]  # fields by name


def test_what_happens_next() -> None:
    assert _next("Luna") == "Call 22 Nov, 16:00"
    assert _next("Rex", call_with=("Nala",)) == "Call 22 Nov, 16:00 · with Nala"
    assert _next("Max") == "Held: may have died"
    assert _next("Otto") == "Held: no phone number"
    assert _next("Bella") == "Couldn't read · in 3 syncs"
    assert _next("Bella", attempts=1) == "Couldn't read"
    assert _next("Kiko") == "No call needed: no show"
    assert _next("Pepper", visit_at=NOW - timedelta(hours=30)) == "Waiting for notes · 1 day"
    assert _next("Pepper", visit_at=NOW - timedelta(hours=3)) == "Waiting for notes"
    assert _next("Pepper", reason_code=ReasonCode.DRAFT) == "Waiting: draft"
    assert _next("Luna", call_scheduled_for=None, reason_code=ReasonCode.COLLEAGUE) == "Call by a colleague"


@pytest.mark.parametrize("code", list(ReasonCode))
@pytest.mark.parametrize("state", list(VisitState))
def test_every_reason_has_words_in_every_state(state: VisitState, code: ReasonCode) -> None:
    pill = visit_words.happens_next(visit(1, "Luna", "Ana", state, code, "why"), NOW, ZONE)
    assert pill.text
    assert "{" not in pill.text


def test_a_pet_without_a_name_or_a_time_has_a_heading() -> None:
    nameless = replace(some_visits()[0], patient_name="", owner_name="", visit_at=None, provider="")
    assert visit_words.heading(nameless, NOW, ZONE) == "Unnamed pet"
    assert visit_words.owner(nameless) == "—"


def test_results_of_syncs() -> None:
    words: dict[str, SessionRecord | MissedRun] = {
        "All in": session(failed=0),
        "1 left over": session(failed=1),
        "Syncing": session("running"),
        "Interrupted": session("timeout"),
        "Stopped by you": session("failed", failure_code="cancelled"),
        "Stopped": session("failed", failure_code="page_changed"),
        "Missed": MissedRun(NOW, "asleep", None, "Reception"),
    }
    assert {text: session_pill(record).text for text, record in words.items()} == {t: t for t in words}


def test_time_left() -> None:
    assert time_left(None) == ""
    assert time_left(0.2) == "about 1 second left"
    assert time_left(12.3) == "about 12 seconds left"
    assert time_left(150) == "about 2 minutes left"
    assert set(STEP_WORDS) == set(Step)


def test_every_phrase_of_the_catalogue_can_be_filled_in() -> None:
    phrases = {
        f"{module.name}.{name}": value
        for module in pkgutil.iter_modules(strings.__path__)
        for name, value in vars(importlib.import_module(f"{strings.__name__}.{module.name}")).items()
        if name.isupper() and isinstance(value, str)
    }
    assert len(phrases) > 100
    for name, phrase in phrases.items():
        fields = [field for _, field, _, _ in string.Formatter().parse(phrase) if field is not None]
        assert all(field.isidentifier() for field in fields), name
        assert not phrase.startswith(" "), name
    assert strings.tr("Call {when}", when="now") == "Call now"
    assert strings.tr_count("1 pet", "{count} pets", 1204) == "1,204 pets"
