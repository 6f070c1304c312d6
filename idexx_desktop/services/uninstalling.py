"""Every place where a profile has put something, and their removal. Backups stay: they are the clinic's."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from idexx_desktop.db.server.embedded import PASSWORD_NAME as SUPERUSER_PASSWORD
from idexx_desktop.db.server.place import system_places
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import backup_state
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.audit_heads import HEADS_ENTRY
from idexx_desktop.services.autostart import autostart_of
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.moving import moved_from
from idexx_desktop.services.places import LOGIN_PASSWORD, SERVER_ADDRESS, server_of, store_of
from idexx_desktop.services.profile import EMBEDDED
from idexx_desktop.sync import proxy_sign_in
from idexx_desktop.sync.sharing import BEGUN_ENTRY
from idexx_desktop.vault.forgetting import forget_all


@dataclass(frozen=True, slots=True)
class Place:
    """`what` lies there, in words. `stays`: it isn't removed with the profile."""

    what: str
    where: str
    stays: bool = False


def places(environment: Environment) -> list[Place]:
    """All places of this profile. NO_PROFILE where there is none."""
    home = environment.home
    profile = profiles.existing(home)
    found = [Place("the profile: settings, and the records where they are on this computer", str(home))]
    outside = system_places(home / "server")
    found += [Place("records, of now or set aside by a restore", str(place)) for place in outside]
    if environment.vault_passphrase is None:
        found.append(Place("passwords and keys", store_of(environment, profile).description))
    if autostart_of(home).is_on():
        found.append(Place("the start with your session", "this computer's list of programs to start"))
    before = moved_from(home)
    if before is not None:
        found.append(Place("the profile as it was before it was moved here", str(before), stays=True))
    backups = {Path(made.file).parent for made in backup_state.known(home).made}
    found += [Place("backups", str(folder), stays=True) for folder in sorted(backups)]
    return found


def uninstall(environment: Environment, practice: str) -> list[Place]:
    """Remove all of them but those that stay. INVALID_INPUT, with nothing changed, where `practice` isn't the clinic's
    name as it is written, or a program has the records open.
    """
    home = environment.home
    profile = profiles.existing(home)
    if practice != profile.practice:
        title = (
            f"To delete this computer's records, type the clinic's name as it is written: {profile.practice}"
        )
        raise Failure(FailureCode.INVALID_INPUT, "practice", title=title, advice="Nothing was changed.")
    found, store = places(environment), store_of(environment, profile)
    if profile.records == EMBEDDED:
        server = server_of(environment, store)
        with server.closed():
            """No program has it open, of this computer or another."""
        server.remove()
    forget_all(
        store,
        (SUPERUSER_PASSWORD, LOGIN_PASSWORD, SERVER_ADDRESS, HEADS_ENTRY, BEGUN_ENTRY, proxy_sign_in.NAME),
    )
    autostart_of(home).turn_off()
    try:
        shutil.rmtree(home)
    except OSError as error:
        title = f"{home} couldn't be removed whole: {error.strerror or type(error).__name__}."
        raise Failure(FailureCode.INVALID_INPUT, "uninstall", title=title) from error
    return found
