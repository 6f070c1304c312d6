"""Whether this computer can open the clinic's Neo sign-in, as several parts of the window ask it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idexx_desktop.domain.computers import ComputersOverview
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.ports import Program

# why a sign-in that is there doesn't open on this computer
SHUT_OUT = frozenset({FailureCode.NOT_APPROVED, FailureCode.COMPUTERS_CHANGED, FailureCode.KEY_MISSING})


@dataclass(frozen=True, slots=True)
class Access:
    """`alone`: the records are on this computer, so that no other one can have the sign-in."""

    sign_in_there: bool
    alone: bool
    overview: ComputersOverview

    @property
    def failure(self) -> Failure | None:
        """Why the sign-in, which is there, doesn't open here; None where it does, or where there is none."""
        if not self.sign_in_there or self.overview.is_approved:
            return None
        return Failure(FailureCode.KEY_MISSING if self.alone else FailureCode.NOT_APPROVED)


def reading(program: Program) -> Callable[[], Access]:
    """What reads it; it blocks and may raise Failure."""

    def read() -> Access:
        there = program.credentials.status().state != "not_configured"
        return Access(there, program.records_here, program.computers.overview())

    return read
