"""Consents of owners, in memory."""

from __future__ import annotations

from idexx_desktop.domain.consents import Consent, NewConsent
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.gui.made_up import NOW


class FakeConsents:
    """Adds what it is given; a number that starts with 9 can't be called."""

    def __init__(self) -> None:
        self.known: list[Consent] = []

    def all(self) -> list[Consent]:
        return list(self.known)

    def add(self, given: NewConsent, /) -> bool:
        if given.phone.startswith("9"):
            raise Failure(
                FailureCode.INVALID_INPUT, "consent", title="That is not a number that can be called."
            )
        self.known.insert(0, Consent(f"consent-{len(self.known)}", given, "Ana Diaz", NOW))
        return True

    def withdraw(self, consent_id: str, /) -> None:
        self.known = [each for each in self.known if each.id != consent_id]
