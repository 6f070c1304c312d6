"""Neo's own call-backs beside ours, played by the practice site: no owner is called twice, no answer stops a sync."""

from __future__ import annotations

from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page, VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.tasks import ODD_ANSWERS
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
        synced.site.tasks.plays = name
        held = read_again()
        assert (held.state, held.reason_code) == (VisitState.HELD, ReasonCode.NEO_CALL_BACK), name
        assert ("already has a call-back" in held.reason) is (name in _OPEN), name
    assert synced.site.sign_in_attempts == asked
    synced.site.tasks.plays = ""
    synced.site.tasks.rows.clear()
    assert "may have been made" in read_again().reason
    synced.program.visits.decide(row.visit_key, PersonChoice.CALL)
    assert read_again().state is VisitState.SCHEDULED
