"""What the owner of a shared database does, with the owner's address, which is asked for each time and never kept.

An address that doesn't lead there, or isn't the owner's, is refused in the words of the connection test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from idexx_desktop.db import provision
from idexx_desktop.db.connection_check import address_for, check_owner, place_of
from idexx_desktop.domain.connection import OWNER_PARTS, ConnectionPart, problem_in
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.people import HandOver, Logins, NewPerson
from idexx_desktop.domain.records import LoginRecord
from idexx_desktop.vault.codes import ALPHABET

LEAST_PASSWORD = 12
_GROUPS, _GROUP = 5, 4
# what a database that isn't prepared yet can be asked
_WAY_IN = (ConnectionPart.ADDRESS, ConnectionPart.TLS, ConnectionPart.PASSWORD)


def prepare_database(owner_url: str, *, dry_run: bool) -> list[str]:
    """Bring a server's database to this program's; what was (or would be) done, in readable lines."""
    with _explaining(owner_url, _WAY_IN):
        return provision.prepare(owner_url, dry_run=dry_run)


def add_user(
    owner_url: str,
    *,
    email: str,
    role: str,
    login: str,
    password: str,
    clinic: str | None,
    connections: int | None = None,
) -> str:
    """Make or change a login; the user's id. `connections` at once; None for the usual number."""
    with _explaining(owner_url):
        return provision.add_user(owner_url, email, role, login, password, clinic, connections)


def list_users(owner_url: str) -> list[LoginRecord]:
    """The logins and whose they are."""
    with _explaining(owner_url):
        return provision.list_users(owner_url)


def deactivate_user(owner_url: str, email: str) -> list[str]:
    """End every login of a person; the logins that were still on."""
    with _explaining(owner_url):
        return provision.deactivate_user(owner_url, email)


@dataclass(frozen=True, slots=True)
class UserService:
    """The same for the window. Every method blocks; nothing of an address is kept."""

    token_bytes: Callable[[int], bytes] = os.urandom

    def logins(self, owner_url: str) -> Logins:
        """Who may use the records."""
        with _explaining(owner_url):
            return Logins(
                place_of(owner_url),
                tuple(provision.list_users(owner_url)),
                tuple(provision.list_clinics(owner_url)),
            )

    def add(self, owner_url: str, person: NewPerson) -> tuple[HandOver, Logins]:
        """Give a person a login, or a new password to the one that they have. INVALID_INPUT for a short password."""
        if person.password and len(person.password) < LEAST_PASSWORD:
            title = f"A password needs {LEAST_PASSWORD} characters or more."
            raise Failure(FailureCode.INVALID_INPUT, "password", title=title)
        made = "" if person.password else self._new_password()
        add_user(
            owner_url,
            email=person.email,
            role=person.role,
            login=person.login,
            password=person.password or made,
            clinic=person.clinic,
        )
        hand_over = HandOver(person.login, address_for(owner_url, person.login), made)
        return hand_over, self.logins(owner_url)

    def deactivate(self, owner_url: str, email: str) -> Logins:
        """End every login of a person."""
        deactivate_user(owner_url, email)
        return self.logins(owner_url)

    def _new_password(self) -> str:
        """Written down and typed by people: groups of four without look-alikes, 100 random bits."""
        symbols = [ALPHABET[byte % len(ALPHABET)].lower() for byte in self.token_bytes(_GROUPS * _GROUP)]
        return "-".join("".join(symbols[start : start + _GROUP]) for start in range(0, len(symbols), _GROUP))


@contextmanager
def _explaining(owner_url: str, parts: Collection[ConnectionPart] = OWNER_PARTS) -> Iterator[None]:
    try:
        yield
    except Failure as failure:
        problem = problem_in(check_owner(owner_url))
        if problem is None or problem.part not in parts:
            raise
        raise Failure(failure.code, failure.detail, title=problem.words, advice=problem.advice) from None
