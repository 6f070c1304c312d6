"""Records that can't be read any more are set aside, whole and unused, so that this computer can be set up anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from idexx_desktop.domain.backup import BackupState
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import backup_state
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.audit_heads import SignedHeads
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.places import server_of, store_of
from idexx_desktop.services.profile import EMBEDDED
from idexx_desktop.vault.signing import RecordSigner


def begin_anew(environment: Environment) -> Path | None:
    """Where the records of before lie from now on; None where there were none any more. Interrupted it can be repeated.

    INVALID_INPUT, with nothing changed, while a program uses them or where they are on a server.
    """
    home = environment.home
    profile = profiles.existing(home)
    if profile.records != EMBEDDED:
        title = "Your clinic's records are on its server, so nothing is set aside here."
        raise Failure(FailureCode.INVALID_INPUT, "records on a server", title=title)
    store = store_of(environment, profile)
    aside = server_of(environment, store).set_aside()
    # what these prove and remember is of the records of before: backups of those are never removed for newer ones
    SignedHeads(home, RecordSigner(store), store, SystemClock()).set_aside()
    backup_state.change(home, lambda _: BackupState(), anew=True)
    # last: from here on this computer counts as one that isn't set up
    empty = replace(profile, complete=False, practice="", clinic_id="", user_id="", email="", login="")
    profiles.save(home, empty)
    return aside
