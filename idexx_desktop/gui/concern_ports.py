"""What pages need of concerns; see `gui.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # protocols say what a start needn't load
    from idexx_desktop.domain.concerns import Concern


class Concerns(Protocol):
    """What owners were concerned about, until somebody answers."""

    def open(self) -> list[Concern]: ...
    def close(self, concern_id: str, what: str, /) -> Concern: ...
    def reopen(self, concern_id: str, /) -> Concern: ...
    def undo(self, end_id: str, /) -> object: ...
