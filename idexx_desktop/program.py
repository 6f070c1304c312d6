"""The composition root: an open profile builds every part, hands it what it needs, and ends it in the right order.

A part is made, and its module imported, at its first use: a start waits for none that nobody asks for yet.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from idexx_desktop import STARTED
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.domain.clock import Clock, SystemClock
from idexx_desktop.domain.events import SyncEvent, SyncFinished
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import Clinic, Identity
from idexx_desktop.ending import unbroken
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.expected_browser import ExpectedBrowser
from idexx_desktop.services.of_clinic import ClinicServices
from idexx_desktop.services.places import owner_address
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.vault.stores import SecretStore

if TYPE_CHECKING:
    from idexx_desktop.services.allowed_hosts import AllowedHosts
    from idexx_desktop.services.audit import AuditService
    from idexx_desktop.services.audit_check import RecordCheck
    from idexx_desktop.services.autostart import Autostart
    from idexx_desktop.services.backup import BackupService
    from idexx_desktop.services.claims import ClaimService
    from idexx_desktop.services.computers import ComputerService
    from idexx_desktop.services.connection import ConnectionService
    from idexx_desktop.services.credentials import CredentialService
    from idexx_desktop.services.directory import DirectoryService
    from idexx_desktop.services.history import HistoryService
    from idexx_desktop.services.neo_address import NeoAddressService
    from idexx_desktop.services.ownership import UserService
    from idexx_desktop.services.proxy import ProxyService
    from idexx_desktop.services.retention import RetentionService
    from idexx_desktop.services.settings import SettingsService
    from idexx_desktop.services.status import StatusService
    from idexx_desktop.services.support import SupportService
    from idexx_desktop.services.visits import VisitService
    from idexx_desktop.services.watching import RecordsWatcher
    from idexx_desktop.sync.early import EarlyBrowser
    from idexx_desktop.sync.parts import SyncParts
    from idexx_desktop.sync.scheduler import ScheduleRunner
    from idexx_desktop.sync.sharing import Sharing
    from idexx_desktop.sync.worker import Syncer
    from idexx_desktop.vault.signing import RecordSigner

_FIRST_PARTS = ("watcher", "syncer", "status", "directory")
_LATER_PARTS = (
    "visits", "calls", "concerns", "history", "audit", "settings", "credentials", "neo_address", "neo_words",
    "sentences", "numbers", "consents", "deaths", "claims", "questions", "proxy", "allowed_hosts", "computers",
    "connection", "support", "backups", "autostart",
)  # fmt: skip


class Program(ClinicServices):
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
        # that of the command which this program was opened for
        self.early_browser: EarlyBrowser | None = None
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

    def make_parts(self) -> None:
        """Make what the pages of a window will ask for, so that its thread never waits for an import."""
        for part in (*_FIRST_PARTS, *_LATER_PARTS):
            getattr(self, part)

    def make_first_parts(self) -> None:
        """Make what the first page asks for."""
        for part in _FIRST_PARTS:
            getattr(self, part)

    def close(self) -> None:
        """Stop a sync that runs (what is saved is kept), leave the server; safe to call twice."""
        parts = (
            ("watcher", "close"),
            ("schedule_runner", "stop"),
            ("backups", "close"),
            ("credentials", "close"),
            ("syncer", "close"),
        )
        with unbroken(last=True), self._parts:
            for end in (getattr(self.__dict__[part], end) for part, end in parts if part in self.__dict__):
                end()

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
        from idexx_desktop.services.visits import VisitService

        return VisitService(self.records, self.clock, self.neo_address.to_open)

    @cached_property
    def history(self) -> HistoryService:
        """Past syncs."""
        from idexx_desktop.services.history import HistoryService

        return HistoryService(self.records)

    @cached_property
    def audit(self) -> AuditService:
        """The activity record."""
        from idexx_desktop.services.audit import AuditService

        return AuditService(self.records, self._record_check, self._record_signer, self.clock)

    @cached_property
    def retention(self) -> RetentionService:
        """Old months of the activity record, and legal holds; for the owner of the records."""
        from idexx_desktop.services.retention import RetentionService

        return RetentionService(self._owner_address, self._record_signer, self.clock)

    @cached_property
    def backups(self) -> BackupService:
        """Backups of the records on this computer."""
        from idexx_desktop.services.backup import BackupService
        from idexx_desktop.services.backup_proving import Signing
        from idexx_desktop.services.places import embedded_server
        from idexx_desktop.vault.backup_proof import BackupSigner

        server = partial(embedded_server, self.environment, self._store)
        signing = Signing(BackupSigner(self._store), self.records, self._sharing)
        return BackupService(self.records, self.profile, self.environment.home, server, self.clock, signing)

    @cached_property
    def autostart(self) -> Autostart:
        """Whether this profile's window opens with the session."""
        from idexx_desktop.services.autostart import autostart_of

        return autostart_of(self.environment.home)

    @cached_property
    def directory(self) -> DirectoryService:
        """Whose rows may be looked at."""
        from idexx_desktop.services.directory import DirectoryService

        return DirectoryService(self.records)

    @cached_property
    def credentials(self) -> CredentialService:
        """The Neo sign-in."""
        from idexx_desktop.services.credentials import CredentialService

        return CredentialService(
            self.records,
            self._sharing,
            self.clock,
            self.kept_in,
            allowed_hosts=self.allowed_hosts.hosts,
            cookies_kept=ExpectedBrowser(self.environment.home).note_cookies,
        )

    @cached_property
    def neo_address(self) -> NeoAddressService:
        """Where Neo is, by the choice of people on this computer."""
        from idexx_desktop.services.neo_address import NeoAddressService

        return NeoAddressService(self.records, self._sharing, self.clock)

    @cached_property
    def claims(self) -> ClaimService:
        """Who is calling now."""
        from idexx_desktop.services.claims import ClaimService
        from idexx_desktop.sync.parts import this_holder

        return ClaimService(self.records, this_holder().device)

    @cached_property
    def proxy(self) -> ProxyService:
        """The proxy on the way to Neo, and what it asks for."""
        from idexx_desktop.services.proxy import ProxyService

        return ProxyService(self.records, self._sharing)

    @cached_property
    def allowed_hosts(self) -> AllowedHosts:
        """Whose static files the sign-in page may use on this computer."""
        from idexx_desktop.services.allowed_hosts import AllowedHosts

        return AllowedHosts(self.environment.home, self.records)

    @cached_property
    def connection(self) -> ConnectionService:
        """The way to the records."""
        from idexx_desktop.services.connection import ConnectionService

        return ConnectionService(self.environment, self.profile, self._store)

    @cached_property
    def users(self) -> UserService:
        """The people who may use a shared server's records."""
        from idexx_desktop.services.ownership import UserService

        return UserService()

    @cached_property
    def computers(self) -> ComputerService:
        """Which computers may open the Neo sign-in, and the recovery kit."""
        from idexx_desktop.services.computers import ComputerService

        return ComputerService(self.records, self._sharing, self.clock, self.clinic.name)

    @cached_property
    def settings(self) -> SettingsService:
        """What the clinic chose."""
        from idexx_desktop.services.settings import SettingsService

        return SettingsService(self.records, self.clock, self._clinic_saved, self.neo_address)

    @cached_property
    def status(self) -> StatusService:
        """What Today says."""
        from idexx_desktop.services import backup_state
        from idexx_desktop.services.status import StatusService
        from idexx_desktop.sync.parts import this_holder

        backup = partial(backup_state.known, self.environment.home) if self.records_here else None
        return StatusService(self.records, self.clock, this_holder(), self._sharing, backup)

    @cached_property
    def support(self) -> SupportService:
        """Details for whoever helps."""
        from idexx_desktop.services.support import SupportService

        home = self.environment.home
        return SupportService(
            self.records, self.clock, home, self.records_place, self.kept_in, self.neo_address
        )

    @cached_property
    def syncer(self) -> Syncer:
        """The one sync worker. After each sync the heads of the activity record are signed."""
        from idexx_desktop.sync.worker import Syncer

        syncer = Syncer(self._sync_parts)
        syncer.subscribe(self._sync_told)
        return syncer

    @cached_property
    def watcher(self) -> RecordsWatcher:
        """Tells what others write."""
        from idexx_desktop.services.watching import watcher_of

        return watcher_of(self.records)

    @cached_property
    def schedule_runner(self) -> ScheduleRunner:
        """Starts the syncs that are due, once `start` was called on it; for a program that stays open."""
        from idexx_desktop.sync.scheduler import ScheduleRunner

        chores = (self.concerns.gather, self._record_check.keep_daily, self.backups.daily)
        return ScheduleRunner(self._sync_parts, self.syncer, chores=chores)

    def _owner_address(self) -> AbstractContextManager[str]:
        return owner_address(self.environment, self.profile, self._store)

    def _clinic_saved(self, clinic: Clinic) -> None:
        self.clinic = clinic
        profiles.change(self.environment.home, lambda kept: replace(kept, practice=clinic.name))

    def _sync_told(self, event: SyncEvent) -> None:
        if isinstance(event, SyncFinished):
            ExpectedBrowser(self.environment.home).note(event.result)
            self._record_check.keep()

    @cached_property
    def _record_check(self) -> RecordCheck:
        from idexx_desktop.services.audit_check import RecordCheck
        from idexx_desktop.services.audit_heads import SignedHeads

        heads = SignedHeads(self.environment.home, self._record_signer, self._store, self.clock)
        return RecordCheck(self.records, heads, self.clock)

    @cached_property
    def _record_signer(self) -> RecordSigner:
        from idexx_desktop.vault.signing import RecordSigner

        return RecordSigner(self._store)

    @cached_property
    def _sync_parts(self) -> SyncParts:
        from idexx_desktop.sync.parts import SyncParts, this_holder

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
        from idexx_desktop.services.own_choices import ProfileChoices
        from idexx_desktop.sync.parts import this_holder
        from idexx_desktop.sync.sharing import Sharing
        from idexx_desktop.vault.keys import KeyRing
        from idexx_desktop.vault.sealing import Sealer

        keys = KeyRing(self._store, self.clock)
        choices = ProfileChoices(self.environment.home, self.environment.neo_url)
        device, shared = this_holder().device, not self.records_here
        return Sharing(self._store, keys, Sealer(keys), device, shared, choices)


def _clinic_of(database: Database, profile: Profile) -> Clinic:
    for clinic in database.clinics():
        if clinic.clinic_id == profile.clinic_id:
            return clinic
    raise Failure(FailureCode.DATABASE_REFUSED, "this login is no member of the clinic any more")
