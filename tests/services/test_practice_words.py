"""Types of appointment as they occur: noted once, confirmed once by a person, recorded, and acting at once."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.practice_words import PracticeWord, WordAbout
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice


def types(practice: Practice) -> dict[str, PracticeWord]:
    return {word.name: word for word in practice.program.neo_words.practice() if word.about is WordAbout.TYPE}


def test_a_type_without_calls_acts_once_it_is_confirmed(synced: Practice) -> None:
    before = synced.visits()
    assert types(synced), "noted by the first sync"
    assert not any(word.meaning for word in types(synced).values())
    called = {call for visit in before.values() if (call := visit.call_id)}
    assert called
    actions = synced.actions()
    for word in types(synced).values():
        synced.program.neo_words.confirm(word.id, "no_call")
    walk_ins = [key for call in synced.queued() for key in call.visit_keys]
    assert all(key.startswith("c:") for key in walk_ins), "they have no type"
    off = [visit for visit in synced.visits().values() if visit.reason_code == "type_off"]
    assert off
    assert all(visit.state is VisitState.EXCLUDED for visit in off)
    count = len(types(synced))
    assert (synced.actions() - actions)["practice_word.answered"] == count
    assert {word.answered_by for word in types(synced).values()} != {""}
    for word in types(synced).values():
        synced.program.neo_words.confirm(word.id, None)
    assert len(synced.queued()) > len(walk_ins)
    synced.sync()
    assert len(types(synced)) == count, "each is listed once"


def test_only_what_can_be_meant_is_kept(synced: Practice) -> None:
    [word, *_] = types(synced).values()
    for meaning in ("harmless", "nothing", ""):
        with pytest.raises(Failure):
            synced.program.neo_words.confirm(word.id, meaning)


def test_the_list_has_an_end(synced: Practice) -> None:
    with synced.program.records.transaction() as tx:
        tx.practice_words.note((WordAbout.TYPE, f"Type {number}") for number in range(700))
        tx.practice_words.note([(WordAbout.TYPE, "x" * 200), (WordAbout.TYPE, "a\x07b")])
    assert len(synced.program.neo_words.practice()) == 500
