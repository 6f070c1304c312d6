"""What pages need of what people say during calls; as `gui.ports`, of which this is a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # as there
    from collections.abc import Sequence

    from idexx_desktop.domain.claims import Claim
    from idexx_desktop.domain.told_deaths import ToldDeath
    from idexx_desktop.domain.undoing import Undo


class Deaths(Protocol):
    """Pets that died, as people tell it."""

    def tell(self, visit_keys: Sequence[str], /) -> Undo: ...
    def undo(self, what: Undo, /) -> object: ...
    def take_back(self, visit_key: str, /) -> bool: ...
    def line_for_record(self, visit_key: str, /) -> str: ...
    def without_card(self) -> list[ToldDeath]: ...
    def note_card(self, death_id: str, /, *, sent: bool = True) -> bool: ...


class Claims(Protocol):
    """Who is calling now."""

    @property
    def device(self) -> str: ...
    def claim(self, call_id: str, /, *, anyway: bool = False) -> Claim | None: ...
    def release(self, call_id: str, /) -> bool: ...
