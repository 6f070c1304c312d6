"""The site itself: where it listens, what it counts, what it refuses, how sessions end."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.simulator.site import PracticeNeo
from tests.simulator.conftest import ASKS_JSON, HandClock, Visitor


def test_listens_on_loopback_only(site: PracticeNeo) -> None:
    address = urlsplit(site.url)
    assert address.hostname == "127.0.0.1"
    # 127.0.0.2 is loopback too, and is answered by whatever listens on all addresses
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", address.port or 0), timeout=2)


def test_starts_again_on_the_same_port_and_leaves_no_thread(clock: HandClock) -> None:
    before = threading.active_count()
    site = PracticeNeo(now=clock)
    site.start()
    first = site.url
    visitor = Visitor(site)
    visitor.sign_in()
    site.stop()
    with pytest.raises(OSError, match="refused"):
        visitor.get("/users")
    assert threading.active_count() == before
    with site:
        assert site.url == first
        assert visitor.get("/users").status == 200
    assert threading.active_count() == before


def test_a_port_that_is_taken_is_named(site: PracticeNeo) -> None:
    before = threading.active_count()
    with pytest.raises(Failure) as caught:
        PracticeNeo(port=urlsplit(site.url).port or 0).start()
    assert caught.value.code is FailureCode.INVALID_INPUT
    assert threading.active_count() == before


def test_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(Failure) as caught:
        PracticeNeo("no-such-day")
    assert caught.value.code is FailureCode.INVALID_INPUT


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_write_is_refused_and_counted(site: PracticeNeo, visitor: Visitor, method: str) -> None:
    before = site.world.consultations
    paths = ("/consultations/8001/page-data", "/consultations/8001", "/users", "/login/password", "/anything")
    for path in paths:
        assert visitor.ask(method, path, "{}").status == 405
    assert site.refused_writes == len(paths)
    assert site.world.consultations == before


def test_counts_requests_by_template(site: PracticeNeo, visitor: Visitor) -> None:
    first, second = (row.id for row in site.world.consultations[:2])
    for number in (first, second, first):
        visitor.get(f"/consultations/{number}/page-data")
    visitor.get("/nowhere")
    assert site.counts == {"POST /login": 1, "GET /consultations/{id}/page-data": 3, "GET other": 1}
    assert (site.sign_ins, site.sign_in_attempts, site.refused_writes) == (1, 1, 0)


def test_a_request_under_another_hosts_name_is_refused(visitor: Visitor) -> None:
    assert visitor.ask("GET", "/users", Host="neo.example").status == 421


def test_json_is_given_only_to_who_asks_for_it(visitor: Visitor) -> None:
    for missing in ASKS_JSON:
        visitor.headers = {name: value for name, value in ASKS_JSON.items() if name != missing}
        assert visitor.get("/users").status == 406
    visitor.headers = ASKS_JSON
    assert visitor.get("/users").content["name"] == "Oak Street Vets"


def test_a_session_idles_out_after_twenty_minutes(visitor: Visitor, clock: HandClock) -> None:
    for _ in range(4):
        clock.pass_by(minutes=19)
        assert visitor.get("/users").status == 200
    clock.pass_by(minutes=21)
    answer = visitor.get("/users")
    assert (answer.status, answer.headers["location"]) == (302, "/login")


def test_a_session_ends_after_eight_hours_whatever_happens(visitor: Visitor, clock: HandClock) -> None:
    for _ in range(32):
        assert visitor.get("/users").status == 200
        clock.pass_by(minutes=15)
    clock.pass_by(minutes=1)
    assert visitor.get("/users").status == 302


def test_sessions_can_be_ended_and_opened_again(site: PracticeNeo, visitor: Visitor) -> None:
    site.expire_sessions()
    assert visitor.get("/users").status == 302
    assert visitor.get("/dashboard").headers["location"] == "/login"
    visitor.sign_in()
    assert visitor.get("/users").status == 200


def test_without_a_session_nothing_is_shown(site: PracticeNeo) -> None:
    number = site.world.consultations[0].id
    stranger = Visitor(site, cookie="neo_session=guess")
    paths = (
        "/users",
        "/consultations/search",
        f"/consultations/{number}/page-data",
        f"/consultations/{number}",
        "/",
    )
    for path in paths:
        answer = stranger.get(path)
        assert (answer.status, answer.headers["location"], answer.text) == (302, "/login", "")


def test_latency_is_added_to_each_answer(clock: HandClock) -> None:
    with PracticeNeo(now=clock, latency_ms=120) as site:
        before = time.monotonic()
        Visitor(site).get("/login")
        assert time.monotonic() - before >= 0.12


def test_asking_from_many_threads_counts_each(site: PracticeNeo, visitor: Visitor) -> None:
    threads = [threading.Thread(target=visitor.get, args=("/users",)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.counts["GET /users"] == 16
