"""Neo has changed: what exactly is named, before anything is read wrong, and no value is in the words."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
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


def lacking(rows: list[dict[str, Any]], known: Known) -> list[dict[str, Any]]:
    """The rows, with this field under another name."""
    return [{("x" + key if key in known.names else key): value for key, value in row.items()} for row in rows]


@pytest.mark.parametrize("known", CALENDAR_ROW)
def test_a_field_that_is_gone_from_the_calendar_is_named(known: Known) -> None:
    detail = why(lambda: read_calendar(lacking(CALENDAR, known), ZONE))
    assert (
        detail
        == f"Neo changed: calendar.{' or '.join(known.names)} is missing in all of {len(CALENDAR)} rows"
    )


@pytest.mark.parametrize("known", SEARCH_ROW)
def test_a_field_that_is_gone_from_the_search_is_named(known: Known) -> None:
    detail = why(lambda: read_search({"data": lacking(SEARCH, known)}, ZONE))
    assert detail.startswith(f"Neo changed: search.{' or '.join(known.names)} is missing in all")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": 1_772_472_600}, "calendar.start is a number in 5 of 5 rows"),
        ({"patient_name": {"first": CANARY}}, "calendar.patient_name is an object in 5 of 5 rows"),
        ({"reason": [CANARY]}, "calendar.reason is a list in 5 of 5 rows"),
        ({"phone_number": True}, "calendar.phone_number is yes or no in 5 of 5 rows"),
    ],
)
def test_a_field_of_another_kind_is_named(change: dict[str, Any], words: str) -> None:
    assert why(lambda: read_calendar([row | change for row in CALENDAR], ZONE)) == f"Neo changed: {words}"


def test_what_neo_adds_and_what_is_null_is_tolerated() -> None:
    nulls: dict[str, Any] = dict.fromkeys(ROW)
    needed = {"start": ROW["start"]}
    rows = [nulls | needed | {"id": number, "new": {CANARY: 1}} for number in range(1, 9)]
    assert len(read_calendar(rows, ZONE).appointments) == 8


def test_one_odd_row_and_a_short_list_are_no_change() -> None:
    odd = {"id": 99, "start": {"at": CANARY}}
    assert read_calendar([*CALENDAR, odd], ZONE).unreadable == ("a:99",)
    few = lacking(CALENDAR[: ENOUGH - 1], Known(("reason",)))
    assert len(read_calendar(few, ZONE).appointments) == ENOUGH - 1
    check_rows("calendar", [None, 7, "x", [], *[{}] * (ENOUGH - 1)], CALENDAR_ROW)


def test_another_envelope_is_a_change() -> None:
    assert why(lambda: read_calendar({"rows": [CANARY]}, ZONE)) == "Neo changed: the calendar is no list"
    assert why(lambda: read_search({"data": [], "total": CANARY}, ZONE)).startswith(
        "Neo changed: search: total"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"notes": {"html": CANARY}}, "consultation.notes is an object"),
        ({"date": 1_772_472_600}, "consultation.date is a number"),
        ({"id": None, "reason": [CANARY]}, "consultation.reason is a list"),
    ],
)  # fmt: skip
def test_a_consultation_of_another_kind_is_named(change: dict[str, Any], words: str) -> None:
    odd = PAGE | {"consultation": PAGE["consultation"] | change}
    assert why(lambda: read_consultation(odd, "8018", ZONE), FailureCode.CONSULTATION_UNREADABLE) == words


def test_a_page_without_any_notes_field_is_never_taken_for_one_without_notes() -> None:
    odd = deepcopy(PAGE)
    for name in ("notes", "dischargeSummary"):
        del odd["consultation"][name]
    del odd["consultationNotes"]
    assert oddity(odd).endswith("consultation.notes is missing")
    assert oddity(odd | {"consultationNotes": {"notes": None}}) == ""


def test_products_without_a_name_are_never_taken_for_no_products() -> None:
    lines = [{"productService": CANARY, "isDeclined": 0}, {"product": CANARY, "isDeclined": 0}]
    assert oddity(PAGE | {"consultationLines": lines}) == "consultationLines.productService is missing"


@pytest.mark.parametrize("known", [known for known in CONSULTATION_PAGE if not known.always])
def test_what_no_page_has_any_more_is_named(known: Known) -> None:
    pages = deepcopy(PAGE)
    for name in known.names:
        part, _, inner = name.partition(".")
        holders = pages if not inner else pages[part]
        for holder in holders if isinstance(holders, list) else [holders]:
            holder.pop(inner or part)
    watch = PageWatch()
    for _ in range(ENOUGH - 1):
        watch.check(pages)
    assert why(lambda: watch.check(pages)) == (
        f"Neo changed: {' or '.join(known.names)} is missing in all of {ENOUGH} pages"
    )
    watch = PageWatch()
    watch.check(PAGE)
    for _ in range(2 * ENOUGH):
        watch.check(pages)  # one that had it is enough


def test_a_bare_page_says_nothing_about_what_it_does_not_hold() -> None:
    watch = PageWatch()
    bare = {"consultation": PAGE["consultation"], "patient": [], "client": [], "consultationLines": []}
    for _ in range(2 * ENOUGH):
        watch.check(bare)


def test_the_fingerprint_of_a_form_holds_names_as_programmers_write_them_and_nothing_else() -> None:
    odd = page(USER, control(2, "Maria's <b>field</b>", required=True), PASSWORD, methods=["POST", "post"])
    assert fingerprint(odd) == (
        "username (text), a field without a name (text, required), password (password), 1 buttons, post"
    )
