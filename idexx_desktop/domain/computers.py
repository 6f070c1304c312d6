"""The computers that share one Neo sign-in, the requests of those that want to, and the recovery kit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

LONGEST_NAME = 60
# control signs, what is not seen or turns the direction of what follows, and what could pass for words of ours beside
# the name; the same as in `idexx_app.plain_name` (a test compares them)
_NO_NAME = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    '\U000e0000-\U000e0fff\ud800-\udfff\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2()<>@"“”„«»]'
)


def plain_name(given: str) -> str:
    """The name that a computer gives itself, as others see it: short, and nothing but what it looks like."""
    return _NO_NAME.sub("", given).strip(" ")[:LONGEST_NAME].strip(" ")


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
