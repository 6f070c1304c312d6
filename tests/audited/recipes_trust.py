"""How computers, the recovery kit and the record's own use come into the activity record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.filters import AuditFilter, VisitFilter
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.retention import WAIT
from tests.audited.recipe import Recipe, Scene, Step
from tests.audited.recipes import CREDENTIAL, seen
from tests.support.old_rows import as_root, empty_record, pretend_exported, write_rows
from tests.support.practice import Practice

KEYS = "SELECT key_id, computer_id FROM public.sealed_keys ORDER BY 1, 2"
LISTS = "SELECT lineage, version FROM public.computer_lists ORDER BY 1, 2"
REQUESTS = "SELECT computer_id, proof FROM public.computer_requests ORDER BY 1"
KITS = "SELECT kit_id FROM public.recovery_kits"
HOLDS = "SELECT id, released_at FROM idexx_app.audit_holds ORDER BY id"
EXPORTS = "SELECT month FROM idexx_app.audit_exports ORDER BY number"
OLD_ROWS = "SELECT count(*) FROM public.idexx_sync_audit_log WHERE timestamp < '2020-01-01'"
JANUARY = date(2019, 1, 1)


# computers


def newcomer(scene: Scene, name: str = "Front desk 2") -> Practice:
    """Another computer on the same records, which has not been approved."""
    scene.kept["new"] = scene.practices.computer(scene.practice, name)
    return second(scene)


def second(scene: Scene) -> Practice:
    found: Practice = scene.kept["new"]
    return found


def ask(scene: Scene) -> None:
    scene.kept["code"] = second(scene).program.computers.ask()


def asking(scene: Scene) -> None:
    newcomer(scene)
    ask(scene)


def approve(scene: Scene) -> None:
    computers = scene.practice.program.computers
    (request,) = computers.overview().requests
    computers.approve(request.id, scene.kept["code"])


def approved(scene: Scene) -> None:
    asking(scene)
    approve(scene)


def joined(scene: Scene) -> None:
    approved(scene)
    assert second(scene).program.computers.join()


def remove(scene: Scene) -> None:
    scene.practice.program.computers.remove(second(scene).program._sharing.own().id)


def make_kit(scene: Scene) -> None:
    scene.kept["kit"] = scene.practice.program.computers.make_kit()


def with_kit(scene: Scene) -> None:
    make_kit(scene)
    newcomer(scene, "Replacement")


def keys_there(scene: Scene) -> object:
    """The keys that the other computer has."""
    return second(scene).program._sharing.keys.key_ids()


COMPUTERS = {
    Action.COMPUTER_ASKED: Recipe(ask, seen(REQUESTS), newcomer),
    Action.COMPUTER_APPROVED: Recipe(approve, seen(LISTS)),
    Action.COMPUTER_JOINED: Recipe(lambda scene: second(scene).program.computers.join(), keys_there),
    Action.COMPUTER_REMOVED: Recipe(remove, seen(KEYS)),
    Action.CREDENTIALS_KEY_ROTATED: Recipe(
        lambda scene: scene.practice.program.computers.rotate_key(), seen(CREDENTIAL)
    ),
    Action.RECOVERY_KIT_MADE: Recipe(make_kit, seen(KITS)),
    Action.RECOVERY_KIT_USED: Recipe(
        lambda scene: second(scene).program.computers.recover(scene.kept["kit"].code), keys_there, with_kit
    ),
}


# the record itself


def export(scene: Scene) -> object:
    return scene.practice.program.audit.export(scene.folder / "record.jsonl")


def save_visits(scene: Scene) -> object:
    visits = scene.practice.program.visits
    return visits.save(
        scene.folder / "visits.csv", VisitFilter(), ["Pet"], lambda visit: [visit.patient_name]
    )


def a_row(scene: Scene) -> None:
    (found,) = scene.practice.program.audit.rows(AuditFilter(), Page(limit=1))
    scene.kept["row"] = found.id


def has(name: str) -> Step:
    return lambda scene: (scene.folder / name).exists()


def hold(scene: Scene) -> None:
    scene.kept["hold"] = scene.retention.place_hold("lawsuit")


def with_old_rows(scene: Scene) -> None:
    with psycopg.connect(scene.practice.database.owner_url) as root:
        as_root(root)
        empty_record(root)
        write_rows(root, [(scene.practice.user_id, datetime(2019, 1, 9, tzinfo=UTC))])


def waited(scene: Scene) -> None:
    with psycopg.connect(scene.practice.database.owner_url) as root:
        as_root(root)
        pretend_exported(root, JANUARY, WAIT + timedelta(hours=1))


RECORD = {
    Action.AUDIT_VERIFIED: Recipe(lambda scene: scene.practice.program.audit.verify(), None),
    Action.AUDIT_REVEALED: Recipe(
        lambda scene: scene.practice.program.audit.reveal(scene.kept["row"]), None, a_row
    ),
    Action.AUDIT_EXPORTED: Recipe(export, has("record.jsonl")),
    Action.LIST_EXPORTED: Recipe(save_visits, has("visits.csv")),
    Action.AUDIT_HOLD_PLACED: Recipe(hold, seen(HOLDS)),
    Action.AUDIT_HOLD_RELEASED: Recipe(
        lambda scene: scene.retention.release_hold(scene.kept["hold"]), seen(HOLDS), hold
    ),
    Action.AUDIT_MONTH_EXPORTED: Recipe(
        lambda scene: scene.retention.export(scene.folder), seen(EXPORTS), with_old_rows
    ),
    Action.AUDIT_MONTH_REMOVED: Recipe(lambda scene: scene.retention.remove(), seen(OLD_ROWS), waited),
}
