"""What the practice site answers once a request may pass: the sign-in, the JSON endpoints and the pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from idexx_desktop.simulator import pages, payloads
from idexx_desktop.simulator.appointment_types import AppointmentTypes
from idexx_desktop.simulator.pages import FormVariant
from idexx_desktop.simulator.player import Player
from idexx_desktop.simulator.scenarios import (
    LOCKED,
    PRACTICE_COMPANY_ID,
    PRACTICE_NAME,
    PRACTICE_PASSWORD,
    PRACTICE_USERNAME,
    WRONG,
    AfterSubmit,
    LoginPage,
    Scenario,
)
from idexx_desktop.simulator.sessions import Sessions
from idexx_desktop.simulator.tasks import Tasks
from idexx_desktop.simulator.variants import Variants
from idexx_desktop.simulator.world import Consultation, Quirk, World

COOKIE = "neo_session"
PER_PAGE = 20
CALENDAR_TIME = "%Y-%m-%d %H:%M:%S"
SEARCH_TIME = "%d.%m.%Y %H:%M:%S"
MAX_WRONG = 5
_AFTER_PAGES: Mapping[AfterSubmit, str] = {
    AfterSubmit.CODE: "/login/verify",
    AfterSubmit.NEW_PASSWORD: "/login/password",
}


class SignIn:
    """The sign-in page and its one form; locks the user after five wrong attempts."""

    def __init__(
        self, world: World, scenario: Scenario, form: FormVariant, sessions: Sessions, player: Player
    ) -> None:
        self._world = world
        self._scenario = scenario
        self._form = form
        self._sessions = sessions
        self._player = player
        self._wrong = 0
        self._lock = threading.Lock()
        self.attempts = 0
        self.successes = 0

    def routes(self) -> list[web.RouteDef]:
        """Its pages; the ones that follow a submit are reached by redirect."""
        return [
            web.get("/login", self.show),
            web.post("/login", self.submit),
            web.get("/login/verify", _html(pages.ask_code)),
            web.get("/login/password", _html(pages.new_password)),
            web.get(
                "/identity/login", _html(lambda: pages.sign_in(FormVariant(None), action="/identity/login"))
            ),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """`GET /login`."""
        kind = self._scenario.login_page
        if kind is LoginPage.ELSEWHERE:
            return _redirect(_elsewhere(request))
        if kind is LoginPage.CHANGED:
            return _page(pages.changed_sign_in())
        return self.form(request)

    def form(self, request: web.Request, alert: str = "") -> web.Response:
        """The form, with what went wrong."""
        kind = self._scenario.login_page
        form = FormVariant(self._form.company_field, self._form.button, self._form.alert, "otp")
        known = self._world.password == PRACTICE_PASSWORD
        hint = (
            f"To look around: {PRACTICE_COMPANY_ID}, {PRACTICE_USERNAME}, {PRACTICE_PASSWORD}"
            if known
            else ""
        )
        return _page(
            pages.sign_in(
                form if kind is LoginPage.ASKS_CODE else self._form,
                action=_elsewhere(request) if kind is LoginPage.POSTS_ELSEWHERE else "/login",
                alert=alert,
                hint=hint,
            )
        )

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """`POST /login`: the only write that the site accepts."""
        fields = {name: str(value) for name, value in (await request.post()).items()}
        with self._lock:
            self.attempts += 1
            alert = self._judge(fields)
            self.successes += not alert and self._scenario.after_submit is AfterSubmit.SIGNED_IN
        if alert:
            return self.form(request, alert)
        if self._scenario.after_submit is AfterSubmit.ELSEWHERE:
            return _redirect(_elsewhere(request))
        if self._scenario.after_submit is not AfterSubmit.SIGNED_IN:
            return _redirect(_AFTER_PAGES[self._scenario.after_submit])
        answer = _redirect("/dashboard")
        answer.set_cookie(COOKIE, self._sessions.open(), httponly=True, samesite="Lax", path="/")
        return answer

    def _judge(self, fields: Mapping[str, str]) -> str:
        """What the page says to this login, "" to let it in."""
        if self._scenario.rejection:
            return self._scenario.rejection
        if self._wrong >= MAX_WRONG:
            return LOCKED
        right = {"username": PRACTICE_USERNAME, "password": self._world.password}
        if self._form.company_field:
            right[self._form.company_field] = PRACTICE_COMPANY_ID
        if all(fields.get(name, "").strip() == value for name, value in right.items()):
            self._wrong = 0
            return self._player.alert
        self._wrong += 1
        return LOCKED if self._wrong >= MAX_WRONG else WRONG


class Records:
    """The JSON endpoints and the two pages that a signed-in user sees; reads the world, changes nothing."""

    def __init__(self, world: World, scenario: Scenario, variants: Variants | None = None) -> None:
        self._world = world
        self._scenario = scenario
        self.tasks = Tasks()
        self.appointment_types = AppointmentTypes()
        self._variants = variants

    def json_routes(self) -> list[web.RouteDef]:
        """What the site's own pages ask for in the background."""
        return [
            web.get("/appointments/getCalendarEventData", self.calendar),
            web.get("/consultations/search", self.search),
            web.get("/consultations/{id}/page-data", self.page_data),
            web.get("/schedule/getScheduleConfigs", self._json(lambda: payloads.schedule(self._world))),
            web.get("/users/providers", self._json(self._providers)),
            web.get("/users", self._json(_user)),
            web.get("/dashboard/getAppointments", self._json(self._today)),
            web.get("/api/tasks", self.tasks.answer),
            web.get("/appointments/getAppointmentView", self.appointment_types.answer),
        ]

    def page_routes(self) -> list[web.RouteDef]:
        """What a person looks at."""
        return [
            web.get("/", self.dashboard),
            web.get("/dashboard", self.dashboard),
            web.get(r"/consultations/{id:\d+}", self.consultation),
        ]

    async def calendar(self, request: web.Request) -> web.Response:
        """Rows that start within the range asked for, in the envelope of the scenario."""
        start = _moment(request.query, "start", CALENDAR_TIME)
        end = _moment(request.query, "end", CALENDAR_TIME)
        rows = [
            payloads.calendar_row(row, self._world)
            for row in self._world.appointments
            if start <= row.start <= end
            for _ in range(1 + (Quirk.LISTED_TWICE in row.quirks))
        ]
        return self._list("calendar", {self._scenario.envelope: rows} if self._scenario.envelope else rows)

    async def search(self, request: web.Request) -> web.Response:
        """One page of the consultations of the range (a year without one); voided ones are hidden."""
        now = self._world.local_now()
        start = _moment(request.query, "date_start", SEARCH_TIME, now - timedelta(days=365))
        end = _moment(request.query, "date_end", SEARCH_TIME, now)
        number = _page_number(request.query)
        rows = [
            row
            for row in self._world.consultations
            if start <= row.at <= end and (row.status or "").lower() != "voided"
            for _ in range(1 + (Quirk.LISTED_TWICE in row.quirks))
        ]
        if request.query.get("order[]", "consultedAt:desc").endswith(":desc"):
            rows.reverse()
        shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
        data = [payloads.search_row(row, self._world) for row in shown]
        found = {"data": data, "total": len(rows), "page": number, "perPage": PER_PAGE}
        return self._list("search", found)

    async def page_data(self, request: web.Request) -> web.Response:
        """One consultation's page."""
        row = self._find(request)
        if Quirk.UNREADABLE in row.quirks:
            return _problem(500, "Something went wrong while loading this consultation.")
        page = payloads.consultation_page(row, self._world)
        answer = self._answer(self._variants.of_page(page) if self._variants else page)
        self._world.page_was_read(row.id)
        return answer

    async def dashboard(self, request: web.Request) -> web.StreamResponse:
        """Where a sign-in ends."""
        if request.path == "/":
            return _redirect("/dashboard")
        today = self._world.local_now().date()
        rows = [row for row in self._world.appointments if row.start.date() == today]
        return _page(pages.dashboard(PRACTICE_NAME, rows, self._world))

    async def consultation(self, request: web.Request) -> web.Response:
        """A consultation, for a person to look at."""
        return _page(pages.consultation(self._find(request), self._world))

    def _find(self, request: web.Request) -> Consultation:
        try:
            row = self._world.consultation(request.match_info["id"])
        except (KeyError, ValueError):
            raise web.HTTPNotFound(text="There is no such consultation.") from None
        if Quirk.MISSING in row.quirks:
            raise web.HTTPNotFound(text="There is no such consultation.")
        return row

    def _providers(self) -> list[payloads.Json]:
        return [payloads.provider_row(row) for row in self._world.providers]

    def _today(self) -> list[payloads.Json]:
        start = datetime.combine(self._world.local_now().date(), time())
        rows = (row for row in self._world.appointments if start <= row.start < start + timedelta(days=1))
        return [payloads.calendar_row(row, self._world) for row in rows]

    def _json(self, make: Callable[[], Any]) -> Callable[[web.Request], Any]:
        async def answer(_: web.Request) -> web.Response:
            return self._answer(make())

        return answer

    def _list(self, name: str, content: Any) -> web.Response:
        return self._answer(self._variants.of_list(name, content) if self._variants else content)

    def _answer(self, content: Any) -> web.Response:
        if self._scenario.is_alien:
            content = {"v": 9, "result": {"kind": "table", "cells": [[1, "a"], [2, "b"]]}}
        return web.json_response(content)


def _user() -> payloads.Json:
    names = {"firstName": "Oak Street", "lastName": "Vets", "name": PRACTICE_NAME}
    return {"id": 77, **names, "email": PRACTICE_USERNAME, "companyId": int(PRACTICE_COMPANY_ID)}


def _page(text: str) -> web.Response:
    return web.Response(body=text.encode("utf-8", "replace"), content_type="text/html", charset="utf-8")


def _html(make: Callable[[], str]) -> Callable[[web.Request], Any]:
    async def answer(_: web.Request) -> web.Response:
        return _page(make())

    return answer


def _redirect(location: str) -> web.Response:
    return web.Response(status=302, headers={"Location": location})


def _elsewhere(request: web.Request) -> str:
    """Another origin that needs no second server: the same port under the computer's other name."""
    return f"http://localhost:{request.url.port}/identity/login"


def _problem(status: int, text: str) -> web.Response:
    return web.json_response({"error": {"message": text}}, status=status)


def _moment(query: Mapping[str, str], name: str, form: str, default: datetime | None = None) -> datetime:
    """A local time of the query, written as `form` says; required where there is no default."""
    if name not in query and default is not None:
        return default
    try:
        return datetime.strptime(query.get(name, ""), form)  # noqa: DTZ007 - Neo's times have no offset
    except ValueError:
        raise web.HTTPUnprocessableEntity(text=f"{name} must be written as {form}") from None


def _page_number(query: Mapping[str, str]) -> int:
    text = query.get("page", "1")
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise web.HTTPUnprocessableEntity(text="page must be 1 or more")
    return int(text)
