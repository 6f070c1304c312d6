"""The law's hours narrow a day and never widen it, by place, weekday, holiday and date; a newer version counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.areas import areas_of, areas_of_all
from idexx_desktop.domain.call_terms import ARTIFICIAL, CallTerms, terms_of
from idexx_desktop.domain.call_times import is_allowed, is_decent, next_slot, spans_of
from idexx_desktop.domain.calling_hours import (
    Area,
    Binds,
    CallingHours,
    HoursLaw,
    Law,
    Source,
    day_spans,
)
from idexx_desktop.domain.calling_hours_file import calling_hours
from idexx_desktop.domain.decisions import CallPlan, CallRules, KindRule, PersonChoice, ReasonCode
from idexx_desktop.domain.law_words import hours_words, not_then
from idexx_desktop.domain.phones import dialable
from tests.domain.builders import LA, NOW, RULES, UNHURRIED, visit
from tests.domain.clinic import Clinic

HOURS = calling_hours()
NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
# a Saturday
DAY = date(2026, 11, 28)
PLACES = sorted({law.law.place for law in HOURS.laws} | {"US-CA", "DE", "ZZ"})
ZONES = [
    ZoneInfo(name)
    for name in ("America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Europe/Paris", "UTC")
]


def allowed(place: str, when: str, zone: ZoneInfo = NEW_YORK, *, automated: bool = False) -> bool:
    rules = replace(RULES, automated=automated)
    return is_decent(datetime.fromisoformat(when).replace(tzinfo=zone), rules, [Area(zone, place)])


@UNHURRIED
@given(
    place=st.sampled_from(PLACES), zone=st.sampled_from(ZONES), automated=st.booleans(),
    day=st.dates(date(2019, 1, 1), date(2030, 1, 1)),
)  # fmt: skip
def test_no_law_ever_widens_a_day(place: str, zone: ZoneInfo, automated: bool, day: date) -> None:
    spans = day_spans(HOURS, Area(zone, place), day, automated)
    plain = day_spans(HOURS, Area(zone, "ZZ"), day, automated)
    assert len(plain) == 1
    assert all(plain[0][0] <= first < last <= plain[0][1] for first, last in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for first, last in spans:
        assert time(8) <= first.astimezone(zone).time()
        assert last.astimezone(zone).time() <= time(21)


@pytest.mark.parametrize(
    ("place", "when", "expected"),
    [
        ("US", "2026-11-29 08:00", True),
        ("US", "2026-11-29 20:59", True),
        ("US", "2026-11-29 21:00", False),
        ("US-FL", "2026-11-28 19:59", True),
        ("US-FL", "2026-11-28 20:00", False),
        ("US-AL", "2026-11-28 12:00", True),
        ("US-AL", "2026-11-29 12:00", False),  # a Sunday
        ("US-AL", "2026-11-26 12:00", False),  # Thanksgiving
        ("US-FL", "2026-11-26 12:00", True),
        ("US-TX", "2026-11-29 11:59", False),
        ("US-TX", "2026-11-29 12:00", True),
        ("US-RI", "2026-11-28 17:00", False),
        ("US-PA", "2026-12-25 12:00", False),
        ("US-MD", "2023-12-31 20:30", True),  # not yet in force
        ("US-MD", "2024-01-01 20:30", False),
        ("CA", "2026-11-27 20:59", True),
        ("CA", "2026-11-27 21:00", False),  # its own law would let it be until 21:30
        ("CA", "2026-11-27 08:59", False),
        ("CA", "2026-11-28 09:59", False),
        ("CA", "2026-11-28 17:59", True),
        ("CA", "2026-11-28 18:00", False),
        ("AU", "2026-11-29 12:00", False),
        ("FR", "2026-11-27 12:59", True),
        ("FR", "2026-11-27 13:00", False),  # between one and two nobody is called
        ("FR", "2026-11-27 14:00", True),
        ("DE", "2026-11-29 20:59", True),
    ],
)
def test_by_place_weekday_and_date(place: str, when: str, expected: bool) -> None:
    assert allowed(place, when) is expected


def test_some_laws_bind_systems_alone() -> None:
    assert allowed("US-SD", "2026-11-28 12:00", CHICAGO)
    assert not allowed("US-SD", "2026-11-28 12:00", CHICAGO, automated=True)


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("+13055550123", "US-FL"),
        ("+15105550123", "US-CA"),
        ("+18005550123", "US"),
        ("+14165550123", "CA"),
        ("+442071838750", "GB"),
        ("+61412345678", "AU"),
        ("+33142685300", "FR"),
    ],
)
def test_the_place_of_a_number(number: str, place: str) -> None:
    phone = dialable(number, "US")
    assert phone.e164 == number
    assert {area.place for area in areas_of(phone, RULES)} == {place}


def test_a_number_that_tells_no_zone_is_where_the_clinic_is() -> None:
    assert areas_of(dialable("+18005550123", "US"), RULES) == (Area(LA, "US"),)


def test_the_rules_keep_to_the_law_of_the_owner() -> None:
    rules = CallRules(zone=NEW_YORK, window_start=time(9), window_end=time(21), closed_weekdays=frozenset())
    florida = areas_of_all(["+13055550123"], rules)
    late = KindRule(1, time(20, 30))
    friday = datetime(2026, 11, 27, 12, tzinfo=NEW_YORK)
    due = next_slot(friday, late, rules, florida, friday)
    assert due == datetime(2026, 11, 28, 19, 45, tzinfo=NEW_YORK)
    assert next_slot(friday, late, rules, (), friday) == datetime(2026, 11, 28, 20, 30, tzinfo=NEW_YORK)
    # no Sundays there: the call waits for Monday
    alabama = areas_of_all(["+12055550123"], rules)
    saturday = friday + timedelta(days=1)
    assert next_slot(saturday, late, rules, alabama, saturday) == datetime(2026, 11, 30, 9, tzinfo=NEW_YORK)
    assert spans_of(saturday + timedelta(days=1), rules, alabama) == []


def test_a_household_with_numbers_in_two_places_keeps_to_both_laws() -> None:
    rules = CallRules(zone=LA, window_start=time(6), window_end=time(21))
    both = areas_of_all(["+13055550123", "+15105550123"], rules)
    spans = spans_of(datetime(2026, 11, 28, 12, tzinfo=LA), rules, both)
    assert spans[0].first == datetime(2026, 11, 28, 8, tzinfo=LA)
    assert spans[-1].last == datetime(2026, 11, 28, 16, 45, tzinfo=LA), (
        "20:00 in Florida, less the time of a call"
    )
    assert not is_allowed(datetime(2026, 11, 28, 17, 30, tzinfo=LA), rules, both)


def test_a_person_reads_which_law_their_time_is_against() -> None:
    rules = replace(RULES, zone=NEW_YORK)
    florida, kentucky = (areas_of_all([number], rules) for number in ("+13055550123", "+15025550123"))
    late = datetime(2026, 11, 28, 20, 30, tzinfo=NEW_YORK)
    said = "Nov 28, 8:30 pm is outside the hours of calls in Florida: 8:00 am to 8:00 pm."
    assert not_then(late, rules, florida) == said
    early = datetime(2026, 11, 28, 9, tzinfo=NEW_YORK)
    assert "Kentucky" in not_then(early, rules, kentucky)
    assert not_then(early, rules, kentucky).endswith("(unverified).")
    night = datetime(2026, 11, 28, 22, tzinfo=NEW_YORK)
    assert "where the owner lives" in not_then(night, rules, florida)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("US-TX", "9:00 am to 9:00 pm, Sundays 12:00 pm to 9:00 pm"),
        ("US-AL", "8:00 am to 8:00 pm, none on Sundays and public holidays"),
        ("FR", "10:00 am to 1:00 pm and 2:00 pm to 8:00 pm, none on Saturdays, Sundays and public holidays"),
    ],
)
def test_hours_in_words(place: str, words: str) -> None:
    law = next(law for law in HOURS.laws if law.law.place == place)
    assert hours_words(law, "US") == words


def test_a_chosen_time_against_the_law_is_held() -> None:
    owner = visit(1, phone="305-555-0123")
    clinic = Clinic()
    clinic.sync(owner)
    clinic.decide("a:1", PersonChoice.CALL, datetime(2026, 11, 23, 20, 30, tzinfo=NEW_YORK))
    (change,) = clinic.sync(owner)
    assert (change.decision.reason_code, clinic.queued()) == (ReasonCode.NO_SLOT, [])
    assert "Florida" in change.decision.reason
    clinic.decide("a:1", PersonChoice.CALL, datetime(2026, 11, 23, 19, 30, tzinfo=NEW_YORK))
    clinic.sync(owner)
    assert [call.scheduled_for.astimezone(NEW_YORK).time() for call in clinic.queued()] == [time(19, 30)]


def version(name: str, *, until: time) -> CallingHours:
    """Data of another day, in which California's owners are called until this hour."""
    law = Law("US-CA", "California", Binds.ALL_CALLS, Source("made up", "https://example.org", "1"), False)
    week = tuple(((time(8), until),) for _ in range(7))
    return CallingHours(name, (HoursLaw(law, week),), states=HOURS.states)


def test_a_newer_version_judges_queued_calls_again_and_an_older_one_does_not() -> None:
    owner = visit(1)
    clinic = Clinic(replace(RULES, hours=version("2026-01-01", until=time(21))))
    clinic.sync(owner)
    (call,) = clinic.queued()
    assert call.terms.judged_by == "2026-01-01"
    assert call.scheduled_for.astimezone(LA).time() == time(10)
    clinic.rules = replace(RULES, hours=version("2026-02-01", until=time(21)))
    (change,) = clinic.sync(owner)
    assert not change.unchanged, "judged again, with the same result"
    (call,) = clinic.queued()
    assert (call.terms.judged_by, call.scheduled_for.astimezone(LA).time()) == ("2026-02-01", time(10))
    clinic.rules = replace(RULES, hours=version("2026-03-01", until=time(9, 30)))
    clinic.sync(owner)
    (call,) = clinic.queued()
    assert call.terms.judged_by == "2026-03-01"
    assert call.scheduled_for.astimezone(LA).time() < time(9, 30)
    when = call.scheduled_for
    clinic.rules = replace(RULES, hours=version("2026-02-01", until=time(21)))
    (change,) = clinic.sync(owner)
    assert change.unchanged, "an older program on another computer leaves it alone"
    (call,) = clinic.queued()
    assert (call.terms.judged_by, call.scheduled_for) == ("2026-03-01", when)


def test_a_call_from_before_there_were_versions_is_judged() -> None:
    owner = visit(1)
    clinic = Clinic()
    clinic.sync(owner)
    (call,) = clinic.queued()
    clinic.calls[call.call_id] = replace(call, terms=CallTerms())
    (change,) = clinic.sync(owner)
    assert not change.unchanged
    assert [call.terms.judged_by for call in clinic.queued()] == [HOURS.version]
    assert all(change.unchanged for change in clinic.sync(owner))


def test_an_artificial_voice_says_first_what_the_law_asks_for() -> None:
    at = NOW + timedelta(days=1)
    system = replace(RULES, automated=True)
    in_california = terms_of(CallPlan("+15105550123", at), system)
    assert (in_california.voice, "artificial" in in_california.say_first) == (ARTIFICIAL, True)
    elsewhere = terms_of(CallPlan("+12125550123", at), system)
    assert (elsewhere.voice, elsewhere.say_first) == (ARTIFICIAL, "")
    assert terms_of(CallPlan("+15105550123", at), RULES) == CallTerms(HOURS.version)


def test_a_clinic_that_lets_a_system_call_tells_its_queued_calls() -> None:
    owner = visit(1)
    clinic = Clinic()
    clinic.sync(owner)
    clinic.rules = replace(RULES, automated=True)
    clinic.sync(owner)
    assert [call.terms.voice for call in clinic.queued()] == [ARTIFICIAL]
    clinic.rules = RULES
    clinic.sync(owner)
    assert [(call.terms.voice, call.terms.say_first) for call in clinic.queued()] == [("person", "")]


@pytest.mark.long(item=62)
@pytest.mark.parametrize("place", PLACES)
def test_every_place_on_every_day_of_ten_years(place: str) -> None:
    """Each day of each place, by the hour and a minute before: in its own law's hours, and in 8:00 to 21:00."""
    for offset in range(3650):
        day = date(2020, 1, 1) + timedelta(days=offset)
        for automated in (False, True):
            spans = day_spans(HOURS, Area(NEW_YORK, place), day, automated)
            laws = HOURS.in_force(place, day, automated=automated)
            for hour in range(24):
                for minute in (0, 59):
                    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK)
                    there = time(hour, minute)
                    lawful = all(any(a <= there < b for a, b in law.on(day)) for law in laws)
                    expected = lawful and time(8) <= there < time(21)
                    assert any(first <= moment < last for first, last in spans) is expected, (
                        moment,
                        automated,
                    )
