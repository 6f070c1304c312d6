"""A database that answers slowly is not a Neo that does: each wait is counted where it is, and Stop and lease go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.sync.beside import beside, tell
from idexx_desktop.sync.parts import SyncRequest
from idexx_desktop.sync.run import SyncRun
from tests.support.off_the_loop import BlockedError
from tests.support.practice import Practice, Practices

# longer than Neo may take, and than Neo takes
_ANSWER_SECONDS, _SLOW_SECONDS = 0.7, 1.2


@contextmanager
def slow(practice: Practice, words: str) -> Iterator[list[str]]:
    """The server takes its time before each statement with these words; which it was that often."""
    engine, delayed = practice.program.records.database.engine, list[str]()

    def before(_: Any, cursor: Any, statement: str, *__: Any) -> None:
        if words in statement:
            delayed.append(statement)
            cursor.execute(f"SELECT pg_sleep({_SLOW_SECONDS})")

    event.listen(engine, "before_cursor_execute", before)
    yield delayed
    event.remove(engine, "before_cursor_execute", before)


def run(practice: Practice) -> SyncResult:
    parts = replace(practice.parts(), answer_seconds=_ANSWER_SECONDS)
    return asyncio.run(
        SyncRun(parts, SyncRequest(Trigger.BUTTON, parts.clock.monotonic()), lambda _: None).run()
    )


@pytest.mark.parametrize("words", ["renew_lease"])
def test_neo_is_not_blamed_for_the_database(practices: Practices, words: str) -> None:
    """Each renewal of the lease takes longer than Neo may: what Neo answers meanwhile is heard in time."""
    practice = practices("ordinary-day", visits=12, latency_ms=250)
    with slow(practice, words) as delayed:
        result = run(practice)
    assert delayed
    assert result.failure is None
    assert {failure.failure.code for failure in result.failures} == set()
    assert result.consultations_synced == result.consultations_seen


def test_a_database_that_is_away_has_its_own_name(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=3)
    for words in ("take_lease", "renew_lease", "FROM public.visits"):
        engine = practice.program.records.database.engine

        def gone(_: Any, __: Any, statement: str, *more: Any, words: str = words) -> None:
            if words in statement:
                raise Failure(FailureCode.DATABASE_UNREACHABLE, words)

        event.listen(engine, "before_cursor_execute", gone)
        result = run(practice)
        event.remove(engine, "before_cursor_execute", gone)
        if result.failure is not None:  # a run that was over before its lease had to be renewed
            assert result.failure.code is FailureCode.DATABASE_UNREACHABLE
    assert run(practice).failure is None


def test_no_test_may_ask_the_database_on_an_event_loop(synced: Practice) -> None:
    async def careless() -> None:
        with synced.program.records.transaction():
            raise AssertionError("it got there")

    with pytest.raises(BlockedError):
        asyncio.run(careless())


def test_a_cancel_counts_once_the_work_in_hand_is_whole() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), list[str]()

    def work() -> None:
        begun.set()
        assert go_on.wait(30)
        done.append("written")

    async def stopped() -> None:
        task = asyncio.ensure_future(beside(work))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done == ["written"]

    asyncio.run(stopped())


def test_what_goes_wrong_beside_is_raised_where_it_is_waited_for() -> None:
    def work() -> None:
        raise Failure(FailureCode.DATABASE_UNREACHABLE)

    with pytest.raises(Failure):
        asyncio.run(beside(work))


def test_a_loop_that_has_just_closed_is_told_nothing() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    tell(loop, print, "never")


def test_stopping_a_run_that_is_just_over(synced: Practice) -> None:
    """Between the end of its loop and that of its thread nothing is there to be cancelled any more."""
    syncer = synced.program.syncer
    ended = threading.Event()
    close = asyncio.BaseEventLoop.close

    def closed(loop: asyncio.BaseEventLoop) -> None:
        close(loop)
        if threading.current_thread().name == "sync":
            syncer.cancel()
            ended.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.BaseEventLoop, "close", closed)
        result = synced.sync()
    assert ended.is_set()
    assert result.failure is None
