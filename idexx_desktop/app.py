"""The composition root: builds every part, hands it what it needs, and takes it down again in the right order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from idexx_desktop import STARTED
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.server.drives import require_local
from idexx_desktop.domain.addresses import is_same_site
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import Restored
from idexx_desktop.domain.clock import Clock, SystemClock
from idexx_desktop.domain.events import SyncEvent, SyncFinished
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import Clinic, Identity
from idexx_desktop.services import backup_state
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.allowed_hosts import AllowedHosts
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.audit_check import RecordCheck
from idexx_desktop.services.audit_heads import SignedHeads
from idexx_desktop.services.autostart import Autostart, autostart_of
from idexx_desktop.services.backup import BackupService
from idexx_desktop.services.backup_proving import Signing, Wanted, look_at_backup
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.computers import ComputerService
from idexx_desktop.services.connection import ConnectionService, explained
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.directory import DirectoryService
from idexx_desktop.services.environment import Environment, read_environment
from idexx_desktop.services.history import HistoryService
from idexx_desktop.services.neo_address import NeoAddressService
from idexx_desktop.services.own_choices import ProfileChoices
from idexx_desktop.services.places import (
    SERVER_ADDRESS,
    address_of,
    bring_up_to_date,
    embedded_server,
    owner_address,
    restarted_address,
    store_of,
)
from idexx_desktop.services.postgres_programs import check_given
from idexx_desktop.services.profile import EMBEDDED, SERVER, Profile
from idexx_desktop.services.retention import RetentionService
from idexx_desktop.services.setting_up import SetUp, checked, make_records
from idexx_desktop.services.settings import SettingsService
from idexx_desktop.services.status import StatusService
from idexx_desktop.services.support import SupportService
from idexx_desktop.services.visits import VisitService
from idexx_desktop.services.watching import RecordsWatcher, watcher_of
from idexx_desktop.simulator.practice import PracticeSite, practice_neo
from idexx_desktop.sync.parts import SyncParts, this_holder
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.sync.worker import Syncer
from idexx_desktop.vault.backup_proof import BackupSigner
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from idexx_desktop.vault.signing import RecordSigner
from idexx_desktop.vault.stores import SecretStore

if TYPE_CHECKING:
    from pathlib import Path

    from idexx_desktop.services.doctor import Check
    from idexx_desktop.services.moving import Moved
    from idexx_desktop.services.ownership import UserService
    from idexx_desktop.sync.scheduler import ScheduleRunner

__all__ = [
    "Environment", "PracticeSite", "Program", "SetUp", "Wanted", "check_up", "look_at_backup", "move_here",
    "open_program", "practice_neo", "read_environment", "remove_records", "restore", "set_up", "stop_server",
]  # fmt: skip


class Program:
    """An open profile. Its parts are made at their first use; `close` (or leaving `with`) ends it."""

    def __init__(
        self,
        environment: Environment,
        profile: Profile,
        store: SecretStore,
        database: Database,
        parts: ExitStack,
    ) -> None:
        self.environment = environment
        self.profile = profile
        self.clock: Clock = SystemClock()
        # when the command or the window was started, in the clock's monotonic seconds
        self.asked_at = STARTED
        self._store = store
        self._database = database
        self._parts = parts
        self.identity: Identity = database.identity()
        self.clinic: Clinic = _clinic_of(database, profile)
        self.records = ClinicRecords(database, self.identity.user_id, self.clinic.clinic_id)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop a sync that runs (what is saved is kept), leave the server; safe to call twice."""
        made = self.__dict__
        parts = ("watcher", "close"), ("schedule_runner", "stop"), ("backups", "close"), ("syncer", "close")
        for end in (getattr(made[part], end) for part, end in parts if part in made):
            end()
        self._parts.close()

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.clinic.timezone)

    @property
    def kept_in(self) -> str:
        """Where the keys are kept, in words."""
        return self._store.description

    @property
    def records_here(self) -> bool:
        """Whether the records are on this computer, and not on a server that computers share."""
        return self.profile.records == EMBEDDED

    @property
    def records_place(self) -> str:
        """Where the records are, in words."""
        return "on this computer" if self.records_here else "on the clinic's server"

    @cached_property
    def visits(self) -> VisitService:
        """Visits and decisions."""
        return VisitService(self.records, self.clock, self.neo_address.to_open)

    @cached_property
    def calls(self) -> CallService:
        """Discharge calls."""
        return CallService(self.records, self.clock)

    @cached_property
    def history(self) -> HistoryService:
        """Past syncs."""
        return HistoryService(self.records)

    @cached_property
    def audit(self) -> AuditService:
        """The activity record."""
        return AuditService(self.records, self._record_check, self._record_signer, self.clock)

    @cached_property
    def retention(self) -> RetentionService:
        """Old months of the activity record, and legal holds; for the owner of the records."""
        return RetentionService(self._owner_address, self._record_signer, self.clock)

    @cached_property
    def backups(self) -> BackupService:
        """Backups of the records on this computer."""
        server = partial(embedded_server, self.environment, self._store)
        signing = Signing(BackupSigner(self._store), self.records, self._sharing)
        return BackupService(self.records, self.profile, self.environment.home, server, self.clock, signing)

    @cached_property
    def autostart(self) -> Autostart:
        """Whether this profile's window opens with the session."""
        return autostart_of(self.environment.home)

    @cached_property
    def directory(self) -> DirectoryService:
        """Whose rows may be looked at."""
        return DirectoryService(self.records)

    @cached_property
    def credentials(self) -> CredentialService:
        """The Neo sign-in."""
        hosts = self.allowed_hosts.hosts
        return CredentialService(self.records, self._sharing, self.clock, self.kept_in, allowed_hosts=hosts)

    @cached_property
    def neo_address(self) -> NeoAddressService:
        """Where Neo is, by the choice of people on this computer."""
        return NeoAddressService(self.records, self._sharing, self.clock)

    @cached_property
    def allowed_hosts(self) -> AllowedHosts:
        """Whose static files the sign-in page may use on this computer."""
        return AllowedHosts(self.environment.home, self.records)

    @cached_property
    def connection(self) -> ConnectionService:
        """The way to the records."""
        return ConnectionService(self.environment, self.profile, self._store)

    @cached_property
    def users(self) -> UserService:
        """The people who may use a shared server's records."""
        from idexx_desktop.services.ownership import UserService  # provisioning: only for the owner

        return UserService()

    @cached_property
    def computers(self) -> ComputerService:
        """Which computers may open the Neo sign-in, and the recovery kit."""
        return ComputerService(self.records, self._sharing, self.clock, self.clinic.name)

    @cached_property
    def settings(self) -> SettingsService:
        """What the clinic chose."""
        return SettingsService(self.records, self.clock, self._clinic_saved, self.neo_address)

    @cached_property
    def status(self) -> StatusService:
        """What Today says."""
        backup = partial(backup_state.known, self.environment.home) if self.records_here else None
        return StatusService(self.records, self.clock, this_holder(), self._sharing, backup)

    @cached_property
    def support(self) -> SupportService:
        """Details for whoever helps."""
        home = self.environment.home
        return SupportService(
            self.records, self.clock, home, self.records_place, self.kept_in, self.neo_address
        )

    @cached_property
    def syncer(self) -> Syncer:
        """The one sync worker. After each sync the heads of the activity record are signed."""
        syncer = Syncer(self._sync_parts)
        syncer.subscribe(self._sync_told)
        return syncer

    @cached_property
    def watcher(self) -> RecordsWatcher:
        """Tells what others write."""
        return watcher_of(self.records)

    @cached_property
    def schedule_runner(self) -> ScheduleRunner:
        """Starts the syncs that are due, once `start` was called on it; for a program that stays open."""
        from idexx_desktop.sync.scheduler import ScheduleRunner  # APScheduler: only for a program that stays

        chores = (self._record_check.keep_daily, self.backups.daily)
        return ScheduleRunner(self._sync_parts, self.syncer, chores=chores)

    def _owner_address(self) -> AbstractContextManager[str]:
        return owner_address(self.environment, self.profile, self._store)

    def _clinic_saved(self, clinic: Clinic) -> None:
        self.clinic = clinic

    def _sync_told(self, event: SyncEvent) -> None:
        if isinstance(event, SyncFinished):
            self._record_check.keep()

    @cached_property
    def _record_check(self) -> RecordCheck:
        heads = SignedHeads(self.environment.home, self._record_signer, self._store, self.clock)
        return RecordCheck(self.records, heads, self.clock)

    @cached_property
    def _record_signer(self) -> RecordSigner:
        return RecordSigner(self._store)

    @cached_property
    def _sync_parts(self) -> SyncParts:
        return SyncParts(
            records=self.records,
            sharing=self._sharing,
            clock=self.clock,
            holder=this_holder(),
            read_only=self._database.read_only,
            allowed_hosts=self.allowed_hosts.hosts,
        )

    @cached_property
    def _sharing(self) -> Sharing:
        keys = KeyRing(self._store, self.clock)
        choices = ProfileChoices(self.environment.home, self.environment.neo_url)
        device, shared = this_holder().device, not self.records_here
        return Sharing(self._store, keys, Sealer(keys), device, shared, choices)


def open_program(environment: Environment) -> Program:
    """Open the profile of this folder: vault, server, database. NO_PROFILE where nothing is set up yet."""
    profile = profiles.load(environment.home)
    if profile is None or not profile.complete:
        raise Failure(FailureCode.NO_PROFILE, str(environment.home))
    return _open(environment, profile, store_of(environment, profile))


@contextmanager
def set_up(environment: Environment, wanted: SetUp) -> Iterator[tuple[Program, bool]]:
    """Make the profile and open it; False beside it where it was there already and nothing was changed.

    Interrupted at any point it can be repeated: what is there is used, what is absent is made. So is Neo's address
    where nobody has said one on this computer yet.
    """
    profile = profiles.load(environment.home)
    if profile is not None and profile.complete:
        with _open(environment, profile, store_of(environment, profile)) as program:
            if wanted.neo_url and not profile.neo_url:  # nobody had to say it when this profile was made
                program.neo_address.use(wanted.neo_url)
            yield program, False
        return
    wanted = checked(wanted)
    check_given(environment)
    if not environment.database_url:
        require_local(environment.home)
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
    with _open(environment, profile, store) as program:
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
    running = server.status().running
    server.stop()
    return running


def move_here(environment: Environment, to: Path | None = None) -> Moved:
    """Make the profile this computer's alone; see `moving.move_here`."""
    from idexx_desktop.services import moving  # rarely

    return moving.move_here(environment, to)


def remove_records(environment: Environment) -> None:
    """Stop the embedded server of a profile and delete its data: for a demo's clinic, never for a real one."""
    profile = profiles.load(environment.home)
    if profile is None or profile.records != EMBEDDED:
        return
    if profile.complete and not profile.practice_site:
        raise Failure(
            FailureCode.INVALID_INPUT, "practice", title="Only the records of a practice clinic are removed."
        )
    embedded_server(environment, store_of(environment, profile)).remove()


def restore(environment: Environment, wanted: Wanted) -> Restored:
    """Make this computer's records those of a backup, a file or the best of a folder; see `restoring.restore`."""
    from idexx_desktop.services import restoring  # provisioning and Alembic: rarely

    return restoring.restore(environment, wanted, SystemClock(), open_program)


def check_up(environment: Environment) -> list[Check]:
    """Check every part of the program and the profile."""
    from idexx_desktop.services.doctor import check_parts

    return check_parts(environment, open_program)


def _open(environment: Environment, profile: Profile, store: SecretStore) -> Program:
    with ExitStack() as parts:
        address = address_of(environment, profile, store, parts)
        restarted = partial(restarted_address, environment, store) if profile.records == EMBEDDED else None
        database = Database(address, restarted=restarted)
        parts.callback(database.close)
        try:
            database.check()
        except Failure as failure:
            if profile.records != EMBEDDED:
                raise explained(failure, address) from None
            if failure.code is not FailureCode.DATABASE_OUTDATED:
                raise
            bring_up_to_date(environment, store)
            database.check()
        return Program(environment, profile, store, database, parts.pop_all())


def _chosen_anew(environment: Environment, profile: Profile, store: SecretStore) -> Profile:
    """A set-up that was broken off may go on with the records in another place."""
    on_server = profile.records == SERVER and store.get(SERVER_ADDRESS) is not None
    return replace(profile, records=SERVER if environment.database_url or on_server else EMBEDDED)


def _clinic_of(database: Database, profile: Profile) -> Clinic:
    for clinic in database.clinics():
        if clinic.clinic_id == profile.clinic_id:
            return clinic
    raise Failure(FailureCode.DATABASE_REFUSED, "this login is no member of the clinic any more")
