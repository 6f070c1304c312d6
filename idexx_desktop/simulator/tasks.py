"""The practice's own call-backs, as staff planned them in Neo; and the odd answers that such a list may give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
PER_PAGE = 25


@dataclass(slots=True)
class Tasks:
    """`rows` are the open call-backs, whole, as Neo would send them. `plays` one of `ODD_ANSWERS`, "" for none."""

    rows: list[Json] = field(default_factory=list)
    plays: str = ""

    def plan(self, patient_id: int, due: str = "", **more: Any) -> Json:
        """Staff plan a call-back about a pet; `due` is local clinic time."""
        row = {"id": 9000 + len(self.rows), "type": "callback", "status": "open", "patientId": patient_id}
        self.rows.append({**row, "dueDate": due or None, **more})
        return self.rows[-1]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """`GET /api/tasks`: a page of what is open, counted from 0."""
        if self.plays:
            return ODD_ANSWERS[self.plays](self.rows)
        number = request.query.get("page", "0")
        first = int(number) * PER_PAGE if number.isdecimal() and len(number) < 6 else 0
        wanted = request.query.get("type", "callback"), request.query.get("status", "open")
        found = [row for row in self.rows if (row.get("type"), row.get("status")) == wanted]
        return web.json_response({"data": found[first : first + PER_PAGE], "total": len(found)})


def _html(status: int, text: str) -> Callable[[list[Json]], web.Response]:
    return lambda _: web.Response(status=status, text=text, content_type="text/html")


def _json(make: Callable[[list[Json]], Any], status: int = 200) -> Callable[[list[Json]], web.Response]:
    return lambda rows: web.json_response(make(rows), status=status)


ODD_ANSWERS: Mapping[str, Callable[[list[Json]], web.Response]] = {
    "absent": _json(lambda _: {"error": "Not found"}, 404),
    "closed": _json(lambda _: {"error": "Forbidden"}, 403),
    "signed out": _json(lambda _: {"error": "Unauthorized"}, 401),
    "broken": _html(500, "<h1>Something went wrong</h1>"),
    "busy": lambda _: web.Response(status=429, headers={"Retry-After": "1"}),
    "a page": _html(200, "<html><body><h1>Tasks</h1></body></html>"),
    "led away": lambda _: web.Response(status=302, headers={"Location": "/login"}),
    "refused": _json(lambda _: {"success": False, "error": "Module not enabled"}),
    "no json": lambda _: web.Response(text="tasks", content_type="application/json"),
    "null": _json(lambda _: None),
    "a number": _json(lambda _: 7),
    "another shape": _json(lambda _: {"v": 2, "result": {"cells": [[1, "a"]]}}),
    "odd rows": _json(lambda _: [None, 7, "x", [], {}, {"id": {}, "patient": [1, 2], "dueDate": {"a": 1}}]),
    "a bare list": _json(lambda rows: rows),
    "wrapped twice": _json(lambda rows: {"data": {"content": rows, "totalElements": len(rows)}}),
    "always the same page": _json(lambda rows: {"data": (rows * PER_PAGE)[:PER_PAGE], "total": 10**9}),
}
