"""What panels need of owners' numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from idexx_desktop.domain.owner_numbers import Contact, OwnerNumbers


class Numbers(Protocol):
    """Owners' numbers, and what people say of them; each says how many visits changed."""

    def of_visit(self, visit_key: str, /) -> OwnerNumbers: ...
    def tell_wrong(self, phone: str, /) -> int: ...
    def is_right(self, phone: str, /) -> int: ...
    def keep(self, phone: str, contact: Contact, /) -> int: ...
    def forget(self, phone: str, /) -> int: ...
