"""What the owner of a shared database does, with the owner's address, which is asked for each time and never kept."""

from __future__ import annotations

from idexx_desktop.db import provision
from idexx_desktop.domain.records import LoginRecord


def prepare_database(owner_url: str, *, dry_run: bool) -> list[str]:
    """Bring a server's database to this program's; what was (or would be) done, in readable lines."""
    return provision.prepare(owner_url, dry_run=dry_run)


def add_user(owner_url: str, *, email: str, role: str, login: str, password: str, clinic: str | None) -> str:
    """Make or change a login; the user's id."""
    return provision.add_user(owner_url, email, role, login, password, clinic)


def list_users(owner_url: str) -> list[LoginRecord]:
    """The logins and whose they are."""
    return provision.list_users(owner_url)


def deactivate_user(owner_url: str, email: str) -> list[str]:
    """End every login of a person; the logins that were still on."""
    return provision.deactivate_user(owner_url, email)
