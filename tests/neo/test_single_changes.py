"""Any one change to any one record of Neo's: only its own visit changes, never the run, and no hold becomes a call.

The answers are written from NEO.md by hand, each visit with at most one sign of death, in a place of its own.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.joining import join
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import Visit, VisitState
from idexx_desktop.neo.payloads import read_calendar, read_consultation, read_search
from tests.domain.builders import NOW, RULES
from tests.neo.support import ZONE

Path = tuple[Any, ...]
Answers = dict[str, Any]

# where each visit's only sign of death stands, and what stands there; the first two visits have none
SIGNS: list[tuple[str, Path, Any] | None] = [
    None,
    None,
    ("calendar", ("type_description",), "Euthanasia"),
    ("calendar", ("reason",), "Humane euthanasia"),
    ("calendar", ("title",), "PTS"),
    ("calendar", ("status_label",), "Deceased"),
    ("calendar", ("popup_title_text",), "Cremation at 3"),
    ("calendar", ("patient_alive",), False),
    ("search", ("diagnoses", 0), "Found dead"),
    ("search", ("clinicalNotes",), "Died at home."),
    ("search", ("status",), "Finalized, deceased"),
    ("page", ("consultation", "notes"), "<p>Was <b>euthanized</b> today.</p>"),
    ("page", ("consultation", "dischargeSummary"), "So sorry for your loss."),
    ("page", ("consultation", "reason"), "Quality of life"),
    ("page", ("consultation", "status"), "Completed - deceased"),
    ("page", ("consultationNotes", "notes"), "Passed away overnight."),
    ("page", ("consultationLines", 0, "productService"), "Euthasol"),
    ("page", ("consultationLines", 1, "label"), "Private cremation"),
    ("page", ("patient", "alive"), False),
    ("page", ("patient", "active"), False),
    ("page", ("patient", "status"), "Deceased"),
    ("page", ("patient", "patientStatus"), "zz"),
    ("page", ("patient", "dateOfDeath"), "2026-11-21"),
    ("page", ("patient", "isDeceased"), True),
    ("page", ("client", "alerts", 0), "Bella died, do not ask after her"),
]


def calendar_row(number: int) -> Answers:
    """One row of the calendar, as NEO.md describes it."""
    return {
        "id": 100 + number, "appointment_id": 100 + number, "consultation_id": 900 + number,
        "start": "2026-11-21 09:15:00", "end": "2026-11-21 09:45:00", "patient_id": 300 + number,
        "patient_name": "Bella", "client_id": 400 + number, "first_name": "Ana", "last_name": "García",
        "email": None, "phone_number": "(510) 555-0123", "provider": "Dr. Kim", "resourceId": "room-1",
        "title": "Bella", "type_description": "Dental", "reason": "Teeth cleaning", "current_status": "Completed",
        "status_label": "Completed", "is_block": False, "is_roster": False, "phone_label": "Mobile",
        "is_valid_mobile_phone": True, "client_title": "Ms.", "confirmed_status": "Confirmed",
        "status_class": "finalized", "popup_title_text": "Dr. Kim", "appointment_room_name": "Room 1",
        "recurring": False, "is_unmatched": 0, "patient_alive": True,
    }  # fmt: skip


def search_row(number: int) -> Answers:
    """One row of the consultation search."""
    return {
        "id": 900 + number, "appointmentId": 100 + number, "patientName": "Bella", "clientName": "Ana García",
        "providerId": 7, "providerName": "Dr. Kim", "consultedAt": "2026-11-21 09:15:00", "status": "Finalized",
        "clinicalNotes": "Teeth cleaned.", "vitals": {"weight": 12.5}, "diagnoses": ["Gingivitis"],
    }  # fmt: skip


def page(number: int) -> Answers:
    """A consultation's page."""
    return {
        "consultation": {"id": 900 + number, "reason": "Dental", "notes": "Bright and alert.",
                         "dischargeSummary": "Soft food for a week.", "date": "2026-11-21 09:15:00", "status": "Paid"},
        "patient": {"id": 300 + number, "name": "Bella", "species": "Canine", "breed": "Mix", "status": "a",
                    "alive": True, "active": True, "patientStatus": "Active", "dateOfDeath": None, "isDeceased": False},
        "client": {"id": 400 + number, "firstName": "Ana", "lastName": "García", "phone": "(510) 555-0123",
                   "email": "", "alerts": ["Has two dogs"]},
        "pageData": {"providers": [{"id": 7, "name": "Dr. Kim"}]},
        "clientBranch": {"id": 2, "name": "North", "sapId": 7},
        "consultationNotes": {"notes": ""},
        "consultationLines": [
            {"id": 1, "productService": "Scaling", "quantity": 1.0, "isDeclined": False, "label": "Dental"},
            {"id": 2, "productService": "Service", "quantity": 1, "isDeclined": False, "label": "Other"},
        ],
    }  # fmt: skip


IDS = [str(900 + number) for number in range(len(SIGNS))]
RECORDS = {"calendar": calendar_row, "search": search_row, "page": page}


def put(value: Any, path: Path, new: Any) -> None:
    """Set what stands at a path."""
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


@dataclass
class Neo:
    """All answers, by kind and by visit."""

    records: dict[str, list[Any]]

    def states(self, numbers: Iterable[int]) -> dict[str, tuple[Visit, VisitState | None]]:
        """What the lists show of these visits; FAILED where that is clear already."""
        rows = {kind: [self.records[kind][number] for number in numbers] for kind in ("calendar", "search")}
        calendar = read_calendar({"data": rows["calendar"]}, ZONE)
        search = read_search({"data": rows["search"], "total": len(rows["search"])}, ZONE)
        listed = join(
            calendar.appointments,
            search.summaries,
            unreadable=calendar.unreadable,
            unreadable_found=search.unreadable,
            blocked=calendar.blocked,
        )
        read = {visit.visit_key: (visit, None) for visit in listed.visits}
        failed = {key: (Visit(key), VisitState.FAILED) for key in listed.unreadable}
        partly = {key: (read[key][0], VisitState.FAILED) for key in listed.partly}
        return {**read, **failed, **partly}

    def state(self, visit: Visit) -> VisitState:
        """What is decided of a listed visit."""
        failure: Failure | None = None
        if visit.consultation_id in IDS:
            answer = self.records["page"][IDS.index(visit.consultation_id)]
            try:
                consultation = read_consultation(answer, visit.consultation_id, ZONE)
                visit = Visit(visit.visit_key, visit.appointment, visit.summary, consultation)
            except Failure as caught:
                failure = caught
        elif visit.consultation_id:
            failure = Failure(FailureCode.CONSULTATION_MISSING)
        return decide(visit, RULES, NOW, failure=failure).state


def neo() -> Neo:
    """Every visit with its sign."""
    records: dict[str, list[Any]] = {
        kind: [make(n) for n in range(len(SIGNS))] for kind, make in RECORDS.items()
    }
    for number, sign in enumerate(SIGNS):
        if sign is not None:
            kind, path, value = sign
            put(records[kind][number], path, value)
    return Neo(records)


BASE = neo()
LISTED = BASE.states(range(len(SIGNS)))
COMPANY = 6  # more than a sentinel needs to call something gone
STATES = {key: BASE.state(visit) for key, (visit, _) in LISTED.items()}


def test_each_sign_by_itself_keeps_from_calling() -> None:
    called = [key for key, state in STATES.items() if state is VisitState.SCHEDULED]
    assert called == ["a:100", "a:101"]
    assert len(STATES) == len(SIGNS)


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place in a record, the record itself first."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from paths(each, (*at, key))


# another spelling of each key, and what the second description and public code call it
ALIASES = {
    "patient_name": "patientName", "type_description": "appointmentType", "provider": "providerName",
    "phone_number": "clientPhone", "current_status": "status", "phone": "mobilePhone", "productService": "label",
    "reason": "Reason", "notes": "NOTES", "isDeceased": "deceased", "alive": "isAlive", "status": "patientStatus",
}  # fmt: skip


def spelled_otherwise(key: str) -> str:
    """camelCase for snake_case and the other way round."""
    if "_" in key:
        head, *rest = key.split("_")
        return head + "".join(part.title() for part in rest)
    return "".join("_" + sign.lower() if sign.isupper() else sign for sign in key)


ADDED: dict[str, Any] = {
    "alive": None, "foo": {"bar": [1, {"x": "y"}]}, "isActive": True, "typeDescription": "Checkup", "Notes": "All well",
    "label": "", "deletedAt": None, "success": True, "tags": [], "vip": 1, "patient": {"alive": True}, "is_declined": 0,
}  # fmt: skip


def changes(record: Any, path: Path) -> Iterator[tuple[str, Any]]:
    """Every single change at a place: its name, and the record after it."""
    old: Any = record
    for key in path:
        old = old[key]
    kinds = [
        None,
        "",
        [],
        {},
        7,
        True,
        False,
        "x",
        1.5,
        [old],
        {"name": old},
        {"id": 3, "a": {"b": old}},
        str(old),
    ]
    for new in [*kinds, {"data": old}, {"success": True, "data": old}]:
        is_another = not path and isinstance(new, dict) and "id" in new
        if not is_another:  # another record in its place: the sign is gone with this one
            yield f"becomes {new!r:.40}", _set(record, path, copy.deepcopy(new))
    yield from _renamed(record, path, old) if path else ()
    for name, value in ADDED.items() if isinstance(old, dict) else ():
        yield f"gets {name}", _with(record, (*path, name), {name: value}, first=True)
        yield f"gets {name} last", _with(record, (*path, name), {name: value})


def _set(record: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    changed = copy.deepcopy(record)
    put(changed, path, new)
    return changed


def _renamed(record: Any, path: Path, old: Any) -> Iterator[tuple[str, Any]]:
    """Without this key, and with it under its other names."""
    changed = copy.deepcopy(record)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    yield "is deleted", changed
    if isinstance(holder, dict):
        for name in {spelled_otherwise(path[-1]), ALIASES.get(path[-1], path[-1]), path[-1].upper()}:
            yield f"is called {name}", _with(record, path, {name: old})


def _with(record: Any, path: Path, new: dict[str, Any], *, first: bool = False) -> Any:
    """The record with this in place of a key, or before all others, unless it is there already."""
    changed = copy.deepcopy(record)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    rest = {key: value for key, value in holder.items() if key != path[-1] or key in new}
    holder_now = {**new, **rest} if first else {**rest, **{k: v for k, v in new.items() if k not in rest}}
    if len(path) == 1:
        return holder_now
    put(changed, path[:-1], holder_now)
    return changed


def holds(record: Any, sign: tuple[str, Path, Any]) -> bool:
    """Whether a record still holds the sign: its value somewhere below the key that says what it is."""
    said = [json.dumps(sign[2], ensure_ascii=False), json.dumps(str(sign[2]), ensure_ascii=False)]
    return any(each in json.dumps(record, ensure_ascii=False) for each in said)


def is_excused(kind: str, path: Path, number: int, record: Any) -> bool:
    """Whether the change took the only sign away, or made a product a declined one."""
    sign = SIGNS[number]
    if sign is None or sign[0] != kind:
        return sign is None
    if path[:-1] == sign[1][:-1] and path and path[-1] == "isDeclined":
        return True
    on_the_way = path == sign[1][: len(path)]
    if isinstance(sign[2], bool):
        return on_the_way  # true and false stand everywhere: whether this one does can't be told
    return on_the_way and not holds(record, sign)


def check(kind: str, number: int, path: Path, name: str, changed: Any) -> None:
    """One change, and what it may do."""
    about = f"{kind} {number} {'.'.join(map(str, path))} {name}"
    after = Neo(dict(BASE.records))
    after.records[kind] = [
        changed if each == number else record for each, record in enumerate(BASE.records[kind])
    ]
    own = {f"a:{100 + number}", f"c:{900 + number}"}
    # a few others are company enough to see whether they are harmed
    company = sorted({number, *range(COMPANY)})
    listed = after.states(company) if kind != "page" else {key: LISTED[key] for key in own & LISTED.keys()}
    for each in company if kind != "page" else ():
        if each != number:
            assert listed.get(f"a:{100 + each}") == LISTED[f"a:{100 + each}"], about
    held = STATES[f"a:{100 + number}"] is not VisitState.SCHEDULED
    for key, (visit, state) in listed.items():
        if key in LISTED and key not in own:
            continue
        now = state or after.state(visit)
        if held and now is VisitState.SCHEDULED:
            assert is_excused(kind, path, number, changed), about


def all_changes() -> Iterator[tuple[str, int, Path, str, Any]]:
    """Every single change of every record."""
    for kind, records in BASE.records.items():
        for number, record in enumerate(records):
            for path in paths(record):
                for name, changed in changes(record, path):
                    yield kind, number, path, name, changed


def test_any_single_change_costs_its_own_visit_at_most_and_makes_no_call_of_a_hold() -> None:
    chance = random.Random(11)  # noqa: S311 - the same changes each time
    for _ in range(400):
        kind = chance.choice(sorted(BASE.records))
        number = chance.randrange(len(SIGNS))
        record = BASE.records[kind][number]
        path = chance.choice(list(paths(record)))
        name, changed = chance.choice(list(changes(record, path)))
        check(kind, number, path, name, changed)


def test_any_change_where_a_sign_stands_or_beside_it() -> None:
    """All of the changes that matter most: of the sign itself, and of the object that it stands in."""
    for number, sign in enumerate(SIGNS):
        if sign is None:
            continue
        kind, place, _ = sign
        record = BASE.records[kind][number]
        for end in (len(place) - 1, len(place)):
            for name, changed in changes(record, place[:end]):
                check(kind, number, place[:end], name, changed)


@pytest.mark.long(item=55)
def test_every_single_change_of_every_record() -> None:
    for kind, number, path, name, changed in all_changes():
        check(kind, number, path, name, changed)


@pytest.mark.parametrize("envelope", [{"rows": []}, {"data": {"rows": [1]}}, None, 7, "x", {"success": True}])
def test_a_changed_envelope_of_a_list_stops_the_run(envelope: object) -> None:
    for read in (read_calendar, read_search):
        with pytest.raises(Failure) as caught:
            read(envelope, ZONE)
        assert caught.value.code is FailureCode.PAYLOAD_CHANGED


@pytest.mark.parametrize("wrap", [
    lambda rows: {"success": True, "error": None, "message": "", "data": rows},
    lambda rows: {"success": True, "data": {"data": rows, "total": len(rows)}},
    lambda rows: {"result": rows}, lambda rows: {"response": {"appointments": rows}},
    lambda rows: {"data": [{"data": row} for row in rows]}, lambda rows: [{"data": row} for row in rows],
])  # fmt: skip
def test_wrapped_answers_are_unwrapped(wrap: Any) -> None:
    for read, kind in ((read_calendar, "calendar"), (read_search, "search")):
        assert read(wrap(BASE.records[kind]), ZONE) is not None
        assert read(wrap(BASE.records[kind]), ZONE).unreadable == ()
    bare = read_consultation(BASE.records["page"][0], "900", ZONE)
    assert read_consultation({"success": True, "data": BASE.records["page"][0]}, "900", ZONE) == bare
    assert read_consultation([BASE.records["page"][0]], "900", ZONE) == bare


@pytest.mark.parametrize("part", ["patient", "consultationNotes", "client"])
def test_several_objects_in_the_place_of_one_are_all_read(part: str) -> None:
    """A sign in any of them holds."""
    for number, sign in enumerate(SIGNS):
        if sign is not None and sign[0] == "page" and sign[1][0] == part:
            told = BASE.records["page"][number]
            for several in ([told[part], page(number)[part]], [page(number)[part], told[part]]):
                check("page", number, (part,), "becomes several", {**told, part: several})
