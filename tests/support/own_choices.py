"""What a person chose on a computer that exists only in a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from idexx_desktop.domain.addresses import is_loopback
from idexx_desktop.domain.neo_address import OwnChoice
from idexx_desktop.sync.parts import SyncParts


@dataclass
class MemoryChoices:
    """Kept in memory."""

    choice: OwnChoice

    def read(self) -> OwnChoice:
        """What holds now."""
        return self.choice

    def change(self, change: Callable[[OwnChoice], OwnChoice]) -> None:
        """Keep it."""
        self.choice = change(self.choice)


def chosen(address: str) -> MemoryChoices:
    """A person chose this address, whatever the clinic's records suggest."""
    return MemoryChoices(OwnChoice(given=address, address=address, practice=is_loopback(address)))


def leading_to(parts: SyncParts, address: str) -> SyncParts:
    """The same, on a computer where a person gave this address for one run."""
    return replace(parts, sharing=replace(parts.sharing, neo=chosen(address)))
