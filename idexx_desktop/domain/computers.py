"""The computers that share one Neo sign-in, the requests of those that want to, and the recovery kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ComputerRecord:
    """A computer that may open the Neo sign-in."""

    id: str
    name: str
    approved_at: datetime
    is_this: bool = False


@dataclass(frozen=True, slots=True)
class ComputerRequest:
    """A computer that asks to be approved; `id` is the request's."""

    id: str
    computer_id: str
    name: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class KitRecord:
    """The recovery kit that counts now; `number` is printed on it, so that an older one can be told apart."""

    number: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RecoveryKit:
    """A new kit, to be printed at once: its code is kept nowhere."""

    code: str
    number: str
    made_at: datetime
    practice: str


@dataclass(frozen=True, slots=True)
class ComputersOverview:
    """What is known on this computer.

    `approved` is empty where there is no sign-in yet, or where this computer can't tell whom to trust;
    `requests` are those of other computers, `asked_at` is this computer's own, while it is unanswered.
    """

    this_name: str
    is_approved: bool
    approved: tuple[ComputerRecord, ...] = ()
    requests: tuple[ComputerRequest, ...] = ()
    asked_at: datetime | None = None
    kit: KitRecord | None = None
    key_made_at: datetime | None = None
