"""How what people say of Neo's values, of the practice's words and of sentences comes into the activity record."""

from __future__ import annotations

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.known_sentences import Known
from idexx_desktop.domain.owner_numbers import Contact, PartOfDay
from idexx_desktop.domain.practice_words import WordAbout
from idexx_desktop.domain.visits import About, Told, VisitState
from tests.audited.recipe import Recipe, Scene
from tests.audited.recipes import seen

NUMBER = "+15105550111"


def ask(scene: Scene) -> None:
    """Neo sent a value that nobody knows."""
    with scene.practice.program.records.transaction() as tx:
        tx.neo_fields.note_values([Told(About.ANIMAL, "patient.status", "d")])
    [scene.kept["value"]] = [row.id for row in scene.practice.program.neo_words.values()]


def occur(scene: Scene) -> None:
    """A type of appointment that nobody confirmed."""
    with scene.practice.program.records.transaction() as tx:
        tx.practice_words.note([(WordAbout.TYPE, "A very odd type")])
    words = scene.practice.program.neo_words.practice()
    scene.kept["word"] = next(word.id for word in words if word.name == "A very odd type")


def hold_for_a_sentence(scene: Scene) -> None:
    """A visit whose notes hold a sentence that a person can say something of."""
    practice, means = scene.practice, Known.ANOTHER_ANIMAL
    visit = next(each for each in practice.visits().values() if each.state is VisitState.SCHEDULED)
    practice.site.world.write_notes(
        visit.consultation_id or "", "<p>The patient passed away peacefully, its owners say.</p>"
    )
    practice.sync()
    [asked] = practice.program.visits.get(visit.visit_key).asked_sentences
    scene.kept["sentence"] = (visit.visit_key, asked.fingerprints[means], means)


def colleague_looks_on(scene: Scene) -> None:
    """A colleague says that a number is wrong to which this account has a call."""
    scene.kept["colleague"] = scene.practices.colleague(scene.practice)
    scene.kept["number"] = scene.practice.queued()[0].customer_phone


MEANT = {
    Action.NEO_VALUE_ANSWERED: Recipe(
        lambda scene: scene.practice.program.neo_words.answer([scene.kept["value"]], True),
        seen("SELECT is_alive, answered_by_name FROM public.neo_values"),
        ask,
    ),
    Action.PRACTICE_WORD_ANSWERED: Recipe(
        lambda scene: scene.practice.program.neo_words.confirm(scene.kept["word"], "no_call"),
        seen("SELECT meaning, answered_by_name FROM public.practice_words"),
        occur,
    ),
    Action.SENTENCE_ANSWERED: Recipe(
        lambda scene: scene.practice.program.sentences.say(*scene.kept["sentence"]),
        seen("SELECT fingerprint, meaning, said_by_name FROM public.known_sentences"),
        hold_for_a_sentence,
    ),
    Action.NUMBER_ANSWERED: Recipe(
        lambda scene: scene.practice.program.numbers.tell_wrong(NUMBER),
        seen("SELECT phone, told_by_name, undone_at FROM public.wrong_numbers"),
    ),
    Action.OWNER_CONTACT_ANSWERED: Recipe(
        lambda scene: scene.practice.program.numbers.keep(NUMBER, Contact(suits=PartOfDay.EVENING)),
        seen("SELECT phone, suits, said_by_name, withdrawn_at FROM public.owner_contacts"),
    ),
    Action.CALL_HELD_WRONG_NUMBER: Recipe(
        lambda scene: scene.kept["colleague"].program.numbers.tell_wrong(scene.kept["number"]),
        seen("SELECT id, status FROM public.scheduled_discharge_calls ORDER BY id"),
        colleague_looks_on,
    ),
}
