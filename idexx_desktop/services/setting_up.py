"""Setting a computer up: what is asked for, checked, and made; on a shared server selected, never created."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace

from idexx_desktop.db import embedded
from idexx_desktop.db.database import ClinicRecords, Database
from idexx_desktop.db.server.drives import require_local
from idexx_desktop.domain.addresses import check_address, is_loopback
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.days_off import DaysOff
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.local_time import zone_named
from idexx_desktop.domain.records import Clinic
from idexx_desktop.services.connection import explained
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.holidays import are_offered, public_holidays
from idexx_desktop.services.places import LOGIN, SERVER_ADDRESS, embedded_server, keep_new_login
from idexx_desktop.services.postgres_programs import check_given
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.services.settings import check_zone
from idexx_desktop.vault.stores import SecretStore

_SUNDAY = 6
DEFAULT_NEO_URL = "https://us.idexxneo.com"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What set-up asks for. `neo_url` is a person's choice; without one `region` is suggested, and confirmed later."""

    practice: str
    timezone: str
    email: str
    country: str = "US"
    neo_url: str | None = None
    review: bool = False
    region: str = DEFAULT_NEO_URL


def checked(wanted: SetUp) -> SetUp:
    """The same, tidied; INVALID_INPUT names the first thing that can't be used."""
    practice, email, country = wanted.practice.strip(), wanted.email.strip(), wanted.country.strip().upper()
    if not practice:
        raise Failure(FailureCode.INVALID_INPUT, "practice", title="Enter the clinic's name.")
    local, at, domain = email.partition("@")
    if not (local and at and domain) or any(character.isspace() for character in email):
        raise Failure(FailureCode.INVALID_INPUT, "email", title=f"“{wanted.email}” is no e-mail address.")
    check_zone(wanted.timezone)
    if len(country) != 2 or not country.isalpha() or not country.isascii():
        title = f"“{wanted.country}” is no country; it looks like US."
        raise Failure(FailureCode.INVALID_INPUT, "country", title=title)
    neo_url = check_address(wanted.neo_url) if wanted.neo_url else None
    return replace(wanted, practice=practice, email=email, country=country, neo_url=neo_url)


def require_usable(environment: Environment) -> None:
    """Before anything is made. RECORDS_NOT_LOCAL for a folder that other computers reach; INVALID_INPUT as of
    `check_given`."""
    check_given(environment)
    if not environment.database_url:
        require_local(environment.home)


def make_records(environment: Environment, profile: Profile, store: SecretStore, wanted: SetUp) -> Profile:
    """The profile with its clinic. `wanted` went through `checked`. May be repeated after any interruption."""
    if profile.records == EMBEDDED:
        return _make_here(environment, profile, store, wanted)
    return _choose_on_server(environment, profile, store, wanted)


def _make_here(environment: Environment, profile: Profile, store: SecretStore, wanted: SetUp) -> Profile:
    from idexx_desktop.db import provision  # Alembic: only for set-up

    neo_url = wanted.neo_url or wanted.region
    with embedded_server(environment, store).attached() as address:
        embedded.make_database(address)
        owner = embedded.owner_url(address)
        provision.prepare(owner)
        clinic_id = provision.create_clinic(
            owner,
            wanted.practice,
            wanted.timezone,
            neo_url=neo_url,
            country=wanted.country,
            review=wanted.review,
            closed=_days_off(wanted),
        )
        keep_new_login(owner, store, wanted.email, wanted.practice)
    return replace(
        profile,
        practice=wanted.practice,
        clinic_id=clinic_id,
        email=wanted.email,
        login=LOGIN,
        practice_site=is_loopback(neo_url),
        neo_url=neo_url,
    )


def _choose_on_server(
    environment: Environment, profile: Profile, store: SecretStore, wanted: SetUp
) -> Profile:
    """The owner has made login and clinic. The clinic's first computer says how it syncs; what is there stays."""
    url = environment.database_url or store.get(SERVER_ADDRESS) or ""
    database = _checked(url)
    try:
        identity = database.identity()
        clinic = _named(database.clinics(), wanted.practice)
        records = ClinicRecords(database, identity.user_id, clinic.clinic_id)
        place = replace(clinic, timezone=wanted.timezone, country=wanted.country)
        with records.transaction() as tx:
            chosen = wanted.neo_url or wanted.region
            now = SystemClock().now()
            tx.settings.begin(place, chosen, review=wanted.review, now=now, closed=_days_off(wanted))
    finally:
        database.close()
    store.set(SERVER_ADDRESS, url)
    return replace(
        profile,
        practice=clinic.name,
        clinic_id=clinic.clinic_id,
        user_id=identity.user_id,
        email=identity.email,
        login=identity.login,
        practice_site=is_loopback(chosen),
        # what the clinic's records say is for a person on this computer to confirm, at the first use
        neo_url=wanted.neo_url or "",
    )


def _days_off(wanted: SetUp) -> DaysOff:
    """Sundays and public holidays, as far as they are known: nobody expects a call then. The clinic may change it."""
    today = SystemClock().now().astimezone(zone_named(wanted.timezone)).date()
    try:
        found = public_holidays(wanted.country, None, today) if are_offered() else frozenset()
    except Failure:  # of this country the package knows none
        found = frozenset()
    return DaysOff(frozenset({_SUNDAY}), found)


def _checked(url: str) -> Database:
    """The server's database; whatever keeps the program from it is said by the connection test."""
    try:
        database = Database(url)
        with ExitStack() as parts:
            parts.callback(database.close)
            database.check()
            parts.pop_all()
    except Failure as failure:
        raise explained(failure, url) from None
    return database


def _named(clinics: list[Clinic], name: str) -> Clinic:
    for clinic in clinics:
        if clinic.name.casefold() == name.casefold():
            return clinic
    names = ", ".join(clinic.name for clinic in clinics) or "none"
    title = f"This login is no member of a clinic named “{name}”; its clinics: {names}."
    raise Failure(FailureCode.INVALID_INPUT, "clinic", title=title)
