"""Where a profile's records are, and how the program gets in: its own server on this computer, or a shared one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from idexx_desktop.db import embedded
from idexx_desktop.db.server import EmbeddedServer
from idexx_desktop.db.server.embedded import PASSWORD_NAME as SUPERUSER_PASSWORD
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.vault.sealing import new_password
from idexx_desktop.vault.stores import PASSPHRASE_FILE, SecretStore, open_store
from idexx_desktop.vault.troubles import needless_passphrase

LOGIN = "idexx_desktop_app"
LOGIN_PASSWORD = "postgres-login"  # noqa: S105 - the name of an entry, not a password
SERVER_ADDRESS = "database-address"


def store_of(environment: Environment, profile: Profile) -> SecretStore:
    """Where the profile's secrets are, as of `open_store`. VAULT_LOCKED also for a passphrase where there is none."""
    if profile.complete and profile.in_keyring and environment.vault_passphrase is not None:
        raise needless_passphrase()
    return open_store(profile.id, environment.home, environment.vault_passphrase)


def opens_by_passphrase(environment: Environment) -> bool:
    """Whether a person has to give a passphrase at each start."""
    return (environment.home / PASSPHRASE_FILE).exists()


def require_no_question(environment: Environment) -> None:
    """VAULT_LOCKED where opening the profile now would ask a person to unlock the computer's password store."""
    from idexx_desktop.vault.keyring_store import would_ask  # libraries that a passphrase doesn't need

    if not opens_by_passphrase(environment) and environment.vault_passphrase is None and would_ask():
        raise Failure(FailureCode.VAULT_LOCKED, "the password store is still locked")


def server_of(environment: Environment, store: SecretStore) -> EmbeddedServer:
    """The profile's server as it is, made or not, on the programs that were chosen."""
    embedded.forget_surroundings()
    return EmbeddedServer(environment.home / "server", store, programs=environment.postgres_programs)


def embedded_server(environment: Environment, store: SecretStore) -> EmbeddedServer:
    """The profile's server. Where the vault was lost it gets a new password: its records never lock the clinic out."""
    server = server_of(environment, store)
    if server.status().prepared and store.get(SUPERUSER_PASSWORD) is None:
        server.reset_superuser_password()
    return server


def address_of(environment: Environment, profile: Profile, store: SecretStore, parts: ExitStack) -> str:
    """The database's address for the program's own login; an embedded server is joined until `parts` is closed.

    KEY_MISSING where the address of a shared server was lost.
    """
    if profile.records == EMBEDDED:
        address = parts.enter_context(embedded_server(environment, store).attached(made=True))
        password = store.get(LOGIN_PASSWORD)
        if password is None:
            owner = embedded.owner_url(address)
            password = keep_new_login(owner, store, profile.email, profile.practice, profile.clinic_id)
        return embedded.url_of(address, LOGIN, password)
    url = environment.database_url or store.get(SERVER_ADDRESS)
    if not url:
        raise Failure(FailureCode.KEY_MISSING, "the address of the clinic's server")
    return url


def restarted_address(environment: Environment, store: SecretStore) -> str:
    """The embedded database's address for the program's own login, once a server that was killed runs again."""
    address = embedded_server(environment, store).restarted()
    return embedded.url_of(address, LOGIN, store.get(LOGIN_PASSWORD) or "")


@contextmanager
def owner_address(environment: Environment, profile: Profile, store: SecretStore) -> Iterator[str]:
    """The address for the owner's chores: of this computer's own server, or of a shared one as it was given.

    INVALID_INPUT where that of a shared server was not given.
    """
    if profile.records == EMBEDDED:
        with embedded_server(environment, store).attached(made=True) as address:
            yield embedded.owner_url(address)
    else:
        yield environment.require_owner_url()


def bring_up_to_date(environment: Environment, store: SecretStore) -> None:
    """This program is newer than the records on this computer: migrate them. On a server its owner does that."""
    from idexx_desktop.db import provision  # Alembic: only where there is something to migrate

    with embedded_server(environment, store).attached(made=True) as address:
        provision.prepare(embedded.owner_url(address))


def keep_new_login(owner_url: str, store: SecretStore, email: str, practice: str, clinic_id: str = "") -> str:
    """The program's own login with a new password; kept before it is set, so that a crash leaves no unknown one.

    A clinic that is there already is known by its id: its name may have been corrected.
    """
    from idexx_desktop.db import provision

    password = new_password()
    store.set(LOGIN_PASSWORD, password)
    clinic = provision.name_now(owner_url, clinic_id, practice)
    provision.add_user(owner_url, email, "user", LOGIN, password, clinic)
    return password
