"""All words are read: a sign of death under any key that NEO.md knows keeps from calling, or it is said why not.

The keys are written from NEO.md, section 2, by hand: those of both descriptions of the calendar, and of the search, the
page and what public code knows of each besides.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from idexx_desktop.domain.decisions import Decision, ReasonCode
from idexx_desktop.domain.joining import join
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import Visit, VisitState
from idexx_desktop.neo.known_shapes import NOT_READ, is_read
from idexx_desktop.neo.payloads import read_calendar, read_consultation, read_search
from tests.domain.builders import NOW, RULES
from tests.neo.support import ZONE
from tests.neo.test_single_changes import calendar_row, page, paths, put, search_row

OWNERS_NOTES = {
    "Bella was put to sleep on Friday": True,
    "DECEASED": True,
    "Max passed away in May": True,  # which of the animals, a person has to say
    "Never declined anything, no euthanasia discussed": False,
    "Anxious about anesthesia. Has two dogs.": False,
    "Pays cash, parks behind the house": False,
}
Answers = dict[str, Any]
# a name may be that of a sign, so that beside one other words are needed
SIGNS = ("Was euthanized today", "Max (deceased)")
_SAID = {
    *(ReasonCode.END_OF_LIFE, ReasonCode.DECEASED, ReasonCode.MAY_HAVE_DIED, ReasonCode.DO_NOT_CALL),
    ReasonCode.TYPE_UNCLEAR,
}
# what public code and the second description know besides
_MORE: Answers = {
    "calendar": {
        "clientName": "Ana García", "clientPhone": "(510) 555-0123", "providerName": "Dr. Kim", "appointmentType": "",
        "className": "dental", "status": "Completed", "arrival_date_time": "2026-11-21 09:10:00",
        "last_updated_at": "2026-11-21 10:00:00", "patientName": "Bella",
    },
    "page": {
        "client": {"mobilePhone": "(510) 555-0124", "homePhone": "(510) 555-0125", "workPhone": "(510) 555-0126",
                   "phoneNumber": "(510) 555-0123", "notes": "Has two dogs", "comments": "Parks behind the house"},
        "patient": {"notes": "Shy", "color": "black", "tags": ["shy"]},
        "consultationLines": {"soldAtLocal": "2026-11-21 09:40:00", "provider": "Dr. Kim", "batchNo": "B7"},
        "pageData": {"providers": [{"id": 7, "name": "Dr. Kim", "email": "kim@example.com", "licenseNumber": "L1",
                                    "userType": "Veterinarian", "companyId": 4242}]},
    },
}  # fmt: skip


def described() -> dict[str, Answers]:
    """One record of each answer, with every key."""
    whole = page(0)
    for part, more in _MORE["page"].items():
        first = whole[part][0] if isinstance(whole[part], list) else whole[part]
        first.update(more)
    return {"calendar": calendar_row(0) | _MORE["calendar"], "search": search_row(0), "page": whole}


def decided(records: dict[str, Answers]) -> Decision:
    """What is decided about the one visit of these answers."""
    calendar, search = read_calendar([records["calendar"]], ZONE), read_search([records["search"]], ZONE)
    (visit,) = join(calendar.appointments, search.summaries).visits
    consultation = read_consultation(records["page"], "900", ZONE)
    return decide(Visit(visit.visit_key, visit.appointment, visit.summary, consultation), RULES, NOW)


def texts() -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every place for a text: of which answer, under which key (dotted, as the diary writes it), and where."""
    for answer, record in described().items():
        for path in paths(record):
            value: Any = record
            for key in path:
                value = value[key]
            if path and (isinstance(value, str) or value is None):
                yield answer, ".".join(key for key in path if isinstance(key, str)), path


def says(answer: str, path: tuple[Any, ...], sign: str) -> bool:
    """Whether a sign there keeps from calling, and as a sign."""
    records = copy.deepcopy(described())
    put(records[answer], path, sign)
    decision = decided(records)
    return decision.state is not VisitState.SCHEDULED and decision.reason_code in _SAID


def test_the_visit_is_called_as_it_is() -> None:
    assert decided(described()).state is VisitState.SCHEDULED


def test_a_sign_is_found_wherever_neo_has_words() -> None:
    found: set[str] = set()
    for answer, name, path in texts():
        if any(says(answer, path, sign) for sign in SIGNS):
            found.add(f"{answer}.{name}")
    whole = {f"{answer}.{name}" for answer, name, _ in texts()}
    assert len(whole) > 60
    assert whole - found == NOT_READ.keys()
    assert all(is_read(name.partition(".")[2]) for name in found)


@pytest.mark.parametrize("where", ["notes", "alerts"])
def test_what_is_written_about_an_owner_holds_with_its_place(where: str) -> None:
    for text, is_sign in OWNERS_NOTES.items():
        records = described()
        records["page"]["client"][where] = f"<p>{text}</p>"
        decision = decided(records)
        assert (decision.state is VisitState.HELD) is is_sign, text
        if is_sign:
            assert decision.reason_code is ReasonCode.MAY_HAVE_DIED
            assert "(owner's record)" in decision.reason


def test_a_sign_in_the_name_of_any_source_holds() -> None:
    """The page calls the pet Bella; the calendar knows more."""
    for answer, key in (("calendar", "patient_name"), ("search", "patientName")):
        records = described()
        records[answer][key] = "Bella (deceased)"
        assert decided(records).reason_code is ReasonCode.MAY_HAVE_DIED
