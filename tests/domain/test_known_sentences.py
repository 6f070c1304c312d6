"""What a clinic knows counts as not written: that sentence, in that clinic or of that patient, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from idexx_desktop.domain.asked_sentences import asked_sentences, groups_of
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.known_sentences import LONGEST, Known, fingerprint, without_known
from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import Visit, VisitState
from tests.domain.builders import NOW, RULES, visit

CONSENT = "Bella passed away peacefully and was taken home by her owners."
WELL = "Dental cleaning done, four extractions. Eating well this morning, recheck in two weeks."


def knowing(*sentences: str, of: Visit, means: Known = Known.STANDARD_TEXT) -> frozenset[str]:
    return frozenset(fingerprint(sentence, of, means) for sentence in sentences)


def state(read: Visit, known: frozenset[str] = frozenset()) -> VisitState:
    return decide(read, replace(RULES, known_sentences=known), NOW).state


def test_standard_text_is_not_asked_about_again() -> None:
    held = visit(notes=f"{WELL} {CONSENT}")
    assert decide(held, RULES, NOW).reason_code is ReasonCode.MAY_HAVE_DIED
    assert state(held, knowing(CONSENT, of=held)) is VisitState.SCHEDULED
    # written otherwise, for another pet
    other = visit(
        2, notes=f"{WELL}\n\n  {CONSENT.upper().replace('BELLA', 'Max').replace('  ', ' ')}", pet="Max"
    )
    assert state(other) is VisitState.HELD
    assert state(other, knowing(CONSENT, of=held)) is VisitState.SCHEDULED


@pytest.mark.parametrize("beside", ["Died overnight.", "PTS at home on Sunday.", "Found dead by the owner."])
def test_what_stands_beside_it_is_read_as_ever(beside: str) -> None:
    for notes in (f"{WELL} {CONSENT} {beside}", f"{WELL} {beside} {CONSENT}", f"{CONSENT}\n{beside}\n{WELL}"):
        held = visit(notes=notes)
        assert state(held, knowing(CONSENT, of=held)) is VisitState.HELD


@pytest.mark.parametrize("more", [" She died.", ", and she died", " died"])
def test_another_sentence_is_another_one(more: str) -> None:
    read = visit(notes=f"{WELL} {CONSENT.rstrip('.')}{more}")
    assert without_known(read, knowing(CONSENT, of=read)) == read


def test_what_is_told_of_another_animal_holds_for_the_same_patient_alone() -> None:
    told = "Her brother Max died at home."
    held = visit(notes=f"{WELL} {told} Died at home.", patient_id="p1")
    [asked, *_] = [each for each in asked_sentences(held, RULES, NOW) if each.text == "Died at home."]
    assert Known.STANDARD_TEXT not in asked.fingerprints, "anybody's last word is nobody's standard text"
    known = frozenset({asked.fingerprints[Known.ANOTHER_ANIMAL], *knowing(told, of=held)})
    assert state(held, known) is VisitState.SCHEDULED
    another = visit(2, notes=f"{WELL} {told} Died at home.", patient_id="p2")
    assert state(another, known) is VisitState.HELD


def test_no_sentence_makes_harmless_what_leaves_no_doubt() -> None:
    reason = "Euthanasia at home on Friday"
    ended = visit(reason=reason, notes=WELL)
    assert state(ended) is VisitState.EXCLUDED
    for means in Known:
        assert state(ended, knowing(reason, of=ended, means=means)) is VisitState.EXCLUDED


def test_what_is_asked_about_is_what_is_shown_and_answers_it() -> None:
    held = visit(notes=f"{WELL} {CONSENT}")
    asked = asked_sentences(held, RULES, NOW)
    assert asked[0].text == CONSENT
    known = frozenset({asked[0].fingerprints[Known.STANDARD_TEXT]})
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in known)
    assert asked_sentences(held, replace(RULES, known_sentences=known), NOW) == ()
    assert not asked_sentences(visit(notes=WELL), RULES, NOW)


def test_a_whole_note_without_an_end_is_no_sentence() -> None:
    long = f"She died {'and so on ' * LONGEST}"
    held = visit(notes=long)
    assert all(each.text != long.strip() for each in asked_sentences(held, RULES, NOW))
    assert without_known(held, knowing(long, of=held)) == held


def test_visits_are_grouped_by_what_may_be_standard_text() -> None:
    held = [visit(number, notes=f"{WELL} {CONSENT}") for number in range(3)]
    alone = visit(9, notes=f"{WELL} The dog of the neighbours has died, she says.")
    groups = groups_of((each.visit_key, asked_sentences(each, RULES, NOW)) for each in [alone, *held])
    assert [(group.sentence.text, len(group.visit_keys)) for group in groups] == [(CONSENT, 3)]
