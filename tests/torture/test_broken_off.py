"""SAFETY 24, in process: a sync broken off at any commit loses nothing, doubles nothing, and the next ends right."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.sync.parts import Holder, this_holder
from idexx_desktop.sync.worker import Syncer
from tests.support.practice import Practices, finished
from tests.torture.copies import Copy, Prepared
from tests.torture.final_tables import differences

VISITS = 2
AROUND_THE_LEASE = 4  # commits: it is the second
GONE = Holder(this_holder().device, "1@1.00")
BADLY = {("timeout", str(FailureCode.CRASHED)), ("failed", str(FailureCode.DATABASE_UNREACHABLE))}
Fault = Callable[[], BaseException]


class Stop(BaseException):
    """As final as a crash: nothing catches it."""


def crash() -> BaseException:
    """The program ends at once."""
    return Stop()


def lost_connection() -> BaseException:
    """What the driver says where the server is gone; the program may still end the run properly."""
    return OperationalError("COMMIT", None, psycopg.OperationalError("the server closed the connection"))


class Countdown:
    """Counts commits, and breaks off once at the one of this number."""

    def __init__(self, at: int = 0, fault: Fault = crash) -> None:
        self.at = at
        self.fault = fault
        self.count = 0

    def __call__(self, *_arguments: object) -> None:
        self.count += 1
        if self.count == self.at:
            raise self.fault()


@contextmanager
def at_commits(engine: Engine, countdown: Countdown, *, after: bool) -> Iterator[None]:
    """Count the commits of a program, before they are given or after they were done."""

    def done(session: Session) -> None:
        if session.get_bind() is engine:
            countdown()

    target, name, heard = (Session, "after_commit", done) if after else (engine, "commit", countdown)
    event.listen(target, name, heard)
    try:
        yield
    finally:
        event.remove(target, name, heard)


def broken_off(copy: Copy, at: Countdown, *, after: bool) -> SyncResult | None:
    """A run by a process that is gone afterwards, as far as anybody can tell; None where it was broken off."""
    _ = copy.parts.records.database.read_only  # asked once a program, outside of any run
    with at_commits(copy.parts.records.database.engine, at, after=after), nobody_closes():
        try:
            return copy.sync(GONE)
        except Stop:
            return None
        except BaseExceptionGroup as several:
            if several.split(Stop)[1] is not None:
                raise
            return None


@contextmanager
def nobody_closes() -> Iterator[None]:
    """What a crash leaves open the system closes; here it is closed when it is collected, which is no mistake."""
    with warnings.catch_warnings():
        for category in (ResourceWarning, RuntimeWarning):
            warnings.simplefilter("ignore", category)
        yield
        gc.collect()


def break_off(practices: Practices, fault: Fault, every: int = 1) -> None:
    """A crash before commits; or a connection that breaks when one is done, before the program knows."""
    after = fault is lost_connection
    prepared = Prepared.of(practices("ordinary-day", visits=VISITS))
    with prepared.copy() as whole:
        commits = Countdown()
        uninterrupted = broken_off(whole, commits, after=after)
        assert uninterrupted is not None
        assert uninterrupted.failure is None
        wanted = whole.tables()
    assert sum(wanted["visits"].values()) == VISITS
    assert commits.count > 10
    for number in range(1, commits.count + 1, every):
        with prepared.copy() as copy:
            ended = broken_off(copy, Countdown(number, fault), after=after)
            assert (ended is not None) == after, number
            assert copy.sync().failure is None, number
            assert differences(wanted, copy.tables()) == [], number
            ways = copy.runs()
            assert ways.pop(("completed", None)) >= 1, number
            assert set(ways) <= BADLY, number


def test_crashed_at_some_commits(practices: Practices) -> None:
    break_off(practices, crash, every=4)


def test_connection_lost_at_some_commits(practices: Practices) -> None:
    break_off(practices, lost_connection, every=5)


@pytest.mark.long(item=24)
def test_crashed_at_every_commit(practices: Practices) -> None:
    break_off(practices, crash)


def test_a_program_never_waits_for_its_own_lease(practices: Practices) -> None:
    """Also where the connection breaks just after the lease was taken, before the program hears so."""
    prepared = Prepared.of(practices("ordinary-day", visits=VISITS))
    for number in range(1, AROUND_THE_LEASE + 1):
        with prepared.copy() as copy:
            database, syncer = copy.parts.records.database, Syncer(copy.parts)
            _ = database.read_only  # asked once a program, outside of any run
            with at_commits(database.engine, Countdown(number, lost_connection), after=True):
                assert syncer.start(Trigger.BUTTON)
                assert finished(syncer).failure is not None, number
            assert syncer.start(Trigger.BUTTON)
            assert finished(syncer).failure is None, number


@pytest.mark.long(item=24)
def test_connection_lost_at_every_commit(practices: Practices) -> None:
    break_off(practices, lost_connection)
