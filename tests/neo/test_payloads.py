"""Neo's answers in every known spelling, and garbage, which costs one visit at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.payloads import (
    read_calendar,
    read_consultation,
    read_json,
    read_search,
    read_user_name,
)
from tests.neo.support import ZONE

ROW: dict[str, Any] = {
    "id": 1, "appointment_id": 5001, "consultation_id": None, "start": "2026-03-02 09:30:00",
    "end": "2026-03-02 10:00:00", "patient_id": 31, "patient_name": "Zoë", "client_id": "44",
    "first_name": "Ana", "last_name": "O'Neil", "email": None, "phone_number": "", "provider": "Dr. Mori",
    "title": "Zoë", "type_description": "Sick visit", "reason": "Vomiting", "current_status": "Confirmed",
    "status_label": "", "is_block": False, "is_roster": False,
}  # fmt: skip
PAGE: dict[str, Any] = {
    "consultation": {"id": 8018, "reason": "Dental", "notes": "<p>All well</p>", "dischargeSummary": "<p><br></p>",
                     "date": "2026-03-02 09:30:00", "status": "Paid"},
    "patient": {"id": 31, "name": "Zoë", "species": "Canine", "breed": "Mix"},
    "client": {"id": 44, "firstName": "Ana", "lastName": None, "phone": "5105550123", "email": ""},
    "pageData": {"providers": [{"id": 1, "name": "Dr. Mori"}]},
    "clientBranch": {"id": 2, "name": "North"},
    "consultationNotes": {"notes": ""},
    "consultationLines": [{"id": 1, "productService": "Scaling", "quantity": 1.0, "isDeclined": 0},
                          {"id": 2, "productService": "X-ray", "quantity": "2", "isDeclined": True}],
}  # fmt: skip

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)


def failed(read: Callable[..., object], *arguments: object) -> FailureCode | None:
    """The name of the failure, None where it was read; anything but a failure is a bug."""
    try:
        read(*arguments)
    except Failure as failure:
        return failure.code
    return None


def search(*rows: object, **frame: object) -> dict[str, object]:
    """A page of the search."""
    return {"data": list(rows), **frame}


@pytest.mark.parametrize("wrap", [lambda rows: rows, *(
    lambda rows, name=name: {name: rows, "ok": True} for name in ("appointments", "data", "events")
)])  # fmt: skip
def test_the_calendar_comes_bare_or_in_any_envelope(wrap: Any) -> None:
    calendar = read_calendar(wrap([ROW, ROW | {"id": 2, "is_block": True}, {"is_roster": 1}]), ZONE)
    (visit,) = calendar.appointments
    assert calendar.blocks == 2
    assert calendar.unreadable == ()
    assert (visit.appointment_id, visit.consultation_id, visit.client_id) == ("5001", None, "44")
    assert (visit.owner_name, visit.email, visit.phone) == ("Ana O'Neil", "", "")
    assert visit.start == datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize("payload", [None, {}, 7, "x", {"rows": []}, {"data": {"rows": []}}, [1, 2, 3]])
def test_an_alien_list_is_a_changed_payload(payload: object) -> None:
    for read in (read_calendar, read_search):
        with pytest.raises(Failure) as caught:
            read(payload, ZONE)
        assert caught.value.code is FailureCode.PAYLOAD_CHANGED


@pytest.mark.parametrize("payload", [[], {"data": []}, {"data": None}, {"events": []}])
def test_an_empty_list_is_an_empty_list(payload: object) -> None:
    assert read_calendar(payload, ZONE).appointments == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-02 09:30:00", datetime(2026, 3, 2, 17, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00", datetime(2026, 3, 2, 17, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00-05:00", datetime(2026, 3, 2, 14, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00.000Z", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-08 02:30:00", datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),  # doesn't exist: 03:30 PDT
        ("2026-11-01 01:30:00", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),  # exists twice: the first
    ],
)
def test_times_are_read_as_local_unless_they_say_otherwise(written: str, expected: datetime) -> None:
    (visit,) = read_calendar([ROW | {"start": written}], ZONE).appointments
    assert visit.start == expected


@pytest.mark.parametrize(
    "spoiled",
    [
        {"start": "0000-00-00 00:00:00"}, {"start": None}, {"start": 17}, {"start": "9999-12-31 23:59:59"},
        {"consultation_id": "../users"}, {"consultation_id": True}, {"client_id": 1.5},
    ],
)  # fmt: skip
def test_one_bad_row_costs_nobody_else_anything(spoiled: dict[str, object]) -> None:
    rows = [ROW | {"appointment_id": 6001} | spoiled, ROW]
    calendar = read_calendar(rows, ZONE)
    assert [visit.appointment_id for visit in calendar.appointments] == ["5001"]
    assert calendar.unreadable == ("a:6001",)


def test_a_bad_row_without_an_id_is_told_by_its_place() -> None:
    assert read_calendar([ROW, {"start": "x"}], ZONE).unreadable == ("calendar row 2",)
    assert read_search(search({"status": "Paid"}), ZONE).unreadable == ("search row 1",)


def test_all_rows_alien_is_a_changed_payload_and_its_words_hold_no_value() -> None:
    rows = [ROW | {"start": "Bella"}] * 3
    assert len(read_calendar([*rows, ROW], ZONE).appointments) == 1
    with pytest.raises(Failure) as caught:
        read_calendar(rows, ZONE)
    assert caught.value.code is FailureCode.PAYLOAD_CHANGED
    assert "Bella" not in str(caught.value)


def test_the_appointment_id_wins_over_the_id() -> None:
    rows = [ROW, ROW | {"appointment_id": None, "id": "9"}]
    assert [row.appointment_id for row in read_calendar(rows, ZONE).appointments] == ["5001", "9"]


def test_the_search_reads_rows_and_frame() -> None:
    row = {"id": "8018", "appointmentId": 5001, "patientName": "Zoë", "clientName": "Ana", "providerName": None,
           "consultedAt": "", "status": None, "clinicalNotes": "<p>x</p>", "vitals": {}, "diagnoses": []}  # fmt: skip
    page = read_search(search(row, total="41", page=1, perPage=20), ZONE)
    assert (page.total, page.per_page, page.rows) == (41, 20, 1)
    (summary,) = page.summaries
    assert (summary.consultation_id, summary.appointment_id, summary.consulted_at) == ("8018", "5001", None)
    assert summary.clinical_notes == "x"


def test_a_consultation_is_read() -> None:
    page = read_consultation(PAGE, "8018", ZONE)
    assert page.discharge_text == "All well"
    assert (page.owner_name, page.provider, page.branch, page.told) == ("Ana", "Dr. Mori", "North", ())
    assert [(one.name, one.quantity, one.is_declined) for one in page.products] == [
        ("Scaling", "1", False),
        ("X-ray", "2", True),
    ]


def test_any_object_but_the_consultation_may_be_missing() -> None:
    for name in set(PAGE) - {"consultation"}:
        assert read_consultation(PAGE | {name: None}, "8018", ZONE).consultation_id == "8018"
        assert read_consultation(PAGE | {name: []}, "8018", ZONE).consultation_id == "8018"
        page = {key: value for key, value in PAGE.items() if key != name}
        assert read_consultation(page, "8018", ZONE).consultation_id == "8018"


def test_a_list_of_providers_names_none_of_them() -> None:
    page = PAGE | {"pageData": {"providers": [{"name": "Dr. A"}, {"name": "Dr. B"}]}}
    assert read_consultation(page, "8018", ZONE).provider == ""


@pytest.mark.parametrize(
    "page",
    [
        {}, [], None, {"consultation": None}, {"consultation": {"notes": "x"}},
        PAGE | {"consultation": PAGE["consultation"] | {"id": 9}},
        PAGE | {"consultation": PAGE["consultation"] | {"notes": {"html": "x"}}},
        PAGE | {"consultationLines": [7]},
        PAGE | {"consultationLines": "Euthanasia"},
    ],
)  # fmt: skip
def test_a_page_that_is_not_understood_or_is_another_one_is_never_guessed_at(page: object) -> None:
    with pytest.raises(Failure) as caught:
        read_consultation(page, "8018", ZONE)
    assert caught.value.code is FailureCode.CONSULTATION_UNREADABLE


@given(json_values)
def test_garbage_raises_nothing_but_failures(value: object) -> None:
    for payload in (value, [value], {"data": value}, {"data": [value], "total": value}):
        for read in (read_calendar, read_search):
            assert failed(read, payload, ZONE) in (None, FailureCode.PAYLOAD_CHANGED)
    assert failed(read_consultation, value, "8018", ZONE) is FailureCode.CONSULTATION_UNREADABLE
    read_user_name(value)


@given(st.sampled_from(sorted(ROW)), json_values)
def test_garbage_in_any_field_of_a_row_costs_that_row_at_most(name: str, value: object) -> None:
    calendar = read_calendar([ROW | {name: value}, ROW | {"appointment_id": 7}], ZONE)
    assert "7" in [visit.appointment_id for visit in calendar.appointments]
    assert len(calendar.appointments) + calendar.blocks + len(calendar.unreadable) == 2


@given(st.sampled_from(sorted(PAGE)), st.text(max_size=12), json_values)
def test_garbage_in_any_part_of_a_page_costs_that_page_at_most(part: str, name: str, value: object) -> None:
    inner = PAGE[part] | {name: value} if isinstance(PAGE[part], dict) else [value]
    for changed in (value, inner):
        code = failed(read_consultation, PAGE | {part: changed}, "8018", ZONE)
        assert code in (None, FailureCode.CONSULTATION_UNREADABLE)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b"[" * 200_000, b'{"a":' * 200_000, b"9" * 10_000, b"\xff\xfe", b"nul"]
)
def test_what_is_no_json_is_told_apart(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any kind of it
        read_json(body)


def test_json_survives_surrogates_nul_and_bad_bytes() -> None:
    body = b'{"id": "8018", "notes": "a\\u0000b\\ud800c \xff", "status": "\\ud800"}'
    page = read_consultation({"consultation": read_json(body)}, "8018", ZONE)
    assert page.notes.startswith("abc")
    assert page.status == ""


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ({"name": "Oak Street Vets"}, "Oak Street Vets"),
        ({"data": {"practiceName": " Oak\nStreet ", "name": "Ana"}}, "Oak Street"),
        ({"name": 7, "email": "a@b.example"}, "a@b.example"),
        ([], ""),
        ({"id": 1}, ""),
    ],
)
def test_the_name_that_is_shown_for_a_sign_in(payload: object, name: str) -> None:
    assert read_user_name(payload) == name


def test_all_numbers_of_a_client_with_their_names() -> None:
    client = {
        "id": 1, "phone": "555-0100", "mobilePhone": "555-0111", "homePhone": None, "work_phone": "555-0133",
        "phoneNumber": "555-0144", "phone_label": "wife",
    }  # fmt: skip
    read = read_consultation({"consultation": {"id": 9, "notes": "x"}, "client": client}, "9", ZONE)
    told = [(each.label, each.number) for each in read.telephones]
    assert told == [("mobile", "555-0111"), ("wife", "555-0100"), ("", "555-0144"), ("work", "555-0133")]
    assert read.phone == "555-0100"


@pytest.mark.parametrize(
    ("end", "stays"),
    [("2026-11-21 10:00:00", False), ("2026-11-22 00:00:00", False), ("2026-11-23 17:00:00", True), ("", False),
     (None, False), ("2026-11-20 10:00:00", False), ("2028-11-20 10:00:00", False)],
)  # fmt: skip
def test_a_stay_ends_on_another_day(end: str | None, stays: bool) -> None:
    row = {"id": 1, "start": "2026-11-21 09:00:00", "end": end, "patient_name": "Rex"}
    (appointment,) = read_calendar([row], ZONE).appointments
    assert (appointment.stays_until is not None) is stays
