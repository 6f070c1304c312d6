"""A profile made from a backup: on a new computer, or in place of records that are set aside and never deleted.

Everything is made and tried beside what is there; one renaming at the end puts it in place. What a backup can't know
is not guessed: calls are paused, because calls that were made since, decisions and opt-outs are not in it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from idexx_desktop.db import embedded, migrate, provision
from idexx_desktop.db.backup_contents import checked_contents_of
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.backup import PARTS, never, workshop
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import Backup, BackupState, Restored
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import backup_file, backup_state
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.places import LOGIN, LOGIN_PASSWORD, keep_new_login, server_of, store_of
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.vault.stores import SecretStore


class OpenProgram(Protocol):
    """What a restore uses of the open profile."""

    @property
    def audit(self) -> AuditService: ...
    @property
    def calls(self) -> CallService: ...
    @property
    def credentials(self) -> CredentialService: ...
    def close(self) -> None: ...


def restore(
    environment: Environment,
    source: Path,
    clock: Clock,
    open_program: Callable[[Environment], OpenProgram],
    *,
    replace_records: bool,
) -> Restored:
    """Make the records of this profile those of a backup. Interrupted at any point it can be repeated.

    INVALID_INPUT where there are records and `replace_records` is False, or where they are another clinic's or on a
    server; BACKUP_UNUSABLE, with nothing changed, where the backup is damaged or doesn't fit this program.
    """
    backup, aside = _put_back(environment, source, clock, replace_records=replace_records)
    with closing(open_program(environment)) as program:
        renewed = program.audit.check.after_restore(backup.contents.chains)
        return Restored(backup, aside, renewed, program.calls.paused(), program.credentials.obstacle())


def chosen_backup(source: Path) -> Backup:
    """A file, or the newest good backup of a folder. BACKUP_UNUSABLE where there is none.

    INVALID_INPUT for a folder with backups of several clinics.
    """
    if not source.is_dir():
        return backup_file.read(source)
    found = backup_file.backups_in(source)
    if not found:
        title = "There is no good backup in this folder."
        advice = "Choose the folder, or the drive, that the backups were put in."
        raise Failure(FailureCode.BACKUP_UNUSABLE, "no backup", title=title, advice=advice)
    if len({backup.whose.clinic_id for backup in found}) > 1:
        names = ", ".join(sorted({backup.whose.practice for backup in found}))
        title = f"This folder holds backups of several clinics ({names}). Choose one of the files."
        raise Failure(FailureCode.INVALID_INPUT, "several clinics", title=title)
    return found[0]


def _put_back(
    environment: Environment,
    source: Path,
    clock: Clock,
    *,
    replace_records: bool,
) -> tuple[Backup, Path | None]:
    """The backup that was put back, and where the records of before lie (None: there were none)."""
    profile = profiles.load(environment.home)
    if profile is not None and profile.complete and not replace_records:
        title = "This computer has records already, so nothing was changed."
        advice = "To put the backup in their place, restore with --replace: they are set aside, not deleted."
        raise Failure(FailureCode.INVALID_INPUT, "there are records", title=title, advice=advice)
    backup = chosen_backup(source)
    _require_same_clinic(profile, backup)
    fresh = profile is None or not profile.complete
    if profile is None:
        profile = profiles.new_profile(EMBEDDED)
    # opened before the profile is written: where there is no safe place for keys, nothing is made
    store = store_of(environment, profile)
    if fresh:
        profile = replace(profile, records=EMBEDDED)
        profiles.save(environment.home, profile)
    aside = _put_in_place(server_of(environment, store), store, backup, clock)

    def restored(state: BackupState) -> BackupState:
        return replace(state, restored_from=backup.made_at)

    backup_state.change(environment.home, restored)
    profiles.save(environment.home, _of_backup(environment, profile, backup))
    return backup, aside


def _of_backup(environment: Environment, profile: Profile, backup: Backup) -> Profile:
    whose = backup.whose
    return replace(
        profile,
        practice=whose.practice,
        clinic_id=whose.clinic_id,
        email=whose.email,
        login=LOGIN,
        complete=True,
        practice_site=whose.practice_site,
        in_keyring=environment.vault_passphrase is None,
    )


def _require_same_clinic(profile: Profile | None, backup: Backup) -> None:
    if profile is None or not profile.complete:
        return
    if profile.records != EMBEDDED:
        title = "Your clinic's records are on its server, so a backup of one computer isn't restored here."
        raise Failure(FailureCode.INVALID_INPUT, "records on a server", title=title)
    if profile.clinic_id != backup.whose.clinic_id:
        title = f"This backup is of {backup.whose.practice}, and the records here are of {profile.practice}."
        raise Failure(FailureCode.INVALID_INPUT, "another clinic", title=title)


def _put_in_place(server: EmbeddedServer, store: SecretStore, backup: Backup, clock: Clock) -> Path | None:
    with workshop(server) as shop:
        _require_fit(backup, shop.cluster.programs.major_version())
        backup_file.check(backup.path, PARTS, never)
        shop.unpack(backup_file.parts_of(backup.path, PARTS))
        shop.trial.set_password(server.superuser_password())
        with shop.running(store) as address:
            owner = embedded.owner_url(address)
            if checked_contents_of(owner, never) != backup.contents:
                raise Failure(FailureCode.BACKUP_UNUSABLE, "it doesn't hold what it was made of")
            provision.prepare(owner)  # the backup may be of an older program
            password = _keep_login(owner, store, backup)
            _finish(embedded.url_of(address, LOGIN, password), backup, clock)
        shop.trial.sync()
        return server.put_in_place(shop.trial)


def _require_fit(backup: Backup, postgres: str) -> None:
    if backup.postgres != postgres:
        raise Failure(
            FailureCode.BACKUP_UNUSABLE,
            f"of PostgreSQL {backup.postgres}, this program brings {postgres}",
            title=f"This backup was made with PostgreSQL {backup.postgres}; this program runs {postgres} here.",
            advice=f"Restore it with version {backup.program} of this program, or on an installed PostgreSQL"
            f" {backup.postgres}: name the folder of its programs in IDEXX_DESKTOP_POSTGRES.",
        )
    if backup.contents.revision not in migrate.known_revisions():
        raise backup_file.newer_program(backup.program)


def _keep_login(owner: str, store: SecretStore, backup: Backup) -> str:
    """The program's own login. A password that this computer has stays: it opens the records of before, too."""
    whose, password = backup.whose, store.get(LOGIN_PASSWORD)
    if password is None:
        return keep_new_login(owner, store, whose.email, whose.practice)
    provision.add_user(owner, whose.email, "user", LOGIN, password, whose.practice)
    return password


def _finish(url: str, backup: Backup, clock: Clock) -> None:
    """Before the records are put in place: without its row in the activity record nothing is restored."""
    database = Database(url)
    try:
        records = ClinicRecords(database, database.identity().user_id, backup.whose.clinic_id)
        calls = CallService(records, clock, backup.whose.email)
        if not calls.paused() and not calls.review_mode():
            calls.pause_all()
        told = {
            "backup_id": backup.id,
            "made_at": backup.made_at.isoformat(),
            "visits": backup.contents.visits,
        }
        with records.transaction() as tx:
            tx.audit.record(Action.BACKUP_RESTORED, "ok", metadata=told)
    finally:
        database.close()
