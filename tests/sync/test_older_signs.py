"""Records of a version whose signs of what was read had another form: nothing that a person decided is void."""

from __future__ import annotations

from datetime import timedelta

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.digest import digest
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice


def as_version_0_2_0_stored(practice: Practice) -> None:
    """Every visit's sign in the old form, made of what was last read of it."""
    visits = practice.visits()
    with practice.program.records.transaction() as tx:
        readings = {key: read for key, read in tx.readings.get(visits).items() if read is not None}
    assert readings
    for key, reading in readings.items():
        practice.query(
            "UPDATE public.visits SET content_hash = %s WHERE visit_key = %s AND content_hash = %s",
            digest(reading),
            key,
            reading.content_hash(),
        )
    forms = practice.query(
        "SELECT count(*) FILTER (WHERE content_hash LIKE '2:%%') AS new FROM public.visits"
    )
    assert forms[0]["new"] <= 1  # that of the one that could not be read, perhaps


def test_a_decision_to_call_nevertheless_stands(synced: Practice) -> None:
    visit = next(
        each for each in synced.visits().values() if each.reason_code == "end_of_life" and not each.call_with
    )
    as_version_0_2_0_stored(synced)
    when = synced.clock.now() + timedelta(days=2)
    # as the older program did it: the decision has the sign that the visit had then
    synced.program.visits.decide(visit.visit_key, PersonChoice.CALL, "the vet asked me to", when)
    [decided] = synced.query("SELECT content_hash FROM public.visit_decisions")
    assert ":" not in decided["content_hash"]
    assert synced.visits()[visit.visit_key].state is VisitState.SCHEDULED

    result = synced.sync()
    assert result.failure is None
    after = synced.visits()[visit.visit_key]
    assert (after.state, after.call_scheduled_for) == (VisitState.SCHEDULED, when)
    assert result.visits_written == 1  # the one that can't be read: nothing else has changed

    synced.site.world.write_notes(visit.consultation_id or "", "<p>Euthanized this morning.</p>")
    synced.sync()
    assert synced.visits()[visit.visit_key].state is not VisitState.SCHEDULED
