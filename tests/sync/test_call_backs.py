"""Neo's own call-backs beside ours, played by the practice site: no owner is called twice, no answer stops a sync."""

from __future__ import annotations

import threading

import pytest

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.practice_words import NO_CALL, WordAbout
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.tasks import ODD_ANSWERS
from idexx_desktop.sync import days
from tests.support.altered_site import altered, lead_to
from tests.support.practice import Practice

_OPEN = {"a bare list", "wrapped twice", "always the same page"}


def scheduled(practice: Practice) -> list[VisitRecord]:
    """The visits with a call."""
    which = VisitFilter(states=frozenset({VisitState.SCHEDULED}))
    return practice.program.visits.rows(which, Page(limit=1_000))


def test_a_call_back_in_neo_takes_ours_back_whatever_is_answered_later(synced: Practice) -> None:
    row = next(row for row in scheduled(synced) if not row.call_with)
    consultation = synced.site.world.consultation(row.consultation_id or "")
    synced.site.tasks.plan(
        consultation.pet_id or 0, "2026-11-23 10:00:00", assignee="Dr. Kim", title="The wound"
    )
    asked = synced.site.sign_in_attempts

    def read_again() -> VisitRecord:
        synced.clock.pass_by(minutes=1)
        result = synced.sync()
        assert result.failure is None
        found = synced.program.visits.get(row.visit_key)
        assert found is not None
        return found

    held = read_again()
    assert (held.state, held.reason_code) == (VisitState.HELD, ReasonCode.NEO_CALL_BACK)
    assert held.needs_attention
    assert "Dr. Kim" in held.reason
    which = VisitFilter(attention_only=True, reason_code=ReasonCode.NEO_CALL_BACK)
    assert synced.program.visits.count(which) == 1
    for name in ODD_ANSWERS:
        synced.site.tasks.plays = synced.site.appointment_types.plays = name
        held = read_again()
        assert (held.state, held.reason_code) == (VisitState.HELD, ReasonCode.NEO_CALL_BACK), name
        assert ("already has a call-back" in held.reason) is (name in _OPEN), name
    assert synced.site.sign_in_attempts == asked
    synced.site.tasks.plays = ""
    synced.site.tasks.rows.clear()
    assert "may have been made" in read_again().reason
    synced.program.visits.decide(row.visit_key, PersonChoice.CALL)
    assert read_again().state is VisitState.SCHEDULED


def test_the_practices_own_types_are_listed_and_no_visit_waits_for_them(
    synced: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed() -> dict[str, str]:
        words = synced.program.neo_words.practice()
        return {word.name: word.proposed for word in words if word.about is WordAbout.TYPE}

    occur = {row.type_description for row in synced.site.world.appointments if row.type_description}
    before = listed()
    assert "Boarding" not in occur
    assert before["Boarding"] == NO_CALL

    monkeypatch.setattr(days, "_PATIENCE_SECONDS", 0.01)
    asked: list[str] = []
    over = threading.Event()

    def never_answers(path: str, value: object) -> object:
        asked.append(path)
        if path.endswith("getAppointmentView"):
            over.wait(30)
        return value

    synced.site.appointment_types.rows = [{"id": 1, "name": "Hydrotherapy"}]
    with altered(synced, never_answers):
        result = synced.sync()
        over.set()
    assert result.failure is None
    pages = [place for place, path in enumerate(asked) if path.endswith("page-data")]
    types = [place for place, path in enumerate(asked) if path.endswith("getAppointmentView")]
    assert pages
    assert not types or types[0] > pages[0]
    assert listed() == before

    monkeypatch.setattr(days, "_PATIENCE_SECONDS", 30.0)
    lead_to(synced, synced.site.url)
    synced.sync()
    # what Neo lists no more stays: it may be the type of a visit
    assert listed() == {**before, "Hydrotherapy": "general"}
