"""What the engine is given in a simulated week: its loop, its clock, records that count commits, the answers of Neo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin, SignedIn
from idexx_desktop.domain.visits import Consultation, VisitList
from idexx_desktop.neo.diary import SentDiary
from tests.simulation import events as ev
from tests.simulation.neo import NeoModel
from tests.simulation.playing import Clinic, code_of

LOGIN = NeoLogin("1", "ana", "only-for-tests-1")


class SwitchedOff(BaseException):
    """The computer was switched off: nothing of this run goes on, not even its clean-up."""


class InTurn(asyncio.SelectorEventLoop):
    """An event loop whose threads are none: what is given to one is done at once, so the order is always the same."""

    in_turn = True

    def run_in_executor(  # type: ignore[override]  # the loop's own has many forms
        self, _executor: object, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """See `asyncio.loop.run_in_executor`."""
        done: asyncio.Future[Any] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as problem:
            done.set_exception(problem)
        return done


@dataclass(slots=True)
class WeekClock:
    """The simulated moment; whoever sleeps sleeps until cancelled."""

    clinic: Clinic
    user: str = ""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.clinic.time_of(self.user)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - the protocol's
        """See `Clock.sleep`."""
        await asyncio.Event().wait()


class CountedRecords(ClinicRecords):
    """Counts commits, and is switched off before one of them."""

    commits = 0
    off_at: int | None = None
    is_off = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """See `ClinicRecords.transaction`."""
        if self.is_off:
            raise SwitchedOff
        with super().transaction() as tx:
            yield tx
            if self.commits == self.off_at:
                self.is_off = True
                raise SwitchedOff
            self.commits += 1


@dataclass(slots=True)
class NeoAnswers:
    """What stands in the place of `NeoSession` for one run: the model's answers, and the event's trouble."""

    neo: NeoModel
    event: ev.Sync
    lists_are_read: Callable[[], None]
    lease_taken: Callable[[], None]
    requests: int = 0
    readings: int = 0
    sent: SentDiary = field(default_factory=SentDiary)
    has_expired: bool = False

    def __call__(self, *_: object) -> Self:
        """As the engine makes a session."""
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is left behind."""

    async def is_alive(self) -> bool:
        """See `NeoSession.is_alive`."""
        return self.event.trouble is not ev.Trouble.REJECTED

    async def sign_in(self, login: NeoLogin) -> SignedIn:
        """See `NeoSession.sign_in`."""
        assert login == LOGIN
        if self.event.trouble is ev.Trouble.REJECTED:
            raise Failure(code_of(self.event))
        return SignedIn(login.username)

    def cookies(self) -> str:
        """See `NeoSession.cookies`."""
        return "kept"

    async def read_lists(self, start: datetime, end: datetime) -> VisitList:
        """See `NeoSession.read_lists`."""
        if self.requests == 0:
            self.lists_are_read()
        self.requests += 1
        return self.neo.lists(start, end, whole=self.event.trouble is not ev.Trouble.HALF_LISTS)

    async def read_call_backs(self) -> CallBacks | None:
        """See `NeoSession.read_call_backs`."""
        return self.neo.open_call_backs()

    async def read_appointment_types(self) -> tuple[str, ...]:
        """See `NeoSession.read_appointment_types`."""
        return ()

    def expect(self, pages: int) -> None:
        """See `NeoSession.expect`."""

    async def read_consultation(self, consultation_id: str) -> Consultation:
        """See `NeoSession.read_consultation`."""
        self.readings += 1
        if self.readings == self.event.after + 1:
            if self.event.trouble is ev.Trouble.OUTAGE:
                code = code_of(self.event)
                raise asyncio.CancelledError if code is FailureCode.CANCELLED else Failure(code)
            if self.event.trouble is ev.Trouble.EXPIRED and not self.has_expired:
                self.has_expired = True
                raise Failure(FailureCode.SESSION_EXPIRED)
            if self.event.trouble is ev.Trouble.LEASE_TAKEN:
                self.lease_taken()
        return self.neo.page(consultation_id)
