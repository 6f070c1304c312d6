"""A profile made from a backup: on a new computer, or in place of records that are set aside and never deleted.

Everything is made and tried beside what is there; one renaming at the end puts it in place. What a backup can't know
is not guessed: calls are paused, because calls that were made since, decisions and opt-outs are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from idexx_desktop.db import embedded, migrate, provision
from idexx_desktop.db.backup_catalogue import require_ours
from idexx_desktop.db.backup_contents import checked_contents_of
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.backup import PARTS, never, workshop
from idexx_desktop.db.server.drives import require_local
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import Backup, BackupState, FoundBackup, ProvedBy, Restored
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.ending import unbroken
from idexx_desktop.services import backup_file, backup_state
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.backup_proving import Chosen, Wanted, chosen_here, require_proved
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.places import LOGIN, LOGIN_PASSWORD, keep_new_login, server_of, store_of
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.vault.stores import SecretStore

# what a server says of records that aren't whole
_OF_A_SERVER = (FailureCode.DATABASE_UNREACHABLE, FailureCode.DATABASE_REFUSED, FailureCode.OURS)


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
    wanted: Wanted,
    clock: Clock,
    open_program: Callable[[Environment], OpenProgram],
) -> Restored:
    """Make the records of this profile those of a backup. Interrupted at any point it can be repeated.

    INVALID_INPUT where there are records and they are not to be replaced, or where they are another clinic's or on a
    server; BACKUP_NOT_PROVED, CODE_REFUSED where nothing proves it; BACKUP_UNUSABLE, with nothing changed, where the
    backup is damaged, was changed or doesn't fit this program.
    """
    with ExitStack() as finishing:
        found, aside = _put_back(environment, wanted, clock, finishing)
        program = finishing.enter_context(closing(open_program(environment)))
        renewed = program.audit.check.after_restore(found.backup.contents.chains)
        return Restored(found, aside, renewed, program.calls.paused(), program.credentials.obstacle())


def _put_back(
    environment: Environment, wanted: Wanted, clock: Clock, finishing: ExitStack
) -> tuple[FoundBackup, Path | None]:
    """The backup that was put back, and where the records of before lie (None: there were none).

    From then on, until `finishing` is closed, no word to end breaks the rest off.
    """
    profile = profiles.load(environment.home)
    if profile is not None and profile.complete and not wanted.replace_records:
        title = "This computer has records already, so nothing was changed."
        advice = "To put the backup in their place, restore with --replace: they are set aside, not deleted."
        raise Failure(FailureCode.INVALID_INPUT, "there are records", title=title, advice=advice)
    chosen = chosen_here(environment, profile, wanted.source, wanted.kit_code)
    backup = chosen.found.backup
    _require_same_clinic(profile, backup)
    require_proved(chosen.found, unverified=wanted.unverified)
    if wanted.tell is not None:
        wanted.tell(chosen.found)
    fresh = profile is None or not profile.complete
    if fresh:
        require_local(environment.home)
    if profile is None:
        profile = profiles.new_profile(EMBEDDED)
    # opened before the profile is written: where there is no safe place for keys, nothing is made
    store = store_of(environment, profile)
    if fresh:
        profile = replace(profile, records=EMBEDDED)
        profiles.save(environment.home, profile)
    aside = _put_in_place(server_of(environment, store), store, chosen, clock, finishing)

    def restored(state: BackupState) -> BackupState:
        return replace(state, restored_from=backup.made_at)

    with suppress(Failure):  # what can't be read is said where backups are, and left as it is
        backup_state.change(environment.home, restored)
    profiles.save(environment.home, _of_backup(environment, profile, backup))
    return chosen.found, aside


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


def _put_in_place(
    server: EmbeddedServer, store: SecretStore, chosen: Chosen, clock: Clock, finishing: ExitStack
) -> Path | None:
    backup, proved = chosen.found.backup, chosen.found.proved_by is not ProvedBy.NOBODY
    with workshop(server) as shop:
        _require_fit(backup, shop.cluster.programs.major_version())
        with ExitStack() as trial:
            with _damage_named():
                shop.unpack(backup_file.parts_of(chosen.file, PARTS))
                shop.trial.set_password(server.superuser_password())
                address = trial.enter_context(shop.running(store))
                require_ours(shop, address, backup.contents.revision, LOGIN, whole=not proved)
                owner = embedded.owner_url(address)
                if checked_contents_of(owner, never) != backup.contents:
                    raise Failure(FailureCode.BACKUP_UNUSABLE, "it doesn't hold what it was made of")
            provision.prepare(owner)  # the backup may be of an older program
            password = _keep_login(owner, store, backup)
            _finish(embedded.url_of(address, LOGIN, password), chosen.found, clock)
        shop.trial.sync()
        finishing.enter_context(unbroken(last=True))
        return server.put_in_place(shop.trial)


@contextmanager
def _damage_named() -> Iterator[None]:
    """Where no server gets along with what was unpacked, the backup is damaged; a full disk is another matter."""
    try:
        yield
    except Failure as failure:
        if failure.code not in _OF_A_SERVER or failure.title != failure.words.title:
            raise
        raise Failure(FailureCode.BACKUP_UNUSABLE, failure.detail) from failure


def _require_fit(backup: Backup, postgres: str) -> None:
    if backup.postgres != postgres:
        raise Failure(
            FailureCode.BACKUP_UNUSABLE,
            f"of PostgreSQL {backup.postgres}, this program brings {postgres}",
            title=f"This backup was made with PostgreSQL {backup.postgres}; this program runs {postgres} here.",
            advice=f"Restore it with version {backup.program} of this program, or on an installed PostgreSQL"
            f" {backup.postgres} (IDEXX_DESKTOP_POSTGRES names the folder of its programs).",
        )
    if backup.contents.revision not in migrate.known_revisions():
        raise backup_file.newer_program(backup.program)


def _keep_login(owner: str, store: SecretStore, backup: Backup) -> str:
    """The program's own login. A password that this computer has stays: it opens the records of before, too."""
    whose, password = backup.whose, store.get(LOGIN_PASSWORD)
    if password is None:
        return keep_new_login(owner, store, whose.email, whose.practice, whose.clinic_id)
    clinic = provision.name_now(owner, whose.clinic_id, whose.practice)
    provision.add_user(owner, whose.email, "user", LOGIN, password, clinic)
    return password


def _finish(url: str, found: FoundBackup, clock: Clock) -> None:
    """Before the records are put in place: without its row in the activity record nothing is restored."""
    backup = found.backup
    database = Database(url)
    try:
        records = ClinicRecords(database, database.identity().user_id, backup.whose.clinic_id)
        calls = CallService(records, clock)
        # what nobody has proved may say that its calls wait, and hold calls that don't
        if found.proved_by is ProvedBy.NOBODY or not (calls.paused() or calls.review_mode()):
            calls.pause_all()
        told = {
            "backup_id": backup.id,
            "made_at": backup.made_at.isoformat(),
            "visits": backup.contents.visits,
            "proved_by": str(found.proved_by),
        }
        with records.transaction() as tx:
            tx.audit.record(Action.BACKUP_RESTORED, "ok", metadata=told)
    finally:
        database.close()
