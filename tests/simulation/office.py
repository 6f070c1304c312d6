"""Accounts, sign-ins, versions and computers of a simulated week, by the program itself and in the real records."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from idexx_desktop import app
from idexx_desktop.db import database, migrate
from idexx_desktop.db.repositories import call_rules
from idexx_desktop.db.server.drives import require_local
from idexx_desktop.db.server.holding import Holding
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.credentials import CredentialService
from idexx_desktop.services.numbers import NumberService
from idexx_desktop.services.own_folder import require_own
from idexx_desktop.services.profile import MOVED
from idexx_desktop.sync.deciding import redecide
from tests.simulation import by_hand
from tests.simulation import events as ev
from tests.simulation.engine_parts import NeoAnswers, WeekClock
from tests.simulation.invariants import require
from tests.simulation.law import LAWS, OTHER_LAW
from tests.simulation.numbers_said import say

if TYPE_CHECKING:
    from tests.simulation.program import Program

# a visit that the records don't take, as long as it is named here: what was read of it, not that it failed
REFUSING = """
    CREATE TABLE public.simulated_refusal (visit_key text);
    GRANT SELECT ON public.simulated_refusal TO PUBLIC;
    CREATE FUNCTION public.simulated_refusal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.state <> 'failed' AND NEW.last_read_at IS NOT NULL
          AND (TG_OP = 'INSERT' OR NEW.session_id IS DISTINCT FROM OLD.session_id
            AND NEW.last_read_at IS DISTINCT FROM OLD.last_read_at)
          AND EXISTS (SELECT FROM public.simulated_refusal r WHERE r.visit_key = NEW.visit_key) THEN
        RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER simulated_refusal BEFORE INSERT OR UPDATE ON public.visits
      FOR EACH ROW EXECUTE FUNCTION public.simulated_refusal()
"""

# the activity record has the server's own clock, and nobody may change it
_TESTED_NOW = (
    "SET session_replication_role = replica",
    "UPDATE public.idexx_sync_audit_log SET timestamp = %s"
    " WHERE action = 'credentials.tested' AND timestamp > clock_timestamp() - interval '10 minutes'",
    "RESET session_replication_role",
)


@contextmanager
def as_version(program: Program, user: str) -> Iterator[None]:
    """The program as this user has it: of their version, which may know of more than the records hold."""
    standing = program.clinic.records.standing
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "__version__", _number(standing.version(user)))
        if standing.version(user) > standing.prepared:
            patch.setattr(migrate, "head", lambda: "9999")
        yield


def checked(program: Program, user: str) -> bool:
    """Whether the program of this user opens with the records; where it doesn't, it says why."""
    expected = program.clinic.records.standing.refusal(user)
    pool = program.pools[user]
    try:
        pool.check()
    except Failure as failure:
        require(failure.code is expected, f"{user}'s program doesn't open: {failure}, and not {expected}")
        return False
    outdated = expected is FailureCode.PROGRAM_OUTDATED
    require(pool.read_only is outdated, f"{user}'s program only reads: {pool.read_only}, and {expected}")
    require(expected is None or outdated, f"{user}'s program opens in spite of {expected}")
    return True


def by_program(program: Program, event: ev.Event) -> bool:
    """What such an event is for the program or its records. False for an event of another kind."""
    return _by_a_person(program, event) or _by_the_office(program, event)


def _by_a_person(program: Program, event: ev.Event) -> bool:
    """What somebody says of a number, or of a call that they made by hand."""
    match event:
        case ev.SayOfNumber(user):
            say(program.clinic, event, NumberService(program.records(user), WeekClock(program.clinic, user)))
        case ev.CallByHand(user, place, kind):
            call_id = by_hand.call_at(program.clinic, user, place)
            if call_id is not None:
                calls = CallService(program.records(user), WeekClock(program.clinic, user))
                calls.record_outcome(program.real(call_id), kind)
        case _:
            return False
    return True


def _by_the_office(program: Program, event: ev.Event) -> bool:
    match event:
        case ev.ForgetSignIn(user):
            _credentials(program, user).forget()
        case ev.SuspendedElsewhere(user):
            person = program.people[user]
            suspended = (
                "UPDATE public.idexx_credentials SET suspended_code = 'asked_for_a_song' WHERE user_id = %s"
            )
            program.ask(suspended, person.user_id)
        case ev.TestSignIn(user, times):
            _test(program, user, times)
        case ev.Leave(user):
            person = program.people[user]
            program.ask("UPDATE idexx_app.logins SET active = false WHERE user_id = %s", person.user_id)
        case ev.Prepare(user):
            standing = program.clinic.records.standing
            newest = _number(max(standing.prepared, standing.version(user)))
            program.ask("UPDATE idexx_app.schema_meta SET value = %s WHERE key = 'lowest_writer'", newest)
        case ev.Open(_, computer):
            _open(program, computer)
        case ev.NewRules(user, what):
            _with_other_law(program, user, what)
        case _:
            return False
    return True


def _with_other_law(program: Program, user: str, what: str) -> None:
    """A program that comes with other data judges as soon as it is open."""
    OTHER_LAW.setattr(call_rules, "calling_hours", lambda: LAWS[what])
    with program.records(user).transaction() as tx:
        redecide(tx, WeekClock(program.clinic, user).now())


def _number(version: int) -> str:
    return f"0.3.{version}"


def _credentials(program: Program, user: str) -> CredentialService:
    return CredentialService(
        program.records(user), program.sharing[user], WeekClock(program.clinic, user), ""
    )


def _test(program: Program, user: str, times: int) -> None:
    service, standing = _credentials(program, user), copy.deepcopy(program.clinic.records.standing)
    answers = NeoAnswers(program.clinic.neo, ev.Sync(user, ""), lambda: None, lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("idexx_desktop.neo.session.NeoSession", answers)
        for _ in range(times):
            expected = standing.refusal(user) or standing.test(user, program.clinic.now)
            found = None
            try:
                service.test_saved()
            except Failure as failure:
                found = failure.code
            for statement in _TESTED_NOW:
                program.ask(statement, *([program.clinic.now] if "%s" in statement else []))
            require(found is expected, f"a test of {user}'s sign-in: {found}, and not {expected}")


def _open(program: Program, computer: str) -> None:
    standing, folder = program.clinic.records.standing, program.folder / computer
    if computer in standing.set_up:
        return
    expected = standing.troubled.get(computer, FailureCode.NO_PROFILE)
    folder.mkdir(exist_ok=True)
    with pytest.raises(Failure) as failed:
        _OPENS.get(expected, _open_profile)(folder)
    require(failed.value.code is expected, f"{computer} opens: {failed.value}")


def _open_profile(folder: Path) -> None:
    app.open_program(app.Environment(folder))


def _open_anothers(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, 65_534, -1)
    require_own(folder if os.geteuid() == 0 else Path("/"))


def _open_moved(folder: Path) -> None:
    (folder / MOVED).write_text(json.dumps({"to": "C:\\idexx", "name": "Front Desk 1"}))
    _open_profile(folder)


def _open_shared(folder: Path) -> None:
    require_local(folder / "Dropbox" / "records")


def _open_elsewhere(folder: Path) -> None:
    holding = Holding(folder)
    holding.renew()
    lease = json.loads((folder / "lease.json").read_bytes())
    lease["computer"] |= {"name": "Front Desk 1", "key": "another", "boot": "another", "numbers": "another"}
    (folder / "lease.json").write_text(json.dumps(lease))
    holding.require_free()


_OPENS = {
    FailureCode.ANOTHERS_PROFILE: _open_anothers,
    FailureCode.RECORDS_MOVED: _open_moved,
    FailureCode.RECORDS_NOT_LOCAL: _open_shared,
    FailureCode.RECORDS_OPEN_ELSEWHERE: _open_elsewhere,
}
