"""No name, number, note or secret reaches the activity record, whatever is synced, decided, held or exported."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop.domain.audit import METADATA_KEYS, Action
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import AuditFilter, CallOutcomeKind
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.simulator.world import Appointment, Consultation, Quirk
from tests.audited.recipe import Scene
from tests.support.canaries import forms_of
from tests.support.practice import Practice, Practices

FIRST, LAST, PET = "Canaryn", "O'Kanari", "Tweety Käse"
PHONE, E164 = "(206) 555-0147", "+12065550147"
OTHER_PHONE, OTHER_E164 = "(206) 555-0149", "+12065550149"
REASON, NOTE, SUMMARY, WHY = (
    "itchy canary wing",
    "Canary ate <b>too much</b>",
    "Give canary seed",
    "canary said so",
)
PASSWORD = "canary-password-7f3a"
CANARIES = (
    FIRST,
    LAST,
    PET,
    PHONE,
    E164,
    E164[2:],
    OTHER_PHONE,
    OTHER_E164,
    REASON,
    "Canary ate",
    SUMMARY,
    WHY,
    PASSWORD,
)


def plant(practice: Practice) -> None:
    """Three visits of the canary's: one that is called about, one to decide, one that can't be read.

    The third owner is another of that name: what can't be read keeps its own household from being called.
    """
    world = practice.site.world
    owners = [world.add_owner(FIRST, LAST, phone, "canary@owner.example") for phone in (PHONE, OTHER_PHONE)]
    pets = [world.add_pet(owner, PET) for owner in owners]
    template = next(row for row in world.consultations if row.provider_id is not None)
    readable = frozenset[Quirk]()
    for pet, quirks in (
        (pets[0], readable), (pets[0], readable), (pets[1], frozenset({Quirk.GARBAGE_PAGE})),
    ):  # fmt: skip
        appointment = world.add_appointment(
            Appointment(
                0, template.at, pet_id=pet.id, provider_id=template.provider_id, reason=REASON, title=PET
            )
        )
        consultation = Consultation(
            0, template.at, pet.id, template.provider_id, appointment.id, REASON, NOTE, SUMMARY, quirks=quirks
        )
        world.add_consultation(consultation)


def use(scene: Scene) -> None:
    """Whatever a person may type, typed."""
    practice = scene.practice
    program = practice.program
    mine = [visit for visit in practice.visits().values() if visit.patient_name == PET]
    assert len(mine) >= 2
    for visit in mine:
        program.visits.get(visit.visit_key)
    program.visits.decide(mine[0].visit_key, PersonChoice.NO_CALL, WHY)
    program.visits.undo_decision(mine[0].visit_key)
    call = next(row for row in practice.queued() if row.customer_phone == E164)
    program.calls.record_outcome(call.id, CallOutcomeKind.VOICEMAIL, WHY)
    program.calls.undo_outcome(call.id)
    program.calls.hold(call.id, WHY)
    program.calls.opt_out(PHONE, WHY)
    program.calls.withdraw_opt_out(E164)
    program.credentials.save(NeoLogin("4242", f"{FIRST}@oak.example", PASSWORD))
    program.audit.rows(AuditFilter(text=WHY), Page())
    program.audit.export(scene.folder / "record.jsonl")
    scene.retention.release_hold(scene.retention.place_hold(WHY))
    for attempt in (
        lambda: program.visits.decide(PET, PersonChoice.CALL, WHY),
        lambda: program.calls.opt_out(NOTE, WHY),
    ):
        with pytest.raises(Failure):
            attempt()


def test_nothing_of_what_was_planted(practices: Practices, tmp_path: Path) -> None:
    practice = practices("ordinary-day", visits=3)
    plant(practice)
    result = practice.sync()
    assert (result.failure, len(result.failures)) == (None, 1)
    use(Scene(practice, practices, tmp_path))
    assert practice.query("SELECT 1 FROM public.patients WHERE name = %s", PET)  # it is all there, elsewhere
    rows = practice.query(
        "SELECT to_jsonb(log) - 'hash' - 'previous_hash' AS row FROM public.idexx_sync_audit_log log"
    )
    assert len(rows) > 20
    assert leaks(rows) == []
    for entry in (row["row"] for row in rows):
        assert (entry["metadata"] or {}).keys() <= METADATA_KEYS[Action(entry["action"])]
        assert (entry["error_details"] or {}).keys() <= {"code", "detail"}
        assert len(str(entry["metadata"]) + str(entry["error_details"])) < 8192
    # and a leak would be found
    assert leaks([*rows, {"row": {"metadata": {"reason": WHY}}}]) == [WHY]


def leaks(rows: list[dict[str, object]]) -> list[str]:
    """What of the planted can be read in these rows, in any form."""
    texts = "\n".join(str(row["row"]) for row in rows).encode()
    return [canary for canary in CANARIES if any(form in texts for form in forms_of(canary))]
