"""One sync from start to end: lease, session row, read, reconcile, write, and the truth about how it ended."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backing_off import in_a_row, pause_after, spread_of
from idexx_desktop.domain.events import RecordsChanged, Step, SyncProgress, SyncResult, SyncStarted, Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.schedule import next_due
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.sync import plan
from idexx_desktop.sync.beside import beside, meanwhile
from idexx_desktop.sync.due import check_due
from idexx_desktop.sync.lease import Lease, give_back, new_holder_id, take_lease
from idexx_desktop.sync.looking import hold_unread
from idexx_desktop.sync.parts import Emit, SyncParts, SyncRequest
from idexx_desktop.sync.reading import NeoReader
from idexx_desktop.sync.sent import note_sent
from idexx_desktop.sync.signin import SealedSignIn, UsableSignIn
from idexx_desktop.sync.tally import Tally

if TYPE_CHECKING:
    from idexx_desktop.neo.sign_in_browser import SignInBrowser
    from idexx_desktop.sync.days import Facts

log = structlog.get_logger()


class SyncRun:
    """Used once."""

    def __init__(
        self, parts: SyncParts, request: SyncRequest, emit: Emit, browser: SignInBrowser | None = None
    ) -> None:
        """`browser`: one that starts already, should this run have to sign in."""
        self._parts = parts
        self._request = request
        self._emit = emit
        self._tally = Tally()
        self._neo: NeoSession | None = None
        self._browser = browser
        self._session_id: str | None = None
        self._lease: Lease | None = None
        # once the lease was asked for: even where no answer came it may be ours
        self._holder_id: str | None = None
        self._ended_at = parts.clock.now()
        # what the run ended with, where the records were not there to write it down
        self.left_over: Failure | None = None

    async def run(self) -> SyncResult:
        """Run to the end. Never raises for what a `Failure` can name: the result carries it.

        Cancelling the task that awaits this keeps what is committed and ends as `failed` with code `cancelled`.
        """
        failure: Failure | None = None
        try:
            await self._work_under(await beside(self._begin))
        except asyncio.CancelledError:
            failure = Failure(FailureCode.CANCELLED)
        except Exception as problem:
            failure = named(problem) if self._lease is None else self._lease.explained(named(problem))
        finishing = asyncio.ensure_future(beside(self._finish, failure))
        while not finishing.done():
            with suppress(asyncio.CancelledError):  # too late: it has ended, and says as what
                await asyncio.wait([finishing])
        return finishing.result()

    def _begin(self) -> Lease:
        """Take the lease and open the session. Nothing is written where there is no usable sign-in."""
        parts = self._parts
        if parts.read_only:
            raise Failure(FailureCode.PROGRAM_OUTDATED)
        hold_unread(parts.records, parts.clock.now(), anew=True)
        SealedSignIn(parts.records, parts.sharing, parts.clock).require()
        self._holder_id = new_holder_id()
        self._lease = lease = take_lease(parts.records, parts.holder, parts.lease_seconds, self._holder_id)
        with parts.records.transaction() as tx:
            lease.hold(tx)
            if self._request.if_due:
                check_due(tx, parts.clock.now())
            tx.sessions.close_stale(lease.epoch, FailureCode.CRASHED, now=parts.clock.now())
            window = self._window(tx)
            session = tx.sessions.start(
                self._request.trigger,
                parts.holder.device,
                window.start,
                window.end,
                lease.epoch,
                now=parts.clock.now(),
            )
            self._session_id = session.id
            tx.audit.record(
                Action.SYNC_STARTED,
                "running",
                session_id=session.id,
                metadata={"trigger": str(self._request.trigger)},
            )
        self._emit(SyncStarted(session.id, self._request.trigger, session.started_at))
        return lease

    def _window(self, tx: Transaction) -> plan.Span:
        zone = tx.settings.zone()
        last = tx.sessions.last_completed(self._parts.clock.now())
        return plan.window(
            self._parts.clock.now(), zone, self._request.hours, last.started_at if last else None
        )

    async def _work_under(self, lease: Lease) -> None:
        """Work while the lease is renewed beside it; losing the lease ends the work, and so does its end the other."""
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(lease.keep(self._parts.clock, self._got_so_far))
            try:
                await self._work(lease)
            finally:
                keeper.cancel()

    async def _work(self, lease: Lease) -> None:
        self._progress(Step.STARTING)
        parts = self._parts
        sealed = SealedSignIn(parts.records, parts.sharing, parts.clock)
        sign_in, cookies, options = await beside(self._prepare, sealed)
        async with NeoSession(options, parts.clock, parts.chance, cookies, self._browser) as neo:
            self._neo = neo
            reader = NeoReader(neo, sealed, sign_in)
            try:
                self._progress(Step.SIGNING_IN)
                # what decides is loaded meanwhile, too: Neo and the browser take longer
                async with meanwhile(self._facts) as knowing:
                    await reader.enter(has_cookies=cookies is not None)
                await self._read(lease, reader, knowing.result())
                after = neo.cookies()
                if after != cookies and not reader.signed_in:
                    await beside(sealed.renew_cookies, sign_in, after)
            finally:
                self._tally.requests = neo.requests
                self._tally.signed_in = reader.signed_in

    async def _read(self, lease: Lease, reader: NeoReader, facts: Facts) -> None:
        from idexx_desktop.sync.days import DayByDay
        from idexx_desktop.sync.writing import VisitWriter

        parts = self._parts
        writer = VisitWriter(parts.records, lease, self._session_id or "", parts.clock)
        await DayByDay(parts, self._request, facts, reader, writer, self._tally, self._emit).run()

    def _prepare(self, sealed: SealedSignIn) -> tuple[UsableSignIn, str | None, NeoOptions]:
        """All that a sign-in needs."""
        parts = self._parts
        sign_in, own = sealed.require(), parts.sharing.neo.read()
        with parts.records.transaction() as tx:
            zone, pace = tx.settings.call_rules().zone, tx.settings.pace()
        options = NeoOptions(
            base_url=sign_in.address,
            zone=zone,
            concurrency=pace.concurrency,
            requests_per_second=pace.requests_per_second,
            browser_path=own.browser_path or None,
            timeout_seconds=parts.answer_seconds,
            allowed_hosts=parts.allowed_hosts(),
            proxy=parts.sharing.proxy(),
            key_of=_key_of,
            branch=own.branch,
        )
        return sign_in, sealed.cookies(sign_in), options

    def _got_so_far(self) -> int:
        """A number that grows as long as the run gets on: what was asked of Neo, and what was written."""
        return (self._neo.requests if self._neo else 0) + self._tally.synced + self._tally.written

    def _facts(self) -> Facts:
        from idexx_desktop.sync.facts import read_facts  # and all that decides

        with self._parts.records.transaction() as tx:
            return read_facts(tx, self._parts.clock.now(), self._window(tx), self._session_id)

    def _finish(self, failure: Failure | None) -> SyncResult:
        """Close the session with what is true, release the lease, and say how it ended."""
        self._ended_at = self._parts.clock.now()
        if self._neo is not None and self._lease is not None:
            note_sent(self._parts.records, self._neo.sent, self._ended_at)
        try:
            self._close(failure)
        except Exception as problem:
            failure = failure or named(problem)
            self.left_over = failure if self._holder_id is not None else None
        result = self._result(failure)
        counts = {"seen": result.consultations_seen, "failed": result.consultations_failed}
        log.info("sync.ended", code=str(failure.code) if failure else None, seconds=result.seconds, **counts)
        self._emit(RecordsChanged(Topic.SESSIONS))
        return result

    def close_again(self) -> None:
        """Close at last what could not be closed when the run ended, as what it was. Raises while that still fails.

        Should this program end before, others find the run without a lease and close it as `timeout`.
        """
        if self.left_over is not None:
            self._close(self.left_over)
            self.left_over = None

    def _close(self, failure: Failure | None) -> None:
        if self._session_id is not None:
            self._close_session(failure)
        if self._lease is not None:
            self._lease.release()
        elif self._holder_id is not None:
            give_back(self._parts.records, self._holder_id)

    def _close_session(self, failure: Failure | None) -> None:
        parts, tally = self._parts, self._tally
        with parts.records.transaction() as tx:
            if tx.sessions.get(self._session_id or "") is None:
                return  # what should have begun it was never committed
            now = parts.clock.now()
            due = self._plan_next(tx, failure)
            if failure is None:
                forget_old_texts(tx, now)
            tx.sessions.finish(
                self._session_id or "",
                "completed" if failure is None else consequence(failure.code).closes_as,
                seen=tally.seen,
                synced=tally.synced,
                failed=len(tally.failures),
                calls=tally.calls,
                written=tally.written,
                requests=tally.requests,
                signed_in=tally.signed_in,
                failure=failure,
                next_scheduled_sync=due,
                now=self._ended_at,
            )
            tx.audit.record(
                Action.SYNC_FINISHED,
                "completed" if failure is None else "failed",
                session_id=self._session_id,
                metadata={
                    "seen": tally.seen,
                    "synced": tally.synced,
                    "failed": len(tally.failures),
                    "calls": tally.calls,
                    "code": str(failure.code) if failure else None,
                },
            )

    def _plan_next(self, tx: Transaction, failure: Failure | None) -> datetime | None:
        """Write down when the next run is due. A retry reads a few visits only: it stands for no run."""
        now, schedule, zone = self._parts.clock.now(), tx.schedule.get(), tx.settings.zone()
        if failure is None and self._request.only_visits is not None:
            return schedule.next_due_at
        if failure is None:
            due = next_due(replace(schedule, last_completed_at=now), zone, now)
            tx.schedule.mark_completed(now, due)
            tx.missed.caught_up(now)
            return due
        due = next_due(schedule, zone, now)
        if due is not None:
            pause = pause_after(
                str(failure.code),
                in_a_row(tx.sessions.unfinished(now)) + 1,
                schedule,
                retry_after=failure.retry_after,
                spread=spread_of(self._session_id or ""),
            )
            due = max(due, now + pause)
        tx.schedule.set_next_due(due)
        return due

    def _result(self, failure: Failure | None) -> SyncResult:
        tally = self._tally
        return SyncResult(
            session_id=self._session_id,
            status="completed" if failure is None else consequence(failure.code).closes_as,
            consultations_seen=tally.seen,
            consultations_synced=tally.synced,
            consultations_failed=len(tally.failures),
            discharge_calls_scheduled=tally.calls,
            visits_written=tally.written,
            requests=tally.requests,
            signed_in=tally.signed_in,
            seconds=round(self._parts.clock.monotonic() - self._request.asked_at, 3),
            failures=tuple(tally.failures),
            failure=failure,
        )

    def _progress(self, step: Step, done: int = 0, total: int = 0) -> None:
        self._emit(SyncProgress(self._session_id or "", step, done, total))


def _key_of(certificate: bytes) -> str:
    from idexx_desktop.vault.certificates import public_key_hash  # for a site that the browser doesn't trust

    return public_key_hash(certificate)


def forget_old_texts(tx: Transaction, now: datetime) -> None:
    """The texts of notes, and what was read with them, are kept as long as the clinic has set, and no longer."""
    before = now - timedelta(days=tx.settings.notes_kept_days())
    tx.notes.purge(before)
    tx.readings.purge(before)


def named(problem: BaseException) -> Failure:
    """The failure that ended a run. Of several at once the one that asks most of a person; a bug is logged whole."""
    if isinstance(problem, Failure):
        return problem
    if isinstance(problem, BaseExceptionGroup):
        failures = [named(part) for part in problem.exceptions]
        return max(failures, key=lambda failure: _WEIGHT.get(failure.code, 1))
    log.error("sync.bug", exc_info=problem)
    return Failure(FailureCode.OURS, type(problem).__name__)


_WEIGHT = {FailureCode.LEASE_LOST: 4, FailureCode.OURS: 3, FailureCode.DATABASE_UNREACHABLE: 2}
