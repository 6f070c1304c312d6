"""A page that this user may not open, and an answer that is a refusal: one visit's problem, with its own words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.session import NeoSession
from tests.neo.support import Canned, OddSite
from tests.neo.test_single_changes import page

CALENDAR, HOURS, WHO = (
    "GET /appointments/getCalendarEventData",
    "GET /schedule/getScheduleConfigs",
    "GET /users",
)
PAGE = "GET /consultations/{}/page-data"
Make = Callable[..., NeoSession]


def give(site: OddSite, *, pages: int, **statuses: int) -> None:
    """Pages 900 and on, an empty calendar and search, and what else answers with which status."""
    for number in range(pages):
        site.answer_json(PAGE.format(900 + number), page(number))
    site.answer_json(CALENDAR, [])
    site.answer_json("GET /consultations/search", {"data": [], "total": 0})
    site.answer_json(WHO, {"name": "Oak Street"})
    for name, status in statuses.items():
        site.answers[{"calendar": CALENDAR, "hours": HOURS, "who": WHO}[name]] = Canned("no", status)


def read(site: OddSite, session_to: Make, *ids: int) -> list[FailureCode | None]:
    """What each of these consultations ends with."""

    async def run() -> list[FailureCode | None]:
        async with session_to(site.url, cookies=site.cookies()) as session:
            found = await asyncio.gather(
                *(session.read_consultation(str(each)) for each in ids), return_exceptions=True
            )
        return [each.code if isinstance(each, Failure) else None for each in found]

    return asyncio.run(run())


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("closed", [{}, {"who": 403}, {"who": 403, "hours": 403}, {"who": 404, "hours": 401}])
def test_a_page_that_is_refused_while_others_answer_is_that_visits_problem(
    odd_site: OddSite, session_to: Make, status: int, closed: dict[str, int]
) -> None:
    give(odd_site, pages=3, **closed)
    odd_site.answers[PAGE.format(901)] = Canned("no", status)
    assert read(odd_site, session_to, 901) == [FailureCode.CONSULTATION_CLOSED]
    assert read(odd_site, session_to, 900, 901, 902) == [None, FailureCode.CONSULTATION_CLOSED, None]


@pytest.mark.parametrize("status", [401, 403])
def test_a_session_that_is_over_is_found_out_once(odd_site: OddSite, session_to: Make, status: int) -> None:
    give(odd_site, pages=0, who=status, hours=status, calendar=status)
    for number in range(20):
        odd_site.answers[PAGE.format(900 + number)] = Canned("no", status)
    ids = range(900, 920)
    assert read(odd_site, session_to, *ids) == [FailureCode.SESSION_EXPIRED] * 20
    assert len([asked for asked, *_ in odd_site.asked if "page-data" not in asked]) == 3


def test_a_user_who_may_see_no_list_of_users_is_signed_in_all_the_same(
    odd_site: OddSite, session_to: Make
) -> None:
    async def run() -> bool:
        async with session_to(odd_site.url, cookies=odd_site.cookies()) as session:
            return await session.is_alive()

    give(odd_site, pages=0, who=403)
    assert asyncio.run(run())
    give(odd_site, pages=0, who=403, hours=403, calendar=403)
    assert not asyncio.run(run())
    give(odd_site, pages=0)
    odd_site.answers[WHO] = Canned("", 302, {"Location": "/login"})
    assert not asyncio.run(run())  # which needs no second question


def test_lists_that_this_user_may_not_see_are_no_end_of_the_session(
    odd_site: OddSite, session_to: Make
) -> None:
    async def run() -> None:
        async with session_to(odd_site.url, cookies=odd_site.cookies()) as session:
            await session.read_lists(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))

    give(odd_site, pages=0, calendar=403)
    with pytest.raises(Failure) as caught:
        asyncio.run(run())
    assert caught.value.code is FailureCode.LISTS_CLOSED


@pytest.mark.parametrize("answer", [
    {"success": False, "error": "The record is locked by Dr. Kim.", "message": ""},
    {"success": 0, "error": None, "message": "The record is locked by Dr. Kim"},
    {"success": "false", "error": {"code": None, "message": "The record is locked by Dr. Kim."}},
])  # fmt: skip
def test_a_refusal_is_tried_again_and_then_said_in_neos_words(
    odd_site: OddSite, session_to: Make, answer: object
) -> None:
    give(odd_site, pages=1)
    odd_site.answer_json(PAGE.format(901), answer)

    async def run() -> None:
        async with session_to(odd_site.url, cookies=odd_site.cookies()) as session:
            await session.read_consultation("900")
            await session.read_consultation("901")

    with pytest.raises(Failure) as caught:
        asyncio.run(run())
    assert caught.value.code is FailureCode.CONSULTATION_UNAVAILABLE
    assert caught.value.title == "IDEXX Neo refused and said: “The record is locked by Dr. Kim”."
    assert "Kim" not in caught.value.detail
    assert len([asked for asked, *_ in odd_site.asked if "901" in asked]) == 3


def test_a_refusal_that_passes_costs_nothing(odd_site: OddSite, session_to: Make) -> None:
    give(odd_site, pages=1)
    answers = iter([{"success": False, "error": "busy"}, {"success": True, "data": page(1)}])
    odd_site.answers[PAGE.format(901)] = lambda: Canned(json.dumps(next(answers)))
    assert read(odd_site, session_to, 901) == [None]
