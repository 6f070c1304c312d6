"""Pets that died, and who is calling, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from idexx_desktop.domain.claims import Claim
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.households import Member
from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.undoing import Undo
from tests.gui.made_up import NOW


class _Visits(Protocol):
    all: list[VisitRecord]


class _Calls(Protocol):
    calls: list[CallRecord]


class FakeDeaths:
    """A death stands at the visits themselves. `failure` is raised by every write."""

    def __init__(self, visits: _Visits) -> None:
        self._visits = visits
        self.failure: Failure | None = None
        self.sent: set[str] = set()
        self.pressed: list[str] = []

    def tell(self, visit_keys: Sequence[str]) -> Undo:
        self._write("tell")
        for key in visit_keys:
            row = next(row for row in self._visits.all if row.visit_key == key)
            pet = Member(key, date.min, owner_name=row.owner_name, patient_name=row.patient_name)
            self._put(key, ToldDeath(f"death-{key}", pet, "front@desk.example", NOW))
        return Undo(deaths=tuple(f"death-{key}" for key in visit_keys))

    def undo(self, what: Undo) -> None:
        self._write("undo")
        for death in what.deaths:
            self._put(death.removeprefix("death-"), None)

    def take_back(self, visit_key: str) -> bool:
        self._write("take_back")
        self._put(visit_key, None)
        return True

    def line_for_record(self, visit_key: str) -> str:
        return f"22 Nov 2026, 10:44: the pet of {visit_key} has died."

    def without_card(self) -> list[ToldDeath]:
        told = [row.death for row in self._visits.all if row.death]
        return [death for death in told if death.id not in self.sent]

    def note_card(self, death_id: str, *, sent: bool = True) -> bool:
        self._write("card")
        (self.sent.add if sent else self.sent.discard)(death_id)
        return True

    def _write(self, what: str) -> None:
        if self.failure:
            raise self.failure
        self.pressed.append(what)

    def _put(self, key: str, death: ToldDeath | None) -> None:
        rows = self._visits.all
        rows[:] = [replace(row, death=death) if row.visit_key == key else row for row in rows]


class FakeClaims:
    """A claim stands at the call itself."""

    device = "Front desk"

    def __init__(self, calls: _Calls) -> None:
        self._calls = calls

    def claim(self, call_id: str, *, anyway: bool = False) -> Claim | None:
        there = next(row.claim for row in self._calls.calls if row.id == call_id)
        if there is not None and not anyway and not there.is_made_at(self.device):
            return there
        self._put(call_id, Claim("front@desk.example", self.device, NOW, of_account=True))
        return None

    def release(self, call_id: str) -> bool:
        self._put(call_id, None)
        return True

    def _put(self, call_id: str, claim: Claim | None) -> None:
        rows = self._calls.calls
        rows[:] = [replace(row, claim=claim) if row.id == call_id else row for row in rows]
