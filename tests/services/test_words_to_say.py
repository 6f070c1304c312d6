"""What calls say of visits that were read from Neo: the owner's text, and the vet's notes on demand, recorded."""

from __future__ import annotations

from idexx_desktop.domain.filters import CallFilter
from idexx_desktop.domain.what_to_say import what_to_say
from tests.support.practice import EVERYTHING, Practice


def test_words_and_notes_of_calls(synced: Practice) -> None:
    calls = synced.program.calls.rows(CallFilter("all"), EVERYTHING)
    with_owners_text = [call for call in calls if call.from_notes == ()]
    assert with_owners_text, "summaries are in Neo"
    for call in with_owners_text:
        assert what_to_say(call.summary, from_notes=False).sentences
        assert "Subjective" not in call.summary
    assert all(call.from_notes is not None for call in calls)
    views = synced.actions()["visit.viewed"]
    [*notes] = synced.program.visits.notes(with_owners_text[0].visit_keys)
    assert [each.pet_name for each in notes] == list(with_owners_text[0].patient_names)
    assert all(each.text and each.text != with_owners_text[0].summary for each in notes)
    assert synced.actions()["visit.viewed"] == views + len(notes)
    assert synced.program.visits.notes(["a:nothing"]) == []
