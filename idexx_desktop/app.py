"""Opening, making, restoring and removing a profile: each leads to an open program, or takes one down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from idexx_desktop.domain.addresses import is_same_site
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import Restored
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.opening import open_profile, open_program
from idexx_desktop.program import Program
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.backup_proving import Wanted, look_at_backup
from idexx_desktop.services.environment import Environment, read_environment
from idexx_desktop.services.places import (
    SERVER_ADDRESS,
    embedded_server,
    store_of,
)
from idexx_desktop.services.profile import EMBEDDED, SERVER, Profile
from idexx_desktop.services.setting_up import SetUp, checked, make_records, require_usable
from idexx_desktop.simulator.practice import PracticeSite, practice_neo
from idexx_desktop.vault.stores import SecretStore

if TYPE_CHECKING:
    from idexx_desktop.services.doctor import Check

__all__ = [
    "Environment", "PracticeSite", "Program", "SetUp", "Wanted", "check_up", "look_at_backup", "open_program",
    "practice_neo", "read_environment", "remove_records", "restore", "set_up", "stop_server",
]  # fmt: skip


@contextmanager
def set_up(environment: Environment, wanted: SetUp) -> Iterator[tuple[Program, bool]]:
    """Make the profile and open it; False beside it where it was there already and nothing was changed.

    Interrupted at any point it can be repeated: what is there is used, what is absent is made. So is Neo's address
    where nobody has said one on this computer yet.
    """
    profile = profiles.load(environment.home)
    if profile is not None and profile.complete:
        with open_profile(environment, profile, store_of(environment, profile)) as program:
            if wanted.neo_url and not profile.neo_url:  # nobody had to say it when this profile was made
                program.neo_address.use(wanted.neo_url)
            yield program, False
        return
    wanted = checked(wanted)
    require_usable(environment)
    if profile is None:
        profile = profiles.new_profile(SERVER if environment.database_url else EMBEDDED)
        # opened before the profile is written: where there is no safe place for keys, nothing is made
        store = store_of(environment, profile)
        profiles.save(environment.home, profile)
    else:
        store = store_of(environment, profile)
        profile = _chosen_anew(environment, profile, store)
        profiles.save(environment.home, profile)
    profile = make_records(environment, profile, store, wanted)
    with open_profile(environment, profile, store) as program:
        with program.records.transaction() as tx:
            suggested = tx.settings.suggested_address().address
            tx.audit.record(Action.PROFILE_CREATED, "ok", metadata={"records": profile.records})
        # whoever names an address at set-up has answered what the records suggest
        said = bool(profile.neo_url) and not is_same_site(suggested, profile.neo_url)
        made = replace(profile, complete=True, in_keyring=environment.vault_passphrase is None)
        profiles.save(environment.home, replace(made, neo_urls_declined=[suggested] if said else []))
        yield program, True


def stop_server(environment: Environment) -> bool:
    """Stop the profile's embedded server; False where none was running."""
    profile = profiles.load(environment.home)
    if profile is None:
        raise Failure(FailureCode.NO_PROFILE, str(environment.home))
    if profile.records != EMBEDDED:
        return False
    server = embedded_server(environment, store_of(environment, profile))
    status = server.status()
    # also where it doesn't run here: another computer's server isn't passed over in silence
    if status.prepared:
        server.stop()
    return status.running


def remove_records(environment: Environment) -> None:
    """Stop the embedded server of a profile and delete its data: for a demo's clinic, never for a real one."""
    profile = profiles.load(environment.home)
    if profile is None or profile.records != EMBEDDED:
        return
    if profile.complete and not profile.practice_site:
        title = "Only the records of a practice clinic are removed."
        raise Failure(FailureCode.INVALID_INPUT, "practice", title=title)
    embedded_server(environment, store_of(environment, profile)).remove()


def restore(environment: Environment, wanted: Wanted) -> Restored:
    """Make this computer's records those of a backup, a file or the best of a folder; see `restoring.restore`."""
    from idexx_desktop.services import restoring  # provisioning and Alembic: rarely

    return restoring.restore(environment, wanted, SystemClock(), open_program)


def check_up(environment: Environment) -> list[Check]:
    """Check every part of the program and the profile."""
    from idexx_desktop.services.doctor import check_parts

    return check_parts(environment, open_program)


def _chosen_anew(environment: Environment, profile: Profile, store: SecretStore) -> Profile:
    """A set-up that was broken off may go on with the records in another place."""
    on_server = profile.records == SERVER and store.get(SERVER_ADDRESS) is not None
    return replace(profile, records=SERVER if environment.database_url or on_server else EMBEDDED)
