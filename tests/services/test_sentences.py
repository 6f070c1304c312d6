"""A person says once what a sentence is; it acts at once, is recorded without its words, and can be taken back."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.known_sentences import Known
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from tests.support.practice import Practice

TEXT = "The patient passed away peacefully and was taken home by its owners."
HELD, SCHEDULED = VisitState.HELD, VisitState.SCHEDULED


@pytest.fixture
def keys(synced: Practice) -> list[str]:
    """Three visits, called before, whose notes have the same standard text by now."""
    called = [each for each in synced.visits().values() if each.state is SCHEDULED and not each.call_with]
    keys = [each.visit_key for each in called if each.consultation_id][:3]
    for key in keys:
        consultation = synced.visits()[key].consultation_id
        assert consultation is not None
        before = synced.site.world.consultation(consultation).notes
        synced.site.world.write_notes(consultation, f"{before}<p>{TEXT}</p>")
    synced.sync()
    return keys


def states(practice: Practice, keys: list[str]) -> list[VisitState]:
    return [practice.visits()[key].state for key in keys]


def seen(practice: Practice, key: str) -> VisitRecord:
    return practice.program.visits.get(key)


def test_one_answer_for_all_visits_with_the_sentence(synced: Practice, keys: list[str]) -> None:
    assert states(synced, keys) == [HELD] * 3
    [asked] = seen(synced, keys[0]).asked_sentences
    sentences = synced.program.sentences
    [group] = [group for group in sentences.groups() if group.sentence == asked]
    assert sorted(group.visit_keys) == sorted(keys)
    standard = asked.fingerprints[Known.STANDARD_TEXT]
    actions = synced.actions()
    assert sentences.say(keys[0], standard, Known.STANDARD_TEXT) == 3
    assert states(synced, keys) == [SCHEDULED] * 3
    assert seen(synced, keys[0]).asked_sentences == ()
    [said] = sentences.said()
    assert (said.fingerprint, said.means, bool(said.said_by)) == (standard, Known.STANDARD_TEXT, True)
    assert (synced.actions() - actions)["sentence.answered"] == 1
    told = synced.query(
        "SELECT metadata::text AS told FROM idexx_sync_audit_log WHERE action = 'sentence.answered'"
    )
    assert not any("peacefully" in row["told"] or standard in row["told"] for row in told)
    synced.sync()
    assert states(synced, keys) == [SCHEDULED] * 3, "it stays so"
    assert sentences.take_back(standard) == 3
    assert (states(synced, keys), sentences.said()) == ([HELD] * 3, [])


def test_what_is_told_of_another_animal_is_so_for_one_patient(synced: Practice, keys: list[str]) -> None:
    [asked] = seen(synced, keys[0]).asked_sentences
    other = Known.ANOTHER_ANIMAL
    synced.program.sentences.say(keys[0], asked.fingerprints[other], other)
    assert states(synced, keys) == [SCHEDULED, HELD, HELD]


def test_only_what_is_asked_about_can_be_said(synced: Practice, keys: list[str]) -> None:
    [asked] = seen(synced, keys[0]).asked_sentences
    standard, other = (asked.fingerprints[means] for means in Known)
    wrong = [
        (keys[0], "0" * 64, Known.STANDARD_TEXT),
        (keys[0], standard, Known.ANOTHER_ANIMAL),
        (keys[1], other, Known.ANOTHER_ANIMAL),
        ("a:none", standard, Known.STANDARD_TEXT),
    ]
    for key, fingerprint, means in wrong:
        with pytest.raises(Failure) as refused:
            synced.program.sentences.say(key, fingerprint, means)
        assert refused.value.code is FailureCode.INVALID_INPUT
    assert states(synced, keys) == [HELD] * 3
    assert synced.program.sentences.take_back("0" * 64) == 0


def test_the_list_has_an_end(synced: Practice, keys: list[str]) -> None:
    with synced.program.records.transaction() as tx:
        for number in range(2000):
            assert tx.known_sentences.answer(f"{number:064x}", Known.STANDARD_TEXT)
    [asked] = seen(synced, keys[0]).asked_sentences
    with pytest.raises(Failure) as refused:
        synced.program.sentences.say(keys[0], asked.fingerprints[Known.STANDARD_TEXT], Known.STANDARD_TEXT)
    assert "Settings" in refused.value.title
