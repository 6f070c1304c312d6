"""How consents of owners come into the activity record."""

from __future__ import annotations

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.consents import ConsentScope, ConsentWay, NewConsent
from tests.audited.recipe import Recipe, Scene
from tests.audited.recipes import seen

STANDING = seen("SELECT phone, scope, withdrawn_at FROM public.call_consents ORDER BY recorded_at")


def agree(scene: Scene) -> None:
    given = NewConsent("510-555-0142", ConsentScope.CALLS, ConsentWay.FORM, given_by="Ana Diaz")
    scene.practice.program.consents.add(given)


def withdraw(scene: Scene) -> None:
    [consent] = scene.practice.program.consents.all()
    scene.practice.program.consents.withdraw(consent.id)


CONSENTS = {
    Action.CONSENT_RECORDED: Recipe(agree, STANDING),
    Action.CONSENT_WITHDRAWN: Recipe(withdraw, STANDING, agree),
}
