"""What a run is given: where to write, how to unlock, how to reach Neo, which clock and chance, and who it is."""

from __future__ import annotations

import os
import platform
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import psutil

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.clock import Clock
from idexx_desktop.domain.computers import plain_name
from idexx_desktop.domain.events import SyncEvent, Trigger
from idexx_desktop.sync.sharing import Sharing

DEFAULT_HOURS = 48.0
LEASE_SECONDS = 30.0
LONGEST_WINDOW = timedelta(days=14)
# a visit for the ashes, or a bill, comes weeks after a death: nobody is called because of it
DEATHS_REMEMBERED = timedelta(days=90)

# an appointment that is deleted and booked anew was first seen no longer ago than this
SEEN_BEFORE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Holder:
    """Which computer and process this is. `process` tells a living holder of a lease from a dead one."""

    device: str
    process: str


def this_holder() -> Holder:
    """This computer's name, and this process's id with its start time (ids are used again)."""
    return Holder(plain_name(platform.node()) or "this computer", process_mark(os.getpid()))


def process_mark(pid: int) -> str:
    """`<pid>@<start time in seconds>`."""
    return f"{pid}@{psutil.Process(pid).create_time():.2f}"


def is_dead(process: str) -> bool:
    """Whether a mark names a process of this computer that runs no more."""
    pid, _, started = process.partition("@")
    if not pid.isdigit() or not started:
        return False
    try:
        return process_mark(int(pid)) != process
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """One wish to sync. `only_visits` narrows a retry; `asked_at` is when the command or button came.

    `if_due`: not where another run has made up meanwhile for what was due. `take_back`: a person knows that most of the
    visits are gone.
    """

    trigger: Trigger
    asked_at: float
    hours: float = DEFAULT_HOURS
    only_visits: frozenset[str] | None = None
    if_due: bool = False
    take_back: bool = False


@dataclass(frozen=True, slots=True)
class SyncParts:
    """Everything a run needs, built once by the composition root."""

    records: ClinicRecords
    sharing: Sharing
    clock: Clock
    holder: Holder
    chance: random.Random = field(default_factory=random.SystemRandom)
    lease_seconds: float = LEASE_SECONDS
    read_only: bool = False
    # how long one request to Neo may take
    answer_seconds: float = 15.0
    # whose static files the sign-in page may use on this computer, as it is when a run begins
    allowed_hosts: Callable[[], tuple[str, ...]] = tuple


Emit = Callable[[SyncEvent], None]
