"""Neo has changed: what exactly is named, before anything is read wrong, and no value is in the words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.key_words import plain_key, plain_keys
from idexx_desktop.neo.form import fingerprint
from idexx_desktop.neo.known_shapes import CALENDAR_ROW, CONSULTATION_PAGE, SEARCH_ROW, Known
from idexx_desktop.neo.payloads import read_calendar, read_consultation, read_search
from idexx_desktop.neo.sentinel import ENOUGH, PageWatch, check_rows, oddity
from tests.neo.support import ZONE
from tests.neo.test_outcome import PASSWORD, USER, control, page
from tests.neo.test_payloads import PAGE, ROW

CANARY = "Tweety of Maria"
FOUND: dict[str, Any] = {
    "id": 1, "appointmentId": None, "patientName": CANARY, "clientName": CANARY, "providerName": None,
    "consultedAt": "2026-03-02 09:30:00", "status": "Paid", "clinicalNotes": CANARY,
}  # fmt: skip
CALENDAR = [ROW | {"appointment_id": number, "patient_name": CANARY} for number in range(1, ENOUGH + 1)]
SEARCH = [FOUND | {"id": number} for number in range(1, ENOUGH + 1)]


def why(read: Callable[[], object], code: FailureCode = FailureCode.PAYLOAD_CHANGED) -> str:
    """The detail of the failure; it holds nothing of a record."""
    with pytest.raises(Failure) as caught:
        read()
    assert caught.value.code is code
    assert CANARY not in str(caught.value)
    return caught.value.detail


def spelled(known: Known) -> str:
    """The field, as it is named."""
    return " or ".join(known.names)


def lacking(rows: list[dict[str, Any]], known: Known) -> list[dict[str, Any]]:
    """The rows, with this field under another name."""
    return [
        {
            ("x" + key if plain_key(key) in plain_keys(*known.names) else key): value
            for key, value in row.items()
        }
        for row in rows
    ]


@pytest.mark.parametrize("known", CALENDAR_ROW)
def test_a_field_that_calls_need_and_that_is_gone_from_the_calendar_is_named(known: Known) -> None:
    detail = why(lambda: read_calendar(lacking(CALENDAR, known), ZONE))
    assert detail == f"Neo changed: calendar.{spelled(known)} is missing in all of {len(CALENDAR)} rows"
    assert len(read_calendar([*lacking(CALENDAR, known), ROW], ZONE).appointments) in (1, ENOUGH + 1)


@pytest.mark.parametrize("known", SEARCH_ROW)
def test_a_field_that_calls_need_and_that_is_gone_from_the_search_is_named(known: Known) -> None:
    detail = why(lambda: read_search({"data": lacking(SEARCH, known)}, ZONE))
    assert detail.startswith(f"Neo changed: search.{spelled(known)} is missing in all")


def test_a_time_of_another_kind_is_named() -> None:
    rows = [row | {"start": 1_772_472_600} for row in CALENDAR]
    assert (
        why(lambda: read_calendar(rows, ZONE)) == "Neo changed: calendar.start is a number in all of 5 rows"
    )


@pytest.mark.parametrize("name", sorted(set(ROW) - {"id", "appointment_id", "start", "consultation_id"}))
@pytest.mark.parametrize(
    "value", [None, "", [], {}, True, 7, [CANARY], {"name": CANARY}, {"a": {"b": CANARY}}]
)
def test_what_calls_can_do_without_stops_no_row_in_whatever_kind_it_comes(name: str, value: object) -> None:
    if name in ("patient_id", "client_id") and value not in (None, "", [], {}, 7):
        return  # whose visit it is: of another kind it is not understood
    if name in ("is_block", "is_roster") and value in (True,):
        return
    rows = [row | {name: value} for row in CALENDAR]
    assert len(read_calendar(rows, ZONE).appointments) == len(CALENDAR)


@pytest.mark.parametrize("name", sorted(set(ROW) - {"id", "appointment_id", "start", "consultation_id"}))
def test_what_calls_can_do_without_may_be_gone_from_all_rows(name: str) -> None:
    rows = [{key: value for key, value in row.items() if key != name} for row in CALENDAR]
    assert len(read_calendar(rows, ZONE).appointments) == len(CALENDAR)


def test_what_neo_adds_and_what_is_null_is_tolerated() -> None:
    nulls: dict[str, Any] = dict.fromkeys(ROW)
    needed = {"start": ROW["start"]}
    rows = [nulls | needed | {"id": number, "new": {CANARY: 1}} for number in range(1, 9)]
    assert len(read_calendar(rows, ZONE).appointments) == 8


def test_one_odd_row_and_a_short_list_are_no_change() -> None:
    odd = {"id": 99, "start": {"at": CANARY}}
    assert read_calendar([*CALENDAR, odd], ZONE).unreadable == ("a:99",)
    few = lacking(CALENDAR[: ENOUGH - 1], Known(("current_status", "status_label")))
    assert len(read_calendar(few, ZONE).appointments) == ENOUGH - 1
    check_rows("calendar", [None, 7, "x", [], *[{}] * (ENOUGH - 1)], CALENDAR_ROW)


def test_another_envelope_is_a_change() -> None:
    assert why(lambda: read_calendar({"rows": [CANARY]}, ZONE)) == "Neo changed: the calendar is no list"
    assert why(lambda: read_search({"data": [], "total": CANARY}, ZONE)).startswith(
        "Neo changed: search: total"
    )
    assert why(lambda: read_search({"data": [], "perPage": 0}, ZONE)).startswith(
        "Neo changed: search: per_page"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"notes": {"html": CANARY}}, "consultation.notes is an object"),
        ({"dischargeSummary": [CANARY]}, "consultation.discharge_summary is a list"),
        ({"id": True}, "consultation.id is yes or no"),
    ],
)  # fmt: skip
def test_what_is_needed_of_a_consultation_and_of_another_kind_is_named(
    change: dict[str, Any], words: str
) -> None:
    odd = PAGE | {"consultation": PAGE["consultation"] | change}
    assert why(lambda: read_consultation(odd, "8018", ZONE), FailureCode.CONSULTATION_UNREADABLE) == words


def test_a_page_without_any_notes_field_is_never_taken_for_one_without_notes() -> None:
    odd = deepcopy(PAGE)
    for name in ("notes", "dischargeSummary"):
        del odd["consultation"][name]
    del odd["consultationNotes"]
    assert oddity(odd).endswith("consultation.notes is missing")
    assert oddity(odd | {"consultationNotes": {"notes": None}}) == ""


@pytest.mark.parametrize(
    "line", [{"sku": 7}, {"productService": {"id": 3}}, {"productService": True}, 7, [[7]]]
)
def test_products_without_a_name_are_never_taken_for_no_products(line: object) -> None:
    page = PAGE | {"consultationLines": [{"productService": CANARY, "isDeclined": 0}, line]}
    why(lambda: read_consultation(page, "8018", ZONE), FailureCode.CONSULTATION_UNREADABLE)


def checked(watch: PageWatch, *pages: object) -> None:
    """What a session asks of its pages, one after the other."""

    async def each() -> None:
        for one in pages:
            await watch.check(one)

    asyncio.run(each())


NEEDED = [known for known in CONSULTATION_PAGE if not known.always]


def without(known: Known) -> dict[str, Any]:
    """A page without this field."""
    page = deepcopy(PAGE)
    for name in known.names:
        part, _, inner = name.partition(".")
        holder = page[part] if inner else page
        for key in [key for key in holder if plain_key(key) == plain_key(inner or part)]:
            del holder[key]
    return page


@pytest.mark.parametrize("known", NEEDED)
def test_what_calls_need_and_no_page_has_any_more_is_named(known: Known) -> None:
    pages, watch = without(known), PageWatch()
    checked(watch, *[pages] * (ENOUGH - 1))
    assert (
        why(lambda: checked(watch, pages))
        == f"Neo changed: {spelled(known)} is missing in all of {ENOUGH} pages"
    )
    checked(PageWatch(), PAGE, *[pages] * (2 * ENOUGH))  # one that had it is enough


@pytest.mark.parametrize("known", NEEDED)
def test_pages_that_lack_something_wait_for_those_that_may_have_it(known: Known) -> None:
    """However many odd ones come first; only where all lack it is it gone."""

    async def read(pages: list[object]) -> list[BaseException | None]:
        watch = PageWatch(to_come=len(pages))

        async def one(page: object) -> None:
            try:
                await watch.check(page)
            finally:
                watch.come()

        return await asyncio.gather(*(one(page) for page in pages), return_exceptions=True)

    odd = without(known)
    assert asyncio.run(read([*[odd] * 9, PAGE])) == [None] * 10
    assert all(isinstance(each, Failure) for each in asyncio.run(read([odd] * 10)))
    assert asyncio.run(read([odd] * (ENOUGH - 1))) == [None] * (ENOUGH - 1)


def test_a_status_that_the_lists_show_is_not_missed_on_the_pages() -> None:
    page = deepcopy(PAGE)
    del page["consultation"]["status"]
    checked(PageWatch(status_is_listed=True), *[page] * (2 * ENOUGH))


def test_a_bare_page_says_nothing_about_what_it_does_not_hold() -> None:
    bare = {"consultation": PAGE["consultation"], "patient": [], "client": [], "consultationLines": []}
    checked(PageWatch(), *[bare] * (2 * ENOUGH))


def test_the_fingerprint_of_a_form_holds_names_as_programmers_write_them_and_nothing_else() -> None:
    odd = page(USER, control(2, "Maria's <b>field</b>", required=True), PASSWORD, methods=["POST", "post"])
    assert fingerprint(odd) == (
        "username (text), a field without a name (text, required), password (password), 1 buttons, post"
    )
