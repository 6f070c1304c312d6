"""Who of the clinic can do what: accounts that left, sign-ins that are kept, versions of programs and records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idexx_desktop.domain.failures import FailureCode
from tests.simulation import events as ev

# by hand: so often may a sign-in be tested within an hour
_MOST_TESTS = 10
_TROUBLED = {
    "Back Office": FailureCode.ANOTHERS_PROFILE,
    "Old Computer": FailureCode.RECORDS_MOVED,
    "Shared Drive": FailureCode.RECORDS_NOT_LOCAL,
    "Laptop": FailureCode.RECORDS_OPEN_ELSEWHERE,
}
# what a user does with the records: where they refuse it, nothing happens
_IN_RECORDS = (
    ev.Decide, ev.OptOut, ev.Switch, ev.NewRules, ev.Outcome, ev.CallByHand, ev.SignInAgain, ev.ForgetSignIn,
    ev.TestSignIn,
)  # fmt: skip


@dataclass(slots=True)
class Standing:
    """`versions` of the users' programs and the one that the records were `prepared` by: numbers, 0 at first.

    `tested`: when each user's sign-in was tested. `set_up`: the computers that know of this clinic; `troubled`: those
    on which no program opens, and why. `clocks`: how far those of the users' computers were ahead last; one
    that was never wrong isn't there. `unnoticed`: whose program has not looked yet since the clock was right again.
    """

    gone: set[str] = field(default_factory=set)
    without_sign_in: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    prepared: int = 0
    tested: dict[str, list[datetime]] = field(default_factory=dict)
    set_up: set[str] = field(default_factory=lambda: {"Front Desk 1", "Front Desk 2"})
    clocks: dict[str, timedelta] = field(default_factory=dict)
    unnoticed: set[str] = field(default_factory=set)
    troubled: dict[str, FailureCode] = field(default_factory=lambda: dict(_TROUBLED))

    def wrong_by(self, user: str) -> timedelta:
        """How far the clock of a user's computer is ahead."""
        return self.clocks.get(user, timedelta())

    def version(self, user: str) -> int:
        """That of a user's program."""
        return self.versions.get(user, 0)

    def refusal(self, user: str) -> FailureCode | None:
        """Why a user's program can't work with the records now; None where it can."""
        if self.version(user) > self.prepared:
            return FailureCode.DATABASE_OUTDATED
        if user in self.gone:
            return FailureCode.DATABASE_REFUSED
        return FailureCode.PROGRAM_OUTDATED if self.version(user) < self.prepared else None

    def refused(self, event: ev.Event) -> FailureCode | None:
        """Why a user can't do what this event says; None where they can, or it needs no records."""
        return self.refusal(event.user) if isinstance(event, _IN_RECORDS) else None

    def test(self, user: str, now: datetime) -> FailureCode | None:
        """One test of the sign-in that is kept, which works; why there is none, else None."""
        shown = now + self.wrong_by(user)
        if user in self.without_sign_in:
            return FailureCode.NO_CREDENTIALS
        tested = self.tested.setdefault(user, [])
        if sum(at >= shown - timedelta(hours=1) for at in tested) >= _MOST_TESTS:
            return FailureCode.TOO_MANY_TESTS
        tested.append(now)
        return None
