"""What people do with accounts, sign-ins, programs and computers, in the records in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.vault.codes import CodeKind, read_code
from tests.simulation import events as ev

if TYPE_CHECKING:
    from tests.simulation.playing import Clinic


def play_sign_in(clinic: Clinic, event: ev.Event) -> bool:
    """What becomes of a sign-in. False for an event of another kind."""
    records, standing = clinic.records, clinic.records.standing
    match event:
        case ev.SignInAgain(user):
            records.suspended.pop(user, None)
            standing.without_sign_in.discard(user)
        case ev.ForgetSignIn(user):
            records.suspended.pop(user, None)
            standing.without_sign_in.add(user)
        case ev.SuspendedElsewhere(user):
            if user not in standing.without_sign_in:
                records.suspended[user] = FailureCode.SUSPENDED
        case ev.TestSignIn(user, times):
            for _ in range(times):
                refused = standing.test(user, clinic.now)
                if refused is None:
                    records.suspended.pop(user, None)
                else:
                    clinic.meet(refused)
        case _:
            return False
    return True


def play_computers(clinic: Clinic, event: ev.Event) -> bool:
    """What becomes of accounts, programs and computers. False for an event of another kind."""
    standing = clinic.records.standing
    match event:
        case ev.Open(user, computer):
            if computer in standing.set_up:
                clinic.at_work_on[user] = computer
            else:
                clinic.meet(standing.troubled.get(computer, FailureCode.NO_PROFILE))
        case ev.Quit(user):
            clinic.at_work_on.pop(user, None)
        case ev.SetUp(computer):
            standing.set_up.add(computer)
        case ev.SetClock(user, minutes):
            standing.clocks[user] = timedelta(minutes=minutes)
            standing.unnoticed.add(user)
        case _:
            return _play_accounts(clinic, event)
    return True


def _play_accounts(clinic: Clinic, event: ev.Event) -> bool:
    standing = clinic.records.standing
    match event:
        case ev.Leave(user):
            standing.gone.add(user)
        case ev.NewVersion(user):
            standing.versions[user] = standing.prepared + 1
        case ev.Prepare(user):
            standing.prepared = max(standing.prepared, standing.version(user))
        case ev.TypeCode(_, typed):
            try:
                read_code(typed, CodeKind.RECOVERY)
            except Failure as failure:
                clinic.meet(failure.code)
        case _:
            return False
    return True
