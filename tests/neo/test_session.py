"""Reading the practice site, with all of its faults; and cancelling, which leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import Consultation, VisitList
from idexx_desktop.neo.finishing import to_the_end
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.simulator.site import PracticeNeo
from tests.neo.one_browser import Run
from tests.neo.support import LOGIN, ZONE, Canned, OddSite, children

Make = Callable[..., NeoSession]
_Result = TypeVar("_Result")


async def lists(session: NeoSession) -> VisitList:
    """The last two days, to the end of today."""
    now = datetime.now(UTC)
    midnight = now.astimezone(ZONE).replace(hour=23, minute=59, second=59)
    return await session.read_lists(now - timedelta(hours=48), midnight)


async def outcome(session: NeoSession, consultation_id: str) -> Consultation | FailureCode:
    """One consultation, or why not."""
    try:
        return await session.read_consultation(consultation_id)
    except Failure as failure:
        return failure.code


def failure_in(work: Coroutine[Any, Any, object]) -> Failure:
    """Run it; it must fail."""
    with pytest.raises(Failure) as caught:
        asyncio.run(work)
    return caught.value


def test_an_ordinary_day_is_read_with_one_sign_in_for_two_sessions(session_to: Make, in_one_tab: Run) -> None:
    async def run(site: PracticeNeo) -> None:
        async with session_to(site.url) as first:
            assert not await first.is_alive()
            await first.sign_in(LOGIN)
            assert await first.is_alive()
            visits = await lists(first)
        async with session_to(site.url, cookies=first.cookies()) as second:
            assert await second.is_alive()
            assert await lists(second) == visits
            ids = [visit.consultation_id for visit in visits.visits if visit.consultation_id]
            read = await asyncio.gather(*(second.read_consultation(one) for one in ids))
            assert second.requests == 1 + 1 + len(ids) + site.counts["GET /consultations/search"] // 2
        assert visits.complete
        assert visits.blocks == 2
        assert visits.unreadable == ()
        assert [one.consultation_id for one in read] == ids
        assert all("<" not in one.discharge_text for one in read)

    with PracticeNeo() as site:
        in_one_tab(run(site))
        assert site.sign_ins == 1
        assert site.refused_writes == 0


def test_a_big_day_is_read_to_its_last_page(session_to: Make, in_one_tab: Run) -> None:
    async def run(site: PracticeNeo) -> VisitList:
        async with session_to(site.url) as session:
            await session.sign_in(LOGIN)
            return await lists(session)

    with PracticeNeo(visits=130) as site:
        visits = in_one_tab(run(site))
    assert sum(visit.consultation_id is not None for visit in visits.visits) == 130
    assert visits.complete


def test_odd_visits_cost_nobody_else_anything(session_to: Make, in_one_tab: Run) -> None:
    async def run(site: PracticeNeo) -> dict[str, Consultation | FailureCode]:
        async with session_to(site.url) as session:
            await session.sign_in(LOGIN)
            visits = await lists(session)
            assert visits.complete
            ids = [visit.consultation_id for visit in visits.visits if visit.consultation_id]
            read = await asyncio.gather(*(outcome(session, one) for one in ids))
            return dict(zip(ids, read, strict=True))

    with PracticeNeo("edge-visits") as site:
        read = in_one_tab(run(site))
    failed = {one for one in read.values() if isinstance(one, FailureCode)}
    assert failed == {
        FailureCode.CONSULTATION_UNREADABLE,
        FailureCode.CONSULTATION_MISSING,
        FailureCode.CONSULTATION_UNAVAILABLE,
    }
    assert sum(isinstance(one, Consultation) for one in read.values()) > 60
    for one in read.values():
        if isinstance(one, Consultation):
            one.discharge_text.encode("utf-8")
            assert "\x00" not in repr(one)


def test_a_flaky_site_is_read_completely(session_to: Make, in_one_tab: Run) -> None:
    async def run(site: PracticeNeo) -> None:
        async with session_to(site.url) as session:
            await session.sign_in(LOGIN)
            visits = await lists(session)
            ids = [visit.consultation_id for visit in visits.visits if visit.consultation_id]
            read = await asyncio.gather(*(outcome(session, one) for one in ids))
            assert visits.complete
            assert all(isinstance(one, Consultation) for one in read)

    with PracticeNeo("flaky") as site:
        in_one_tab(run(site))


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param("ordinary-day", marks=pytest.mark.long(item=33)),
        pytest.param("signed-out-401", marks=pytest.mark.long(item=33)),
        "signed-out-page",
    ],
)
def test_an_expired_sign_in_is_told_at_once_and_can_be_renewed(
    scenario: str, session_to: Make, in_one_tab: Run
) -> None:
    async def run(site: PracticeNeo) -> None:
        async with session_to(site.url) as session:
            await session.sign_in(LOGIN)
            visits = await lists(session)
            one = next(visit.consultation_id for visit in visits.visits if visit.consultation_id)
            site.expire_sessions()
            asked = session.requests
            assert await outcome(session, one) is FailureCode.SESSION_EXPIRED
            with pytest.raises(Failure, match="session_expired"):
                await lists(session)
            # the consultation, and the two lists, which are asked side by side; a bare 401 is looked into once
            proofs = 3 if scenario == "signed-out-401" else 0
            assert asked + 2 <= session.requests - proofs <= asked + 3
            assert not await session.is_alive()
            await session.sign_in(LOGIN)
            assert isinstance(await outcome(session, one), Consultation)

    with PracticeNeo(scenario) as site:
        in_one_tab(run(site))
        assert site.sign_ins == 2


def test_alien_payloads_are_named(session_to: Make, in_one_tab: Run) -> None:
    async def run(site: PracticeNeo) -> list[Consultation | FailureCode]:
        async with session_to(site.url) as session:
            await session.sign_in(LOGIN)
            with pytest.raises(Failure, match="payload_changed"):
                await lists(session)
            ids = [str(row.id) for row in site.world.consultations[:7]]
            return [await outcome(session, one) for one in ids]

    with PracticeNeo("payload-changed") as site:
        read = in_one_tab(run(site))
    assert read == [FailureCode.CONSULTATION_UNREADABLE] * 4 + [FailureCode.PAYLOAD_CHANGED] * 3


def test_a_site_that_went_away_is_not_a_problem_of_one_visit(session_to: Make, in_one_tab: Run) -> None:
    async def run(site: PracticeNeo) -> FailureCode:
        async with session_to(site.url) as session:
            await session.sign_in(LOGIN)
            site.stop()
            code = await outcome(session, "8001")
            assert isinstance(code, FailureCode)
            return code

    with PracticeNeo() as site:
        assert in_one_tab(run(site)) is FailureCode.UNREACHABLE


def test_an_unreachable_site_says_so_soon(session_to: Make) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refuses
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        async def run() -> None:
            async with session_to(url, clock=SystemClock()) as session:
                await session.sign_in(LOGIN)

        started = time.monotonic()
        assert failure_in(run()).code is FailureCode.UNREACHABLE
        assert time.monotonic() - started < 15


def test_a_site_that_does_not_answer_is_too_slow(odd_site: OddSite, session_to: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        cookies = odd_site.cookies().replace(odd_site.url, url)

        async def run() -> None:
            async with session_to(url, cookies=cookies, timeout_seconds=0.3) as session:
                await session.is_alive()

        assert failure_in(run()).code is FailureCode.TOO_SLOW


def test_a_redirect_takes_no_cookies_to_another_site(odd_site: OddSite, session_to: Make) -> None:
    odd_site.answers["GET /users"] = Canned(status=302, headers={"Location": f"{odd_site.elsewhere}/users"})

    async def run() -> None:
        async with session_to(odd_site.url, cookies=odd_site.cookies()) as session:
            await session.is_alive()

    assert failure_in(run()).code is FailureCode.SIGN_IN_REDIRECTED
    assert odd_site.asked_elsewhere() == []


def search(numbers: Iterable[int], total: int | None) -> dict[str, object]:
    """A page of the search with these consultations."""
    names = {"patientName": "Zoë", "clientName": "Ana", "providerName": "Dr. Mori"}
    rest = {"appointmentId": None, "consultedAt": "2026-03-02 09:00:00", "status": "Paid", **names}
    rows = [{"id": one, **rest} for one in numbers]
    return {"data": rows, "total": total, "perPage": 3}


@pytest.mark.parametrize(
    ("pages", "seen", "complete"),
    [
        ([([1, 2, 3], 5), ([4, 5], 5)], 5, True),
        ([([1, 2, 3], 3), ([], 3)], 3, True),  # a full page: the next one is looked at
        ([([1, 2, 3], None), ([4], None), ([], None)], 4, True),
        ([([1, 2, 3], 9), ([1, 2, 3], 9)], 3, False),  # the same page for ever
        ([([1, 2, 3], 9), ([], 9)], 3, False),  # a total that lies
        ([([1, 2, 3], 2), ([4], 2), ([], 2)], 4, False),
        ([([1, 2, 3], 5), ([3, 4], 5)], 4, True),  # a row that the site lists, and counts, twice
        ([([1, 2, 3], 5), ([4], 4)], 4, False),  # rows moved while they were read
    ],
)
def test_the_search_is_read_to_its_end(
    pages: list[tuple[list[int], int | None]], seen: int, complete: bool, odd_site: OddSite, session_to: Make
) -> None:
    answers: Iterator[dict[str, object]] = iter([search(*page) for page in pages])
    last: dict[str, object] = search([], pages[-1][1])
    odd_site.answer_json("GET /appointments/getCalendarEventData", [])

    def next_page() -> Canned:
        odd_site.answer_json("GET /unused", next(answers, last))
        answer = odd_site.answers["GET /unused"]
        assert isinstance(answer, Canned)
        return answer

    odd_site.answers["GET /consultations/search"] = next_page

    async def run() -> VisitList:
        async with session_to(odd_site.url, cookies=odd_site.cookies()) as session:
            return await lists(session)

    visits = asyncio.run(run())
    assert (len(visits.visits), visits.complete) == (seen, complete)
    paths = [path for what, _, path in odd_site.asked if what.endswith("search")]
    # pages that are known to be there are asked for side by side, in any order
    numbers = sorted(int(dict(parse_qsl(urlsplit(path).query))["page"]) for path in paths)
    assert numbers == list(range(1, len(paths) + 1))


def test_an_unreadable_row_without_an_id_makes_the_list_incomplete(
    odd_site: OddSite, session_to: Make
) -> None:
    odd_site.answer_json("GET /appointments/getCalendarEventData", [{"start": "2026-03-02 09:00:00"}])
    odd_site.answer_json("GET /consultations/search", {"data": [], "total": 0})

    async def run() -> VisitList:
        async with session_to(odd_site.url, cookies=odd_site.cookies()) as session:
            return await lists(session)

    visits = asyncio.run(run())
    assert (visits.unreadable, visits.complete) == (("calendar row 1",), False)


def test_requests_keep_the_pace_that_was_set(odd_site: OddSite) -> None:
    arrivals: list[float] = []

    def page() -> Canned:
        arrivals.append(time.monotonic())
        return Canned(json.dumps({"consultation": {"id": 1, "notes": "", "reason": "", "date": "", "status": ""},
                                  "patient": [], "client": [], "consultationLines": []}))  # fmt: skip

    odd_site.answers["GET /consultations/1/page-data"] = page

    async def run() -> None:
        options = NeoOptions(odd_site.url, ZONE, requests_per_second=10)
        async with NeoSession(options, SystemClock(), random.Random(1), odd_site.cookies()) as session:  # noqa: S311 - jitter
            await asyncio.gather(*(session.read_consultation("1") for _ in range(15)))

    asyncio.run(run())
    assert len(arrivals) == 15
    assert sorted(arrivals)[-1] - sorted(arrivals)[0] > 0.9  # two windows of ten


@pytest.mark.parametrize(
    "moment",
    [0, 1, 2, *(pytest.param(between, marks=pytest.mark.long(item=33)) for between in (3, 4)), 5],
)
def test_a_cancelled_sign_in_leaves_no_process_behind(moment: int, session_to: Make) -> None:
    """Cancelled as soon as something new can be seen: the driver, the browser, the page, the submit, ..."""
    before = children()

    async def run(site: PracticeNeo) -> None:
        async def work() -> None:
            async with session_to(site.url) as session:
                await session.sign_in(LOGIN)
                await asyncio.Event().wait()

        def stage() -> int:
            started = len(children() - before)
            return (started > 0) + (started > 1) + (started > 3) + len(site.counts)

        task = asyncio.ensure_future(work())
        async with asyncio.timeout(30):
            while stage() < moment:
                await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    with PracticeNeo() as site:
        asyncio.run(run(site))
    assert children() <= before


def test_clean_up_goes_on_while_it_is_cancelled_twice() -> None:
    done: list[str] = []

    async def clean() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        done.append("clean")

    async def run() -> None:
        task = asyncio.ensure_future(to_the_end(clean()))
        for _ in range(2):
            await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert done == ["clean"]


def test_nothing_of_playwright_is_loaded_by_importing_the_room() -> None:
    code = (
        "import sys, idexx_desktop.neo.session; print([m for m in sys.modules if m.startswith('playwright')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
