"""Reading Neo for one run: signed in once, renewed when the session ends, lists first, then each consultation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.changes import VisitRead
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.joining import as_one
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.visits import Visit
from idexx_desktop.neo.finishing import both
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.sync.beside import beside
from idexx_desktop.sync.plan import Span
from idexx_desktop.sync.signin import SealedSignIn, UsableSignIn

T = TypeVar("T")
MOST_RENEWALS = 10


@dataclass(slots=True)
class NeoReader:
    """Asks Neo on behalf of one run. An expired session is renewed as long as the last one made progress."""

    neo: NeoSession
    sealed: SealedSignIn
    sign_in: UsableSignIn
    signed_in: bool = False
    _call_backs: CallBacks | None = None
    # the first sign-in for which they weren't yet
    _asked_for_call_backs: int = 0
    _generation: int = 0
    _progressed: bool = True
    _renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def enter(self, *, has_cookies: bool) -> None:
        """Use the kept cookies while they work; else sign in, once."""
        if has_cookies and await self.neo.is_alive():
            return
        await self._sign_in()

    async def lists(self, spans: Iterable[Span]) -> Listed:
        """Both lists over every span, joined by visit; complete only if every one of them is."""
        listed = Listed()
        for span in spans:

            async def ask(span: Span = span) -> None:
                found, _ = await both(self.neo.read_lists(span.start, span.end), self._ask_for_call_backs())
                listed.visits.update((visit.visit_key, visit) for visit in found.visits)
                listed.unreadable.update(found.unreadable)
                listed.partly.update(found.partly)
                listed.complete = listed.complete and found.complete

            await self._while_signed_in(ask)
        listed.visits = as_one(listed.visits)
        return listed

    async def _ask_for_call_backs(self) -> None:
        """Once for each sign-in at most, and beside the lists: nothing waits for them alone, and nothing fails."""
        if self._call_backs is None and self._asked_for_call_backs <= self._generation:
            self._asked_for_call_backs = self._generation + 1
            self._call_backs = await self.neo.read_call_backs()

    async def own_types(self) -> tuple[str, ...]:
        """The practice's own types of appointment, as far as Neo lists them."""
        return await self.neo.read_appointment_types()

    def expect(self, pages: int) -> None:
        """So many consultations will be read."""
        self.neo.expect(pages)

    async def read(self, visit: Visit, *, listed: bool) -> VisitRead:
        """One visit with its consultation. What concerns only this visit comes back as its failure.

        A visit that neither list shows any more and whose page is gone, too, has vanished.
        """
        if visit.consultation_id is None:
            return VisitRead(visit, vanished=not listed)
        consultation_id = visit.consultation_id
        try:
            consultation = await self._while_signed_in(lambda: self.neo.read_consultation(consultation_id))
        except Failure as failure:
            if consequence(failure.code).ends_run:
                raise
            if not listed and failure.code is FailureCode.CONSULTATION_MISSING:
                return VisitRead(visit, vanished=True)
            return VisitRead(visit, failure=failure)
        whole = replace(visit, consultation=consultation)
        planned = self._call_backs.about(whole) if self._call_backs else ()
        return VisitRead(replace(whole, callbacks=planned))

    async def _while_signed_in(self, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            generation = self._generation
            try:
                answer = await ask()
            except Failure as failure:
                if failure.code is not FailureCode.SESSION_EXPIRED:
                    raise
                await self._renew(generation)
            else:
                self._progressed = True
                return answer

    async def _renew(self, expired_generation: int) -> None:
        async with self._renewing:
            if self._generation != expired_generation:
                return  # somebody else has renewed it meanwhile
            if not self._progressed or self._generation > MOST_RENEWALS:
                raise Failure(FailureCode.SESSION_EXPIRED, f"after {self._generation} sign-ins")
            await self._sign_in()

    async def _sign_in(self) -> None:
        login = await beside(self.sealed.open, self.sign_in.row)
        try:
            await self.neo.sign_in(login)
        except Failure as failure:
            if consequence(failure.code).suspends:
                await beside(self.sealed.rejected, failure)
            elif failure.code is FailureCode.NEO_ASKS:
                # what a person answers there is answered for this computer, as Neo knows it
                await beside(self.sealed.renew_cookies, self.sign_in, self.neo.cookies())
            raise
        self._generation += 1
        self._progressed = False
        self.signed_in = True
        await beside(self.sealed.accepted, self.sign_in, self.neo.cookies())


@dataclass(slots=True)
class Listed:
    """What the lists showed, by visit key; see `VisitList`."""

    visits: dict[str, Visit] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    partly: set[str] = field(default_factory=set)
    complete: bool = True


def unreadable_read(visit: Visit) -> VisitRead:
    """A row of a list that could not be understood: a visit of its own, so that it is accounted for."""
    return VisitRead(visit, failure=unreadable_row())


def unreadable_row() -> Failure:
    """Why a row of a list counts as failed."""
    return Failure(FailureCode.CONSULTATION_UNREADABLE, "a row of a list")
