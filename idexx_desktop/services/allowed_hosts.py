"""Hosts whose static files Neo's sign-in page may use on this computer, because a person here said so.

Kept in the profile's file and nowhere else: what may run beside a password is never for others to decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.hosts import check_host
from idexx_desktop.services import profile as profiles

MOST_HOSTS = 20


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Read from the file each time, because the window and a command may be open on the same profile."""

    home: Path
    records: ClinicRecords

    def hosts(self) -> tuple[str, ...]:
        """Those that are allowed now, in the order in which they were. INVALID_INPUT for a file that can't be used."""
        return tuple(check_host(each) for each in profiles.existing(self.home).allowed_hosts)

    def allow(self, text: str) -> str:
        """Allow one host; it is returned in its normal form. INVALID_INPUT where it is none, or one too many."""
        host = check_host(text)
        if host not in self.hosts() and len(self.hosts()) >= MOST_HOSTS:
            title = f"At most {MOST_HOSTS} hosts can be allowed. Remove one first."
            raise Failure(FailureCode.INVALID_INPUT, "hosts", title=title)
        self._change(lambda hosts: hosts if host in hosts else [*hosts, host])
        return host

    def remove(self, text: str) -> str:
        """Allow it no more. INVALID_INPUT where it wasn't allowed."""
        host = check_host(text)
        if host not in self.hosts():
            raise Failure(FailureCode.INVALID_INPUT, "host", title=f"Files from {host} weren't allowed.")
        self._change(lambda hosts: [each for each in hosts if each != host])
        return host

    def _change(self, change: Callable[[list[str]], list[str]]) -> None:
        before = list(self.hosts())
        if change(before) == before:
            return
        with self.records.transaction() as tx:
            tx.audit.record(Action.COMPUTER_SETTINGS_CHANGED, "ok", metadata={"setting": "allowed_hosts"})
        # what this computer keeps isn't undone with the transaction, so it comes after what may fail
        profiles.change(self.home, lambda now: replace(now, allowed_hosts=change(now.allowed_hosts)))
