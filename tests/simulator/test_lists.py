"""The JSON endpoints of an ordinary practice: ranges, paging, what is in it, and how the world moves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import phonenumbers
import pytest

from idexx_desktop.simulator import people
from idexx_desktop.simulator.site import PracticeNeo
from tests.simulator.conftest import HandClock, Visitor, signed_in

Json = dict[str, Any]


def window(site: PracticeNeo) -> tuple[datetime, datetime]:
    """The last 48 hours up to the end of today, local."""
    now = site.world.local_now()
    return now - timedelta(hours=48), datetime.combine(now.date(), time(23, 59, 59))


def all_pages(visitor: Visitor, start: datetime, end: datetime) -> list[Json]:
    """Every row of the search."""
    rows: list[Json] = []
    while True:
        page = visitor.search(start, end, len(rows) // 20 + 1).content
        rows += page["data"]
        assert page["perPage"] == 20
        if len(rows) >= page["total"]:
            return rows


def test_an_ordinary_day_has_about_forty_visits_of_every_usual_sort(
    site: PracticeNeo, visitor: Visitor
) -> None:
    start, end = window(site)
    calendar = visitor.calendar(start, end).content
    visits = [row for row in calendar if not row["is_block"] and not row["is_roster"]]
    searched = all_pages(visitor, start, end)
    walk_ins = [row for row in searched if row["appointmentId"] is None]
    assert 35 <= len(visits) + len(walk_ins) <= 45
    assert len(calendar) - len(visits) == 2
    assert len(walk_ins) == 3
    assert {"Cancelled", "No Show"} < {row["current_status"] for row in visits}
    now = f"{site.world.local_now():%Y-%m-%d %H:%M:%S}"
    assert all(row["consultation_id"] is None for row in visits if row["start"] > now)
    assert sum(row["start"] > now for row in visits) >= 3
    assert any(row["type_description"] == "Euthanasia" for row in visits)
    assert sum(row["phone_number"] is None for row in visits) == 1
    without = [row for row in searched if row["clinicalNotes"] in ("", "<p><br></p>")]
    assert sorted(row["status"] == "Draft" for row in without) == [False, False, False, True]
    per_owner = [
        sum(row["client_id"] == owner for row in visits) for owner in {row["client_id"] for row in visits}
    ]
    assert sorted(per_owner)[-2:] == [2, 3]


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_whatever_the_hour_the_day_is_about_as_full(hour: int) -> None:
    clock = HandClock()
    clock.pass_by(hours=hour)
    site = PracticeNeo(now=clock)
    start, end = window(site)
    visits = [row for row in site.world.appointments if start <= row.start <= end and row.pet_id is not None]
    walk_ins = [
        row for row in site.world.consultations if row.appointment_id is None and start <= row.at <= end
    ]
    assert len(visits) + len(walk_ins) == 39
    assert all(row.at <= site.world.local_now() for row in site.world.consultations)


def test_an_ordinary_day_can_be_read_throughout(site: PracticeNeo, visitor: Visitor) -> None:
    for row in site.world.consultations:
        page = visitor.get(f"/consultations/{row.id}/page-data")
        assert page.status == 200
        assert set(page.content) == {
            "consultation", "patient", "client", "pageData", "clientBranch", "consultationNotes",
            "consultationLines",
        }  # fmt: skip


def test_the_calendar_honors_its_range_to_the_second(site: PracticeNeo, visitor: Visitor) -> None:
    rows = [row for row in site.world.appointments if not row.is_roster and not row.is_block]
    first, last = rows[3], rows[-3]
    ids = [row["id"] for row in visitor.calendar(first.start, last.start).content]
    expected = [row.id for row in site.world.appointments if first.start <= row.start <= last.start]
    assert ids == expected
    second = timedelta(seconds=1)
    ids = [row["id"] for row in visitor.calendar(first.start + second, last.start - second).content]
    assert ids == [number for number in expected if number not in (first.id, last.id)]


def test_the_search_pages_by_twenty_newest_first(clock: HandClock) -> None:
    with PracticeNeo(now=clock, visits=45) as site:
        visitor = signed_in(site)
        start, end = window(site)
        pages = [visitor.search(start, end, number).content for number in (1, 2, 3, 4)]
        assert [len(page["data"]) for page in pages] == [20, 20, 5, 0]
        assert {page["total"] for page in pages} == {45}
        assert [page["page"] for page in pages] == [1, 2, 3, 4]
        times = [row["consultedAt"] for page in pages for row in page["data"]]
        assert times == sorted(times, reverse=True)
        assert len({row["id"] for page in pages for row in page["data"]}) == 45
        half = datetime.fromisoformat(times[22])
        assert len(all_pages(visitor, half, end)) == 23


@pytest.mark.parametrize(
    "query",
    [
        {"start": "18.11.2026 00:00:00", "end": "2026-11-18 23:59:59"},
        {"start": "2026-11-18 00:00:00"},
        {"start": "2026-11-18T00:00:00-08:00", "end": "2026-11-18 23:59:59"},
    ],
)
def test_a_range_in_another_format_is_refused(visitor: Visitor, query: dict[str, str]) -> None:
    assert visitor.get("/appointments/getCalendarEventData", **query).status == 422


@pytest.mark.parametrize(
    "query", [{"date_start": "2026-11-18 00:00:00"}, {"page": "0"}, {"page": "9" * 5000}]
)
def test_a_search_in_another_format_is_refused(visitor: Visitor, query: dict[str, str]) -> None:
    assert visitor.get("/consultations/search", **query).status == 422


@pytest.mark.parametrize("visits", [1, 50, 1500])
@pytest.mark.parametrize("scenario", ["ordinary-day", "edge-visits", "flaky"])
def test_exactly_as_many_visits_as_asked_for(scenario: str, visits: int, clock: HandClock) -> None:
    site = PracticeNeo(scenario, now=clock, visits=visits)
    start, _ = window(site)
    rows = site.world.consultations
    assert len(rows) == visits
    assert all(start <= row.at <= site.world.local_now() and len(row.notes) > 60 for row in rows)
    booked = [row.consultation_id or 0 for row in site.world.appointments]
    walk_ins = [row.id for row in rows if row.appointment_id is None]
    assert sorted([*booked, *walk_ins]) == sorted(row.id for row in rows)


def test_the_same_moment_gives_the_same_practice(clock: HandClock) -> None:
    for scenario in ("ordinary-day", "edge-visits", "big-day"):
        one, two = PracticeNeo(scenario, now=clock), PracticeNeo(scenario, now=clock)
        assert one.world.appointments == two.world.appointments
        assert one.world.consultations == two.world.consultations
    assert PracticeNeo(now=clock, seed=1).world.consultations != PracticeNeo(now=clock).world.consultations


def test_the_numbers_are_fictional_dialable_and_all_different() -> None:
    numbers = [phonenumbers.parse(people.phone_number(index), "US") for index in range(2700)]
    assert all(phonenumbers.is_valid_number(number) for number in numbers)
    assert {str(number.national_number)[3:8] for number in numbers} == {"55501"}
    assert len({number.national_number for number in numbers}) == 2700


def test_what_staff_do_shows_at_once(site: PracticeNeo, visitor: Visitor) -> None:
    world = site.world
    booked = next(row for row in world.appointments if row.start > world.local_now() and row.pet_id)
    number = world.open_consultation(str(booked.id))
    world.write_notes(number, "<p>All well.</p>")
    world.set_status(number, "Paid")
    page = visitor.get(f"/consultations/{number}/page-data").content
    assert (page["consultation"]["notes"], page["consultation"]["status"]) == ("<p>All well.</p>", "Paid")
    pet = world.pet(booked.pet_id)
    assert pet is not None
    world.mark_deceased(pet.id)
    world.set_phone(pet.owner_id, None)
    page = visitor.get(f"/consultations/{number}/page-data").content
    assert (page["patient"]["isDeceased"], page["patient"]["status"], page["client"]["phone"]) == (
        True, "Deceased", None,
    )  # fmt: skip
    world.cancel(booked.id)
    world.move(booked.id, timedelta(days=1))
    row = visitor.calendar(booked.start + timedelta(days=1), booked.start + timedelta(days=1)).content[0]
    assert (row["current_status"], row["consultation_id"]) == ("Cancelled", int(number))
    world.remove(f"a:{booked.id}")
    assert visitor.get(f"/consultations/{number}/page-data").status == 404
    assert booked.id not in [row.id for row in world.appointments]


def test_the_consultation_page_shows_texts_inert(site: PracticeNeo, visitor: Visitor) -> None:
    number = site.world.consultations[0].id
    site.world.write_notes(number, "<p>Fine &amp; well</p>&lt;script&gt;alert(1)&lt;/script&gt;<img src=x>")
    text = visitor.get(f"/consultations/{number}").text
    assert "Fine &amp; well\n&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert "<img" not in text
    assert visitor.get("/consultations/999999").status == 404


def test_the_other_lists_answer(site: PracticeNeo, visitor: Visitor) -> None:
    assert visitor.get("/schedule/getScheduleConfigs").content["slotMinutes"] == 10
    assert len(visitor.get("/users/providers", includeInactive="true").content) == len(people.PROVIDERS)
    today = f"{site.world.local_now():%Y-%m-%d}"
    assert {row["start"][:10] for row in visitor.get("/dashboard/getAppointments").content} == {today}
