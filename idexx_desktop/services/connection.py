"""The connection test of a profile, and failures of its records explained by it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from idexx_desktop.db.connection_check import check_connection, place_of, with_password
from idexx_desktop.db.connection_words import TAKE_RIGHTS_BACK
from idexx_desktop.domain.connection import ConnectionPart, ConnectionStep, RecordsPlace, problem_in
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.places import address_of, store_of
from idexx_desktop.services.profile import EMBEDDED, Profile
from idexx_desktop.vault.stores import SecretStore

# who waits for the program to open waits for the explanation, too
_EXPLAIN_SECONDS = 4
_WRONG_HERE = {
    ConnectionPart.ADDRESS: FailureCode.DATABASE_UNREACHABLE,
    ConnectionPart.TLS: FailureCode.DATABASE_UNREACHABLE,
    ConnectionPart.PASSWORD: FailureCode.DATABASE_REFUSED,
    ConnectionPart.ROLE: FailureCode.DATABASE_REFUSED,
    ConnectionPart.VERSION: FailureCode.DATABASE_OUTDATED,
    ConnectionPart.MIGRATION: FailureCode.DATABASE_OUTDATED,
    ConnectionPart.PERSON: FailureCode.DATABASE_REFUSED,
}


@dataclass(frozen=True, slots=True)
class ConnectionService:
    """Where a profile's records are, and whether the way there is whole. Both block, and may raise `Failure`."""

    environment: Environment
    profile: Profile
    store: SecretStore = field(repr=False)

    def place(self) -> RecordsPlace:
        """Where the records are, without the password."""
        with ExitStack() as parts:
            return place_of(address_of(self.environment, self.profile, self.store, parts))

    def test(self) -> list[ConnectionStep]:
        """Every step of the way, with the profile's own sign-in."""
        with ExitStack() as parts:
            steps = check_connection(address_of(self.environment, self.profile, self.store, parts))
        return [_here(step) for step in steps] if self.profile.records == EMBEDDED else steps


def check_given(environment: Environment) -> list[ConnectionStep]:
    """Test the address given from outside, else the profile's. NO_PROFILE where there is neither."""
    if environment.database_url:
        return check_connection(environment.database_url)
    profile = profiles.load(environment.home)
    if profile is None or not profile.complete:
        raise Failure(FailureCode.NO_PROFILE, str(environment.home))
    store = store_of(environment, profile)
    return ConnectionService(environment, profile, store).test()


def with_server(environment: Environment, address: str, password: str) -> Environment:
    """As if this address had been given from outside; `password` where the address has none, else ""."""
    url = address.strip()
    return replace(environment, database_url=with_password(url, password) if password else url)


def _here(step: ConnectionStep) -> ConnectionStep:
    """On one computer nobody runs a server who could be sent to it: what is wrong is said as of its own records."""
    if step.advice == TAKE_RIGHTS_BACK:
        return replace(step, advice="Nobody else should have any on this computer: tell support.")
    if step.ok is not False:
        return step
    failure = Failure(_WRONG_HERE[step.part])
    return replace(step, words=failure.title, advice=failure.advice)


def explained(failure: Failure, url: str) -> Failure:
    """The same failure with what is wrong on the way, in words; unchanged where the way is whole by now."""
    problem = problem_in(check_connection(url, connect_timeout=_EXPLAIN_SECONDS))
    if problem is None:
        return failure
    return Failure(
        failure.code, failure.detail, title=failure.title, advice=f"{problem.words} {problem.advice}".strip()
    )
