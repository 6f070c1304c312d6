"""What Neo sends is written down by name and kind, and what its values mean is asked once; nothing else is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.neo_fields import SentField
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.visits import About, Told, VisitState
from idexx_desktop.neo.diary import SentDiary
from idexx_desktop.services.doctor import _fields
from tests.support.altered_site import altered
from tests.support.practice import Practice, Practices, practices

__all__ = ["practices"]

CANARY = "Tweety of Maria"


def spoken(status: str, **more: Any) -> Any:
    """Each page's patient has this status and these other keys."""

    def change(path: str, value: Any) -> object:
        if path.endswith("page-data") and isinstance(value.get("patient"), dict):
            value["patient"] |= {"status": status, **more}
        return value

    return change


def due(practice: Practice) -> list[CallRecord]:
    """The calls that are queued."""
    return [call for call in practice.calls() if call.status == "queued"]


def test_an_unknown_value_holds_all_is_asked_once_and_an_answer_lets_go(practices: Practices) -> None:
    practice = practices(visits=6)
    words = practice.program.neo_words
    with altered(practice, spoken("zz", lastGroomedBy=CANARY)):
        assert practice.sync().failure is None
        assert due(practice) == []
        held = [visit for visit in practice.visits().values() if visit.state is VisitState.HELD]
        assert held
        assert all("patient.status: zz" in visit.reason for visit in held)
        [asked] = [value for value in words.values() if value.about is About.ANIMAL]
        assert (asked.name, asked.value, asked.is_open) == ("patient.status", "zz", True)
        before = practice.actions()
        words.answer([asked.id], True)
        called = due(practice)
        assert len(called) > 0
        assert (practice.actions() - before)["neo_value.answered"] == 1
        practice.clock.pass_by(minutes=1)
        assert practice.sync().failure is None
        assert {call.id for call in due(practice)} == {call.id for call in called}
        words.answer([asked.id], False)
        assert due(practice) == []
        words.answer([asked.id], None)
        assert due(practice) == []
        assert [value.is_open for value in words.values() if value.id == asked.id] == [True]
        with pytest.raises(Failure):
            words.answer(["00000000-0000-0000-0000-000000000000"], True)
    prepared = practice.program.support.prepare()
    assert "page patient.lastGroomedBy: text" in prepared
    assert CANARY not in prepared
    check = _fields(practice.program)
    assert check.warning
    assert "1 of Neo's values wait for an answer" in check.detail


def test_the_diary_says_what_came_and_what_went(practices: Practices) -> None:
    practice = practices(visits=6)
    assert practice.sync().failure is None
    words = practice.program.neo_words
    known = {(field.endpoint, field.name) for field in words.fields()}
    assert {("calendar", "patient_name"), ("search", "diagnoses"), ("page", "patient.status")} <= known
    assert ("page", "patient.alive") not in known
    assert words.changes() == []
    practice.clock.pass_by(hours=30)
    practice.query("UPDATE neo_fields SET first_seen_at = first_seen_at - interval '2 days'")

    def changed(path: str, value: Any) -> object:
        if path.endswith("page-data"):
            value["patient"] = {**(value.get("patient") or {}), "alive": True}
            value["patient"].pop("breed", None)
        return value

    with altered(practice, changed):
        assert practice.sync().failure is None
    said = words.changes()
    assert any(words.startswith("Neo added `patient.alive` to a consultation's page on ") for words in said)
    assert any(
        words.startswith("Neo no longer sends `patient.breed` in a consultation's page") for words in said
    )
    assert "patient.alive" in practice.program.support.prepare()
    assert "patient.alive" in _fields(practice.program).detail


def test_names_of_people_and_endless_answers_stay_out_of_the_diary() -> None:
    diary = SentDiary()
    rows = [{"id": 1, CANARY: 1, "Bella": 2, "by": {str(n): {"a": n} for n in range(500)}, "x" * 500: 1}]
    rows += [{f"key{number}": number for number in range(at, at + 50)} for at in range(0, 5_000, 50)]
    diary.note_list("search", {"data": rows})
    fields = diary.fields()
    names = {field.name for field in fields if not field.absent}
    assert "*" in names
    assert "by.*" in names
    assert not any(CANARY in name or "Bella" in name or len(name) > 120 for name in names)
    assert len(names) <= 800
    assert SentField("search", "appointmentId", absent=True) in fields


def test_the_records_take_no_more_than_there_is_room_for(practices: Practices) -> None:
    practice = practices(visits=1)
    odd = [{"endpoint": "page", "name": name, "kinds": "text"} for name in ("a b", "x" * 121, "'; DROP", "")]
    many = [{"endpoint": "page", "name": f"k{number}", "kinds": "text"} for number in range(1500)]
    with practice.program.records.transaction() as tx:
        tx.neo_fields.note(SentField("page", row["name"], ("text",)) for row in [*odd, *many])
        tx.neo_fields.note_values(Told(About.ANIMAL, "patient.status", f"v{n}") for n in range(500))
        tx.neo_fields.note_values([Told(About.ANIMAL, "a", "x" * 200), Told(About.WORDS, "notes", CANARY)])
    fields, values = practice.program.neo_words.fields(), practice.program.neo_words.values()
    assert len(fields) == 1000
    assert len(values) == 200
    assert CANARY not in json.dumps([value.value for value in values])
    with practice.program.records.transaction() as tx:
        tx.neo_fields.note([SentField("page", fields[0].name, ("number", "text"))])
    assert practice.program.neo_words.fields()[0].kinds == ("number", "text")
    assert fields[0].first_seen_at is not None
    assert practice.program.neo_words.fields()[0].first_seen_at == fields[0].first_seen_at
