"""The composition root: builds every part, hands it what it needs, and takes it down again in the right order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import psutil

from idexx_desktop.db import embedded
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.embedded import PASSWORD_NAME as SUPERUSER_PASSWORD
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.clock import Clock, SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import Clinic, Identity, SyncSettings
from idexx_desktop.neo.site import check_address, is_loopback
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.environment import Environment, read_environment
from idexx_desktop.services.history import HistoryService
from idexx_desktop.services.profile import EMBEDDED, SERVER, Profile
from idexx_desktop.services.settings import SettingsService, check_zone
from idexx_desktop.services.status import StatusService
from idexx_desktop.services.visits import VisitService
from idexx_desktop.sync.parts import SyncParts, this_holder
from idexx_desktop.sync.worker import Syncer
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer, new_password
from idexx_desktop.vault.stores import SecretStore, open_store

if TYPE_CHECKING:
    from idexx_desktop.services.doctor import Check
    from idexx_desktop.sync.scheduler import ScheduleRunner

__all__ = [
    "Environment", "PracticeSite", "Program", "SetUp", "check_up", "open_program", "practice_neo",
    "read_environment", "remove_records", "set_up", "stop_server",
]  # fmt: skip

DEFAULT_NEO_URL = "https://us.idexxneo.com"
LOGIN = "idexx_desktop_app"
_LOGIN_PASSWORD = "postgres-login"  # noqa: S105 - the name of an entry, not a password
_SERVER_ADDRESS = "database-address"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What set-up asks for."""

    practice: str
    timezone: str
    email: str
    country: str = "US"
    neo_url: str | None = None
    review: bool = False


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
        self.asked_at = self.clock.monotonic() - (time.time() - psutil.Process().create_time())
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
        if "schedule_runner" in self.__dict__:
            self.schedule_runner.stop()
        if "syncer" in self.__dict__:
            self.syncer.close()
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
        return VisitService(self.records, self.clock, self.identity.email)

    @cached_property
    def calls(self) -> CallService:
        """Discharge calls."""
        return CallService(self.records, self.clock, self.identity.email)

    @cached_property
    def history(self) -> HistoryService:
        """Past syncs."""
        return HistoryService(self.records)

    @cached_property
    def audit(self) -> AuditService:
        """The activity record."""
        return AuditService(self.records)

    @cached_property
    def credentials(self) -> CredentialService:
        """The Neo sign-in."""
        return CredentialService(self.records, self._sealer, self.clock, self.kept_in)

    @cached_property
    def settings(self) -> SettingsService:
        """What the clinic chose."""
        return SettingsService(self.records, self.clock, self._clinic_saved)

    @cached_property
    def status(self) -> StatusService:
        """What Today says."""
        return StatusService(self.records, self.clock, this_holder())

    @cached_property
    def syncer(self) -> Syncer:
        """The one sync worker."""
        return Syncer(self._sync_parts)

    @cached_property
    def schedule_runner(self) -> ScheduleRunner:
        """Starts the syncs that are due, once `start` was called on it; for a program that stays open."""
        from idexx_desktop.sync.scheduler import ScheduleRunner  # APScheduler: only for a program that stays

        return ScheduleRunner(self._sync_parts, self.syncer)

    def _clinic_saved(self, clinic: Clinic) -> None:
        self.clinic = clinic

    @cached_property
    def _sync_parts(self) -> SyncParts:
        return SyncParts(
            records=self.records,
            sealer=self._sealer,
            clock=self.clock,
            holder=this_holder(),
            read_only=self._database.read_only,
        )

    @cached_property
    def _sealer(self) -> Sealer:
        return Sealer(KeyRing(self._store, self.clock))


def open_program(environment: Environment) -> Program:
    """Open the profile of this folder: vault, server, database. NO_PROFILE where nothing is set up yet."""
    profile = profiles.load(environment.home)
    if profile is None or not profile.complete:
        raise Failure(FailureCode.NO_PROFILE, str(environment.home))
    return _open(environment, profile)


@contextmanager
def set_up(environment: Environment, wanted: SetUp) -> Iterator[tuple[Program, bool]]:
    """Make the profile and open it; False beside it where it was there already and nothing was changed.

    Interrupted at any point it can be repeated: what is there is used, what is absent is made.
    """
    profile = profiles.load(environment.home)
    if profile is not None and profile.complete:
        with _open(environment, profile) as program:
            yield program, False
        return
    _check(wanted)
    if profile is None:
        profile = profiles.new_profile(SERVER if environment.database_url else EMBEDDED)
        # opened before the profile is written: where there is no safe place for keys, nothing is made
        open_store(profile.id, environment.home, environment.vault_passphrase)
        profiles.save(environment.home, profile)
    make = _make_embedded if profile.records == EMBEDDED else _choose_on_server
    profile = make(environment, profile, wanted)
    with _open(environment, profile) as program:
        with program.records.transaction() as tx:
            tx.audit.record(Action.PROFILE_CREATED, "ok", metadata={"records": profile.records})
        profile = replace(profile, complete=True)
        profiles.save(environment.home, profile)
        yield program, True


def stop_server(environment: Environment) -> bool:
    """Stop the profile's embedded server; False where none was running."""
    profile = profiles.load(environment.home)
    if profile is None:
        raise Failure(FailureCode.NO_PROFILE, str(environment.home))
    if profile.records != EMBEDDED:
        return False
    server = _server(environment, open_store(profile.id, environment.home, environment.vault_passphrase))
    running = server.status().running
    if running:
        server.stop()
    return running


def remove_records(environment: Environment) -> None:
    """Stop the embedded server of a profile and delete its data: for a demo's clinic, never for a real one."""
    profile = profiles.load(environment.home)
    if profile is None or profile.records != EMBEDDED:
        return
    if profile.complete and not profile.practice_site:
        raise Failure(
            FailureCode.INVALID_INPUT, "practice", title="Only the records of a practice clinic are removed."
        )
    _server(environment, open_store(profile.id, environment.home, environment.vault_passphrase)).remove()


def check_up(environment: Environment) -> list[Check]:
    """Check every part of the program and the profile."""
    from idexx_desktop.services.doctor import check_parts

    return check_parts(environment, open_program)


@contextmanager
def practice_neo(
    scenario: str, *, port: int = 0, visits: int | None = None, latency_ms: int = 0
) -> Iterator[PracticeSite]:
    """Run the practice Neo on this computer until the block ends."""
    from idexx_desktop.simulator import scenarios  # a web server: only where one is wanted
    from idexx_desktop.simulator.site import PracticeNeo

    with PracticeNeo(scenario, visits=visits, latency_ms=latency_ms, port=port) as site:
        yield PracticeSite(
            site.url, scenarios.PRACTICE_COMPANY_ID, scenarios.PRACTICE_USERNAME, scenarios.PRACTICE_PASSWORD
        )


@dataclass(frozen=True, slots=True)
class PracticeSite:
    """Where the practice Neo is, and the only sign-in that it accepts."""

    url: str
    company_id: str
    username: str
    password: str


def _open(environment: Environment, profile: Profile) -> Program:
    with ExitStack() as parts:
        store = open_store(profile.id, environment.home, environment.vault_passphrase)
        if profile.records == EMBEDDED:
            url = _embedded_url(environment, profile, store, parts)
        else:
            url = environment.database_url or store.get(_SERVER_ADDRESS) or ""
        if not url:
            raise Failure(FailureCode.KEY_MISSING, "the address of the clinic's server")
        database = Database(url)
        parts.callback(database.close)
        try:
            database.check()
        except Failure as failure:
            if failure.code is not FailureCode.DATABASE_OUTDATED or profile.records != EMBEDDED:
                raise
            _bring_up_to_date(environment, store)
            database.check()
        return Program(environment, profile, store, database, parts.pop_all())


def _embedded_url(environment: Environment, profile: Profile, store: SecretStore, parts: ExitStack) -> str:
    """Start or join the server, bring its schema up to date, and give the program's own login."""
    address = parts.enter_context(_server(environment, store).attached())
    password = store.get(_LOGIN_PASSWORD)
    if password is None:
        password = _keep_new_login(embedded.owner_url(address), store, profile.email, profile.practice)
    return embedded.url_of(address, LOGIN, password)


def _bring_up_to_date(environment: Environment, store: SecretStore) -> None:
    """This program is newer than the records on this computer: migrate them. On a server its owner does that."""
    from idexx_desktop.db import provision

    with _server(environment, store).attached() as address:
        provision.prepare(embedded.owner_url(address))


def _make_embedded(environment: Environment, profile: Profile, wanted: SetUp) -> Profile:
    from idexx_desktop.db import provision

    store = open_store(profile.id, environment.home, environment.vault_passphrase)
    with _server(environment, store).attached() as address:
        embedded.make_database(address)
        owner = embedded.owner_url(address)
        provision.prepare(owner)
        neo_url = check_address(wanted.neo_url or DEFAULT_NEO_URL)
        clinic_id = provision.create_clinic(
            owner,
            wanted.practice.strip(),
            wanted.timezone,
            neo_url=neo_url,
            country=wanted.country.upper(),
            review=wanted.review,
        )
        _keep_new_login(owner, store, wanted.email.strip(), wanted.practice.strip())
    return replace(
        profile,
        practice=wanted.practice.strip(),
        clinic_id=clinic_id,
        email=wanted.email.strip(),
        login=LOGIN,
        practice_site=is_loopback(neo_url),
    )


def _choose_on_server(environment: Environment, profile: Profile, wanted: SetUp) -> Profile:
    """On a shared server the owner has made login and clinic; set-up selects, and creates neither.

    The first computer of a clinic says how it syncs; what is set up already stays as it is.
    """
    store = open_store(profile.id, environment.home, environment.vault_passphrase)
    url = environment.database_url or store.get(_SERVER_ADDRESS) or ""
    neo_url = check_address(wanted.neo_url or DEFAULT_NEO_URL)
    database = Database(url)
    try:
        database.check()
        identity = database.identity()
        clinic = _named(database.clinics(), wanted.practice)
        records = ClinicRecords(database, identity.user_id, clinic.clinic_id)
        place = replace(clinic, timezone=wanted.timezone, country=wanted.country.upper())
        with records.transaction() as tx:
            tx.settings.begin(place, SyncSettings(neo_url), review=wanted.review, now=SystemClock().now())
            neo_url = tx.settings.sync_settings().neo_url
    finally:
        database.close()
    store.set(_SERVER_ADDRESS, url)
    return replace(
        profile,
        practice=clinic.name,
        clinic_id=clinic.clinic_id,
        user_id=identity.user_id,
        email=identity.email,
        login=identity.login,
        practice_site=is_loopback(neo_url),
    )


def _keep_new_login(owner_url: str, store: SecretStore, email: str, practice: str) -> str:
    """The program's own login with a new password; kept before it is set, so that a crash leaves no unknown one."""
    from idexx_desktop.db import provision

    password = new_password()
    store.set(_LOGIN_PASSWORD, password)
    provision.add_user(owner_url, email, "user", LOGIN, password, practice)
    return password


def _server(environment: Environment, store: SecretStore) -> EmbeddedServer:
    """The profile's server. Where the vault was lost it gets a new password: its records never lock the clinic out."""
    server = EmbeddedServer(environment.home / "server", store)
    if server.status().prepared and store.get(SUPERUSER_PASSWORD) is None:
        server.reset_superuser_password()
    return server


def _clinic_of(database: Database, profile: Profile) -> Clinic:
    for clinic in database.clinics():
        if clinic.clinic_id == profile.clinic_id:
            return clinic
    raise Failure(FailureCode.DATABASE_REFUSED, "this login is no member of the clinic any more")


def _named(clinics: list[Clinic], name: str) -> Clinic:
    for clinic in clinics:
        if clinic.name.casefold() == name.strip().casefold():
            return clinic
    names = ", ".join(clinic.name for clinic in clinics) or "none"
    title = f"This login is no member of a clinic named “{name}”; its clinics: {names}."
    raise Failure(FailureCode.INVALID_INPUT, "clinic", title=title)


def _check(wanted: SetUp) -> None:
    if not wanted.practice.strip():
        raise Failure(FailureCode.INVALID_INPUT, "practice", title="Enter the clinic's name.")
    local, at, domain = wanted.email.strip().partition("@")
    if not (local and at and domain) or any(character.isspace() for character in wanted.email.strip()):
        raise Failure(FailureCode.INVALID_INPUT, "email", title=f"“{wanted.email}” is no e-mail address.")
    check_zone(wanted.timezone)
    if len(wanted.country) != 2 or not wanted.country.isalpha() or not wanted.country.isascii():
        title = f"“{wanted.country}” is no country; it looks like US."
        raise Failure(FailureCode.INVALID_INPUT, "country", title=title)
    check_address(wanted.neo_url or DEFAULT_NEO_URL)
