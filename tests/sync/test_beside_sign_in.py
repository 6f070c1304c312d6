"""What goes on while Neo's sign-in page is: a run reads what it has to know; neither cuts the other short."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin, SignedIn
from idexx_desktop.domain.visits import VisitList
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.sync import facts
from idexx_desktop.sync.plan import Span
from idexx_desktop.sync.reading import NeoReader
from tests.support.practice import Practice, Practices

# what a sync has to load, and not before the sign-in page is there
LATER = {"idexx_desktop.domain.reconcile", "idexx_desktop.domain.signs", "aiohttp", "cryptography.x509"}


def modules_of(code: str) -> set[str]:
    """All that is loaded by a program of its own."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_a_server_starts_before_what_speaks_to_it_is_loaded_and_a_sign_in_before_what_decides() -> None:
    assert not modules_of("import idexx_desktop.cli.main") & {
        "sqlalchemy",
        "psycopg",
        "idexx_desktop.app",
        *LATER,
    }
    assert not modules_of("import idexx_desktop.sync.run, idexx_desktop.program") & LATER


@pytest.mark.parametrize("problem", [None, FailureCode.DATABASE_REFUSED])
def test_a_sign_in_goes_on_while_the_records_are_read_and_what_neo_says_of_it_is_kept(
    practices: Practices, monkeypatch: pytest.MonkeyPatch, problem: FailureCode | None
) -> None:
    practice = practices("ordinary-day", cookies=False)
    practice.keep_sign_in(cookies=False)
    began, read = threading.Event(), threading.Event()
    really = facts.read_facts

    def read_facts(*known: object) -> object:
        assert began.wait(60)
        read.set()
        if problem is not None:
            raise Failure(problem)
        return really(*known)  # type: ignore[arg-type]  # as they came

    async def sign_in(_: NeoSession, __: NeoLogin) -> SignedIn:
        began.set()
        assert await asyncio.to_thread(read.wait, 60)
        raise Failure(FailureCode.WRONG_PASSWORD)

    monkeypatch.setattr(facts, "read_facts", read_facts)
    monkeypatch.setattr(NeoSession, "sign_in", sign_in)
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.WRONG_PASSWORD
    assert suspended_code(practice) == "wrong_password"


def suspended_code(practice: Practice) -> object:
    """Why nothing signs in by itself any more."""
    [row] = practice.query("SELECT suspended_code FROM public.idexx_credentials")
    return row["suspended_code"]


class Lists:
    """A session of Neo's whose lists come once its call-backs are asked for; the first sign-in ends meanwhile."""

    def __init__(self, answers: list[CallBacks | None]) -> None:
        self.asked = asyncio.Event()
        self.answers = answers
        self.lists = 0

    async def read_lists(self, *_: object) -> VisitList:
        """Expired at first."""
        async with asyncio.timeout(60):
            await self.asked.wait()
        self.lists += 1
        if self.lists == 1:
            raise Failure(FailureCode.SESSION_EXPIRED)
        return VisitList((), complete=True)

    async def read_call_backs(self) -> CallBacks | None:
        """The next answer."""
        self.asked.set()
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("answers", "left"),
    [([None, CallBacks(), None], 1), ([CallBacks(), None], 1), ([None, None, CallBacks()], 1)],
    ids=["for the second sign-in", "answered at once", "never"],
)
def test_call_backs_are_asked_beside_the_lists_and_once_for_each_sign_in(
    monkeypatch: pytest.MonkeyPatch, answers: list[CallBacks | None], left: int
) -> None:
    async def work() -> None:
        neo = Lists(answers)
        reader = NeoReader(neo, None, None)  # type: ignore[arg-type]  # nothing is signed in to
        monkeypatch.setattr(NeoReader, "_renew", renewed)
        span = Span(datetime.now(UTC), datetime.now(UTC))
        listed = await reader.lists([span, span])
        assert listed.complete
        assert neo.lists == 3
        assert len(neo.answers) == left

    async def renewed(reader: NeoReader, _: int) -> None:
        reader._generation += 1

    asyncio.run(work())
