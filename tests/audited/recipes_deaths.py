"""How what people tell of pets that died, and who is calling, come into the activity record."""

from __future__ import annotations

from idexx_desktop.domain.audit import Action
from tests.audited.recipe import Recipe, Scene
from tests.audited.recipes import CALLS, about_a_call, seen

DEATHS = "SELECT visit_key, told_by_name FROM public.deaths"
ACTS = "SELECT act, done_by_name FROM public.death_acts ORDER BY done_at"
CLAIMS = "SELECT call_id, name, device FROM public.call_claims"


def tell(scene: Scene) -> None:
    scene.practice.program.deaths.tell([scene.kept["key"]])


def told(scene: Scene) -> None:
    """A death stands whose owner was sent no card."""
    if not scene.practice.program.deaths.without_card():
        about_a_call(scene)
        tell(scene)
    *_, death = scene.practice.program.deaths.without_card()
    scene.kept |= {"death": death, "key": death.pet.visit_key}


def told_by_hand(scene: Scene) -> None:
    """A death is there, and what is queued for the pet was not stopped yet."""
    about_a_call(scene)
    scene.practice.query(
        "INSERT INTO public.deaths (clinic_id, visit_key, patient_id, told_by_name, told_at)"
        " SELECT clinic_id, visit_key, patient_id, 'a@oak.example', now() FROM public.visits WHERE visit_key = %s",
        scene.kept["key"],
    )


def stop(scene: Scene) -> None:
    with scene.practice.program.records.transaction() as tx:
        tx.deaths.stop_calls()


def claim(scene: Scene) -> None:
    scene.practice.program.claims.claim(scene.kept["call"].id)


def claimed(scene: Scene) -> None:
    about_a_call(scene)
    claim(scene)


DIED = {
    Action.CALL_CLAIMED: Recipe(claim, seen(CLAIMS), about_a_call),
    Action.CALL_RELEASED: Recipe(
        lambda scene: scene.practice.program.claims.release(scene.kept["call"].id), seen(CLAIMS), claimed
    ),
    Action.DEATH_TOLD: Recipe(tell, seen(DEATHS), about_a_call),
    Action.DEATH_WITHDRAWN: Recipe(
        lambda scene: scene.practice.program.deaths.take_back(scene.kept["key"]), seen(ACTS), told
    ),
    Action.CALL_STOPPED: Recipe(stop, seen(CALLS), told_by_hand),
    Action.DEATH_CARD: Recipe(
        lambda scene: scene.practice.program.deaths.note_card(scene.kept["death"].id), seen(ACTS), told
    ),
}
