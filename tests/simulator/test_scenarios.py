"""What each scenario does to the JSON: odd visits, alien shapes, failures, sessions that end, late notes."""

from __future__ import annotations

import http.client
import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from idexx_desktop.simulator.edges import EDGES
from idexx_desktop.simulator.faults import MAX_FAILURES, FaultKind, FlakyPlan
from idexx_desktop.simulator.scenarios import SCENARIOS
from idexx_desktop.simulator.site import PracticeNeo
from tests.simulator.conftest import HandClock, Visitor, signed_in

CUT = (http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionResetError)


def page_of(visitor: Visitor, label: str) -> dict[str, dict[str, object]]:
    """The page of the labelled visit's consultation."""
    place, _, number = visitor.site.world.labels[label].partition(":")
    if place == "a":
        number = str(visitor.site.world.appointment(number).consultation_id)
    page: dict[str, dict[str, object]] = visitor.get(f"/consultations/{number}/page-data").content
    return page


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_starts_and_answers(name: str, clock: HandClock) -> None:
    with PracticeNeo(name, now=clock) as site:
        if SCENARIOS[name].latency_ms:
            return
        assert Visitor(site).get("/login").status in (200, 302, 503)


def test_every_odd_visit_is_there_once(clock: HandClock) -> None:
    site = PracticeNeo("edge-visits", now=clock)
    labels = site.world.labels
    assert {edge.label for edge in EDGES} <= set(labels)
    assert len({edge.label for edge in EDGES}) == len(EDGES)
    assert len(set(labels.values())) == len(labels)


def test_households_of_odd_visits_share_owner_and_day(clock: HandClock) -> None:
    for hours in range(24):
        clock.pass_by(hours=hours)
        world = PracticeNeo("edge-visits", now=clock).world
        rows = [world.appointment(world.labels[f"three-pets-{number}"][2:]) for number in (1, 2, 3)]
        assert len({row.start.date() for row in rows}) == 1
        assert len({pet.owner_id for row in rows if (pet := world.pet(row.pet_id))}) == 1


def test_odd_rows_reach_the_wire(clock: HandClock) -> None:
    with PracticeNeo("edge-visits", now=clock) as site:
        visitor = signed_in(site)
        now = site.world.local_now()
        answer = visitor.calendar(now - timedelta(hours=48), now)
        rows = {f"a:{row['id']}": row for row in answer.content["data"]}
        at = {label: rows.get(key, {}) for label, key in site.world.labels.items()}
        assert isinstance(at["text-ids"]["consultation_id"], str)
        assert datetime.fromisoformat(at["iso-times"]["start"]).utcoffset() == timedelta(hours=-8)
        assert at["calendar-does-not-know"]["consultation_id"] is None
        assert "<script>" in at["html-everywhere"]["first_name"]
        assert "\\ud800" in answer.text
        assert "\\u0000" in answer.text
        keys = [f"a:{row['id']}" for row in answer.content["data"]]
        assert keys.count(site.world.labels["listed-twice"]) == 2
        assert keys.count(site.world.labels["iso-times"]) == 1


def test_odd_pages_reach_the_wire(clock: HandClock) -> None:
    with PracticeNeo("edge-visits", now=clock) as site:
        visitor = signed_in(site)
        assert set(page_of(visitor, "bare-page")) == {"consultation"}
        assert isinstance(page_of(visitor, "garbage-page")["consultation"], list)
        assert len(str(page_of(visitor, "long-notes")["consultation"]["notes"])) > 200_000
        assert page_of(visitor, "deceased-flag")["patient"]["isDeceased"] is True
        assert page_of(visitor, "voided")["consultation"]["status"] == "Voided"
        assert "message" in page_of(visitor, "missing-page")["error"]
        providers = page_of(visitor, "all-providers")["pageData"]["providers"]
        assert isinstance(providers, list)
        assert len(providers) == 4
        person = Visitor(site, visitor.cookie)
        for row in site.world.consultations:
            assert "<script" not in person.get(f"/consultations/{row.id}").text


def test_voided_consultations_are_hidden_from_the_search(clock: HandClock) -> None:
    with PracticeNeo("edge-visits", now=clock) as site:
        visitor = signed_in(site)
        now = site.world.local_now()
        found = [
            row["status"]
            for page in range(1, 6)
            for row in visitor.search(now - timedelta(days=2), now, page).content["data"]
        ]
        assert "Draft" in found
        assert "Voided" not in found


@pytest.mark.parametrize(
    ("now", "label", "text"),
    [
        (datetime(2026, 3, 8, 20, 0, tzinfo=UTC), "clock-gap", "2026-03-08 02:00:00"),
        (datetime(2026, 11, 1, 20, 0, tzinfo=UTC), "clock-fold", "2026-11-01 01:00:00"),
    ],
)
def test_a_visit_at_an_odd_time_of_the_clock(now: datetime, label: str, text: str) -> None:
    with PracticeNeo("edge-visits", now=HandClock(now)) as site:
        visitor = signed_in(site)
        local = site.world.local_now()
        rows = visitor.calendar(local - timedelta(hours=48), local).content["data"]
        assert text in [row["start"] for row in rows if f"a:{row['id']}" == site.world.labels[label]]


def test_one_consultation_of_the_demo_cannot_be_read(clock: HandClock) -> None:
    with PracticeNeo("demo-day", now=clock) as site:
        visitor = signed_in(site)
        statuses = [
            visitor.get(f"/consultations/{row.id}/page-data").status for row in site.world.consultations
        ]
        assert sorted(statuses)[-2:] == [200, 500]


def test_alien_json(clock: HandClock) -> None:
    with PracticeNeo("payload-changed", now=clock) as site:
        visitor = signed_in(site)
        now = site.world.local_now()
        assert set(visitor.calendar(now, now).content) == {"v", "result"}
        assert set(visitor.search(now, now).content) == {"v", "result"}


def test_slow_answers_take_two_seconds(clock: HandClock) -> None:
    with PracticeNeo("slow", now=clock) as site:
        before = time.monotonic()
        Visitor(site).get("/login")
        assert time.monotonic() - before >= 2


@pytest.mark.parametrize(("name", "status"), [("signed-out-401", 401), ("signed-out-page", 200)])
def test_a_session_that_is_over_shows_in_other_ways(name: str, status: int, clock: HandClock) -> None:
    with PracticeNeo(name, now=clock) as site:
        visitor = signed_in(site)
        assert visitor.get("/users").content["id"] == 77
        site.expire_sessions()
        answer = visitor.get("/users")
        assert answer.status == status
        assert ('name="password"' in answer.text) == (status == 200)
        assert visitor.get("/dashboard").status == 302


@pytest.mark.parametrize("visits", [None, 200])
def test_sessions_end_during_a_run_in_three_ways(visits: int | None, clock: HandClock) -> None:
    with PracticeNeo("expires-mid-run", now=clock, visits=visits) as site:
        ends = []
        visitor = signed_in(site)
        for row in site.world.consultations:
            path = f"/consultations/{row.id}/page-data"
            answer = visitor.get(path)
            if '"consultation"' not in answer.text:
                ends.append((answer.status, answer.headers.get("content-type", "").partition(";")[0]))
                assert visitor.get(path).status == answer.status, "a session that is over stays over"
                visitor.sign_in()
                answer = visitor.get(path)
            assert answer.content["consultation"]["id"] == row.id
        assert [status for status, _ in ends] == [302, 401, 200]
        assert ends[2][1] == "text/html"
        assert site.sign_ins == 4


def test_late_notes_come_after_the_first_reading(clock: HandClock) -> None:
    with PracticeNeo("late-notes", now=clock) as site:
        visitor = signed_in(site)

        def texts() -> list[str]:
            pages = [
                visitor.get(f"/consultations/{row.id}/page-data").content for row in site.world.consultations
            ]
            return [
                page["consultation"]["notes"]
                + (page["consultation"]["dischargeSummary"] or "")
                + page["consultationNotes"]["notes"]
                for page in pages
            ]

        first, second = texts(), texts()
        assert [bool(text) for text in first] == [False, True] * 10
        assert all(second)
        assert texts() == second


def test_late_notes_can_be_written_by_hand(clock: HandClock) -> None:
    with PracticeNeo("late-notes", now=clock) as site:
        number = site.world.consultations[0].id
        site.world.write_notes(number, "<p>By hand.</p>")
        visitor = signed_in(site)
        for _ in range(2):
            assert (
                visitor.get(f"/consultations/{number}/page-data").content["consultation"]["notes"]
                == "<p>By hand.</p>"
            )


def test_a_flaky_plan_can_be_replayed_and_always_lets_the_third_try_through() -> None:
    requests = [f"/consultations/{number}/page-data" for number in range(300)]

    def play(seed: int) -> list[list[str]]:
        plan = FlakyPlan(seed)
        return [
            [str(fault) for fault in iter(partial(plan.next_fault, request), None)]
            for request in requests * 2
        ]

    once = play(7)
    assert once == play(7)
    assert once != play(8)
    assert max(map(len, once)) == MAX_FAILURES
    assert 100 < sum(map(bool, once)) < 320
    seen = " ".join(text for faults in once for text in faults)
    assert all(f"status={status}" in seen for status in (429, 500, 502, 503))
    assert all(str(kind) in seen for kind in FaultKind)
    assert "retry_after=1" in seen


def test_a_flaky_site_fails_in_every_way_and_lets_each_request_through(clock: HandClock) -> None:
    with PracticeNeo("flaky", now=clock, visits=80) as site:
        visitor = signed_in(site)
        seen: set[object] = set()
        for row in site.world.consultations:
            for attempt in range(MAX_FAILURES + 1):
                try:
                    answer = visitor.get(f"/consultations/{row.id}/page-data")
                except CUT as problem:
                    seen.add(type(problem))
                    continue
                if answer.status == 200:
                    assert json.loads(answer.text)["consultation"]["id"] == row.id
                    break
                seen.add((answer.status, answer.headers.get("retry-after")))
                assert attempt < MAX_FAILURES
        assert {(429, None), (429, "1"), (500, None), (502, None), http.client.IncompleteRead} <= seen
        assert site.sign_ins == 1
