"""The practice's own types of appointment, as the page for a new appointment asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from idexx_desktop.simulator.notes import STORIES
from idexx_desktop.simulator.tasks import ODD_ANSWERS

Json = dict[str, Any]
# those that no story tells of
_BESIDES = ("Boarding", "Nail Trim", "Medication Refill", "Euthanasia")


def _rows() -> list[Json]:
    names = dict.fromkeys([*(story.type_description for story in STORIES), *_BESIDES])
    return [
        {"id": number, "name": name, "color": "#8899aa", "duration": 30, "active": True}
        for number, name in enumerate(names, start=1)
    ]


@dataclass(slots=True)
class AppointmentTypes:
    """`rows` are the types, whole, as Neo would send them. `plays` one of `ODD_ANSWERS`, "" for none."""

    rows: list[Json] = field(default_factory=_rows)
    plays: str = ""

    async def answer(self, _: web.Request) -> web.StreamResponse:
        """`GET /appointments/getAppointmentView`."""
        if self.plays:
            return ODD_ANSWERS[self.plays](self.rows)
        return web.json_response({"appointmentTypes": self.rows, "slotMinutes": 10})
