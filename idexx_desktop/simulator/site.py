"""The practice Neo as a web site on this computer: starts, stops, counts."""

from __future__ import annotations

import asyncio
import random
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from aiohttp import web

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.simulator.appointment_types import AppointmentTypes
from idexx_desktop.simulator.endpoints import Records, SignIn
from idexx_desktop.simulator.faults import FlakyPlan
from idexx_desktop.simulator.gate import Gate
from idexx_desktop.simulator.ordinary import fill_exactly
from idexx_desktop.simulator.pages import FORMS, FormVariant
from idexx_desktop.simulator.player import Player
from idexx_desktop.simulator.scenarios import PRACTICE_PASSWORD, SCENARIOS, Scenario
from idexx_desktop.simulator.sessions import Sessions
from idexx_desktop.simulator.tasks import Tasks
from idexx_desktop.simulator.variants import Variants
from idexx_desktop.simulator.world import World

_HOST = "127.0.0.1"
_SEED = 20240229
# of the loop, for a connection that came just before the stop: once made, it is closed like the others
_ACCEPTING_STEPS = 10


class PracticeNeo:
    """A practice Neo on loopback, in a thread and an event loop of its own; a context manager.

    `visits`: exactly so many finished visits in place of the scenario's own. `latency_ms` is added to
    each answer. `now` is the clock of the data (aware), and of the sessions where `sessions_now` isn't. `port` 0
    takes a free one, and keeps it when the site is stopped and started again.
    Raises Failure(INVALID_INPUT) for a scenario that does not exist and for a port that is taken.
    """

    def __init__(
        self,
        scenario: str = "ordinary-day",
        *,
        visits: int | None = None,
        latency_ms: int = 0,
        port: int = 0,
        now: Callable[[], datetime] | None = None,
        sessions_now: Callable[[], datetime] | None = None,
        zone: str = "America/Los_Angeles",
        form: FormVariant = FORMS["standard"],
        seed: int = _SEED,
    ) -> None:
        if scenario not in SCENARIOS:
            raise Failure(FailureCode.INVALID_INPUT, f"no scenario named {scenario}")
        chosen = SCENARIOS[scenario]
        clock = now or (lambda: datetime.now(UTC))
        chance = random.Random(seed)  # noqa: S311 - the same practice each time
        self.world = World(ZoneInfo(zone), clock, PRACTICE_PASSWORD)
        if visits is None:
            chosen.fill(self.world, chance)
        else:
            fill_exactly(self.world, chance, visits)
        if chosen.twist is not None:
            chosen.twist(self.world)
        self._sessions = Sessions(
            sessions_now or clock,
            chosen.signed_out,
            _requests_each(chosen, self.world),
            secrets.token_urlsafe(18),
        )
        self._player = Player()
        self._sign_in = SignIn(self.world, chosen, form, self._sessions, self._player)
        self.variants = Variants(seed) if chosen.is_varied else None
        self._records = Records(self.world, chosen, self.variants)
        self._gate = Gate(
            chosen,
            self._sessions,
            self._sign_in,
            frozenset(route.path for route in self._records.json_routes()),
            latency_ms + chosen.latency_ms,
            FlakyPlan(seed) if chosen.is_flaky else None,
            self._player,
        )
        self._port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def tasks(self) -> Tasks:
        """The call-backs that staff planned; changes are seen by the next request."""
        return self._records.tasks

    @property
    def appointment_types(self) -> AppointmentTypes:
        """The practice's own types of appointment; changes are seen by the next request."""
        return self._records.appointment_types

    @property
    def url(self) -> str:
        """The site's address; only known once it was started, unless a port was given."""
        return f"http://{_HOST}:{self._port}"

    @property
    def counts(self) -> dict[str, int]:
        """Requests so far by method and path template, e.g. `GET /consultations/{id}/page-data`."""
        return self._gate.counts

    @property
    def refused_writes(self) -> int:
        """Requests that would have changed something; all were refused."""
        return self._gate.refused_writes

    @property
    def sign_ins(self) -> int:
        """Sign-ins that succeeded."""
        return self._sign_in.successes

    @property
    def sign_in_attempts(self) -> int:
        """Times that the sign-in form was sent."""
        return self._sign_in.attempts

    def play(self, name: str) -> None:
        """Put this page of `between.PAGES` in the way from here on; "" for none."""
        self._player.play(name)

    @property
    def chosen(self) -> str | None:
        """What was answered to the page in the way, None where nothing was."""
        return self._player.chosen

    def confirm_devices(self) -> int:
        """A person confirms, elsewhere, all browsers that were new; how many there were so far."""
        self._player.confirmed.update(self._player.devices)
        return len(self._player.devices)

    def answer_after(self, milliseconds: int) -> None:
        """Each answer from here on takes so long."""
        self._gate.latency = milliseconds / 1000

    def expire_sessions(self) -> None:
        """Everybody is signed out."""
        self._sessions.end_all()

    def start(self) -> None:
        """Serve; returns once the site answers."""
        if self._thread is not None:
            return
        ready: Future[int] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(ready)), name="practice-neo", daemon=True
        )
        self._thread.start()
        try:
            self._port = ready.result()
        except OSError as problem:
            self._thread.join()
            self._thread = None
            raise Failure(
                FailureCode.INVALID_INPUT, f"port {self._port} can't be used: {problem.strerror}"
            ) from None

    def stop(self) -> None:
        """End every connection and free the port; the world, the counts and the sessions stay."""
        if self._thread is None or self._loop is None or self._stopping is None:
            return
        with suppress(RuntimeError):  # it has just ended by itself
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = self._loop = self._stopping = None

    async def _serve(self, ready: Future[int]) -> None:
        app = web.Application(middlewares=[self._gate.handle])
        app.add_routes([*self._sign_in.routes(), *self._records.json_routes(), *self._records.page_routes()])
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            site = web.TCPSite(runner, _HOST, self._port)
            await site.start()
            port = int(runner.addresses[0][1])
        except OSError as problem:
            ready.set_exception(problem)
            await runner.cleanup()
            return
        ready.set_result(port)
        await self._stopping.wait()
        for _ in range(_ACCEPTING_STEPS):
            await asyncio.sleep(0)
        await runner.cleanup()


def _requests_each(scenario: Scenario, world: World) -> int | None:
    """How many JSON requests a session lasts where sessions end during a run; enough for both lists."""
    if scenario.session_share is None:
        return None
    consultations = len(world.consultations)
    return int(scenario.session_share * consultations) + consultations // 20 + 3
