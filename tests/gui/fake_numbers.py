"""Owners' numbers, in memory: one number for every visit, as the made-up records have it."""

from __future__ import annotations

from idexx_desktop.domain.owner_numbers import Contact, OwnerContact, OwnerNumbers, WrongNumber
from tests.gui.made_up import NOW

IN_NEO, OTHER = "+15105550142", "+14155550199"


class FakeNumbers:
    """What was said, by number."""

    def __init__(self) -> None:
        self.told: dict[str, WrongNumber] = {}
        self.kept: dict[str, Contact] = {}

    def of_visit(self, _visit_key: str) -> OwnerNumbers:
        contact = self.kept.get(IN_NEO)
        called = contact.use_instead if contact and contact.use_instead else IN_NEO
        others = tuple(each for each in (IN_NEO, OTHER) if each != called and each not in self.told)
        said = OwnerContact(IN_NEO, contact, NOW, "front@desk.example") if contact else None
        return OwnerNumbers(IN_NEO, called, others, tuple(self.told.values()), said)

    def tell_wrong(self, phone: str) -> int:
        self.told[phone] = WrongNumber(phone, NOW, "front@desk.example")
        return 1

    def is_right(self, phone: str) -> int:
        del self.told[phone]
        return 1

    def keep(self, phone: str, contact: Contact) -> int:
        self.kept[phone] = contact
        return 1

    def forget(self, phone: str) -> int:
        del self.kept[phone]
        return 1
