"""Computers that share a sign-in, in memory: requests, codes, a key and a kit that really change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idexx_desktop.domain.computers import (
    ComputerRecord,
    ComputerRequest,
    ComputersOverview,
    KitRecord,
    RecoveryKit,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.codes import CodeKind, new_approval_code, new_recovery_code, read_code
from tests.gui.made_up import NOW, local


@dataclass(slots=True)
class _Asked:
    request: ComputerRequest
    code: str


class FakeComputers:
    """As Front Desk 1 sees it. `failure` makes every question fail, `refusal` everything that changes something."""

    def __init__(self) -> None:
        self.this_name = "Front Desk 1"
        self.approved = [
            ComputerRecord("computer-1", "Front Desk 1", local(3, 10, 12), is_this=True),
            ComputerRecord("computer-3", "Treatment Room", local(21, 16)),
        ]
        self.kit: KitRecord | None = None
        self.key_made_at: datetime | None = local(3, 10, 12)
        self.failure: Failure | None = None
        self.refusal: Failure | None = None
        self.no_list = False
        self.keys = 1
        self.looks = 0
        self._asking: dict[str, _Asked] = {}
        self._own: _Asked | None = None
        self._kit_code = ""
        self._made = 0

    @property
    def is_approved(self) -> bool:
        """Whether this computer is on the list."""
        return any(record.is_this for record in self.approved)

    # what others do

    def shut_out(self) -> None:
        """Nobody approved this computer."""
        self.approved = [record for record in self.approved if not record.is_this]

    def somebody_asks(self, name: str = "Front Desk 2") -> str:
        """Another computer asks; the code that it shows."""
        asked = self._new_request(name)
        self._asking[asked.request.id] = asked
        return asked.code

    def answer(self) -> None:
        """Somebody approves this computer elsewhere."""
        assert self._own is not None
        self.approved.insert(0, ComputerRecord("computer-1", self.this_name, NOW, is_this=True))

    def turn_down(self) -> None:
        """Somebody dismisses this computer's request elsewhere."""
        self._own = None

    def start_over(self) -> None:
        """The sign-in was entered anew here: only this computer is left, and no kit."""
        self.approved = [ComputerRecord("computer-1", self.this_name, NOW, is_this=True)]
        self._asking.clear()
        self._own = self.kit = None
        self.key_made_at = NOW

    # the port

    def overview(self) -> ComputersOverview:
        if self.failure:
            raise self.failure
        if not self.is_approved:
            asked_at = self._own.request.requested_at if self._own else None
            return ComputersOverview(self.this_name, is_approved=False, asked_at=asked_at)
        return ComputersOverview(
            self.this_name,
            is_approved=True,
            approved=() if self.no_list else tuple(self.approved),
            requests=tuple(asked.request for asked in self._asking.values()),
            kit=self.kit,
            key_made_at=self.key_made_at,
        )

    def ask(self) -> str:
        self._check()
        self._own = self._new_request(self.this_name)
        return self._own.code

    def join(self) -> bool:
        self.looks += 1
        if self.failure:
            raise self.failure
        if self.is_approved:
            self._own = None
        return self.is_approved

    def withdraw(self) -> None:
        self._check()
        self._own = None

    def approve(self, request_id: str, code: str) -> None:
        self._check()
        asked = self._asking[request_id]
        if read_code(code, CodeKind.APPROVAL) != read_code(asked.code, CodeKind.APPROVAL):
            raise Failure(FailureCode.CODE_REFUSED, title="That isn't the code of this computer.")
        del self._asking[request_id]
        self.approved.append(ComputerRecord(asked.request.computer_id, asked.request.name, NOW))

    def dismiss(self, request_id: str) -> None:
        self._check()
        del self._asking[request_id]

    def remove(self, computer_id: str) -> None:
        self._check()
        self.approved = [record for record in self.approved if record.id != computer_id]
        self.rotate_key()

    def rotate_key(self) -> None:
        self._check()
        self.keys += 1
        self.key_made_at = NOW

    def make_kit(self) -> RecoveryKit:
        self._check()
        self._made += 1
        number = f"K{self._made}"
        self._kit_code = new_recovery_code()
        self.kit = KitRecord(number, NOW)
        return RecoveryKit(self._kit_code, number, NOW, "Harbour Vet")

    def recover(self, code: str) -> None:
        self._check()
        if self.kit is None or read_code(code, CodeKind.RECOVERY) != read_code(
            self._kit_code, CodeKind.RECOVERY
        ):
            raise Failure(FailureCode.CODE_REFUSED, title="That isn't the code of the kit that counts.")
        self.approved.insert(0, ComputerRecord("computer-1", self.this_name, NOW, is_this=True))

    def _new_request(self, name: str) -> _Asked:
        self._made += 1
        request = ComputerRequest(
            f"request-{self._made}", f"computer-{self._made + 10}", name, local(22, 10, 42)
        )
        return _Asked(request, new_approval_code())

    def _check(self) -> None:
        if self.refusal:
            raise self.refusal
