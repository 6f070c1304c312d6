"""A colleague who writes rows that look like claims, cases and calls; nobody's calls are any others because of it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from idexx_desktop.domain.phones import dialable
from tests.simulation import events as ev
from tests.simulation.neo import NeoVisit
from tests.simulation.rows import CANCELLED, MALLORY, QUEUED, Call

if TYPE_CHECKING:
    from tests.simulation.playing import Clinic
    from tests.simulation.program import Program

OTHER_NUMBER = "+12025550111"
_EMAIL = "mallory@oak.example"
_WAYS = ("claim", "case", "other number", "far away", "cancelled", "over", "about nothing")
_STATUS = {"cancelled": CANCELLED, "over": "completed"}
_JOIN = (
    "INSERT INTO public.users (email) VALUES (%s)",
    "INSERT INTO public.clinic_members (user_id, clinic_id) SELECT u.id, c.id FROM public.users u, public.clinics c"
    " WHERE u.email = %s AND c.id = %s",
)
_CLAIM = (
    "INSERT INTO idexx_app.visit_claims (clinic_id, visit_key, user_id) VALUES (%s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)
_CASE = (
    "INSERT INTO public.cases (clinic_id, external_id, user_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
)
_CALL = (
    "INSERT INTO public.scheduled_discharge_calls (user_id, customer_phone, scheduled_for, status, dynamic_variables)"
    " VALUES (%s, %s, %s, %s, '{}') RETURNING id"
)
_PLACE = "INSERT INTO public.call_visits (call_id, clinic_id, user_id, visit_key) VALUES (%s, %s, %s, %s)"


ROOM_FOR_ALL = "room for all"


def disturbed(week: ev.Week) -> ev.Week:
    """The week with such rows between its events: always the same ones."""
    chance = random.Random(week.seed + 1_000_003)  # noqa: S311 - made to be repeated
    events: list[ev.Event] = []
    for event in undisturbed(week).events:
        events.append(event)
        if chance.random() < 0.5:
            events.append(ev.Hostile(chance.randrange(8), chance.choice(_WAYS)))
    return replace(week, events=tuple(events))


def undisturbed(week: ev.Week) -> ev.Week:
    """The week as it is compared: whose case it is decides who can switch its calls off, and cases are taken here.

    The quarters of an hour of calls are the whole clinic's, so whoever is in it may fill one, and move a call to the
    next: here there is room for all.
    """
    off = [
        event for event in week.events if isinstance(event, ev.ChangeVisit) and event.how == "call disabled"
    ]
    events = (event for event in week.events if event not in off)
    return replace(week, events=(ev.NewRules(ev.USERS[0], ROOM_FOR_ALL), *events))


def calls_of(clinic: Clinic) -> list[tuple[object, ...]]:
    """The calls of everybody else, in the order in which they were made."""
    records = clinic.records
    return [
        (call.user, call.phone, call.scheduled_for, call.status, call.ended_at, records.members(call_id))
        for call_id, call in records.calls.items()
        if call.user != MALLORY
    ]


def in_memory(clinic: Clinic, event: ev.Hostile) -> None:
    """The rows of this event in the records in memory."""
    seen, records = clinic.visit_at(event.visit), clinic.records
    if seen is None or event.how == "claim":
        return
    if event.how == "case":
        if not any(key in records.cases for key in seen.keys):
            records.cases[seen.key] = MALLORY
        return
    placed = _is_placed(clinic, seen, event)
    call_id = records.add_call(_call(clinic, seen, event))
    if placed:
        records.on_call[MALLORY, seen.key] = call_id


def in_records(program: Program, event: ev.Hostile) -> None:
    """The same in the real ones; as the owner, who may do more than any login."""
    clinic, seen = program.clinic, program.clinic.visit_at(event.visit)
    if seen is None:
        return
    of_clinic = next(iter(program.people.values())).clinic_id
    mallory = program.stranger() or _joined(program, of_clinic)
    kind = "appt" if seen.appointment else "cons"
    if event.how == "claim":
        program.ask(_CLAIM, of_clinic, seen.key, mallory)
    elif event.how == "case":
        program.ask(_CASE, of_clinic, f"pims-{kind}-idexx-{seen.key[2:]}", mallory)
    else:
        made = _call(clinic, seen, event)
        [row] = program.ask(_CALL, mallory, made.phone, made.scheduled_for, made.status)
        if _is_placed(clinic, seen, event):
            program.ask(_PLACE, row["id"], of_clinic, mallory, seen.key)


def _joined(program: Program, clinic_id: str) -> str:
    program.ask(_JOIN[0], _EMAIL)
    program.ask(_JOIN[1], _EMAIL, clinic_id)
    return program.stranger() or ""


def _is_placed(clinic: Clinic, seen: NeoVisit, event: ev.Hostile) -> bool:
    return event.how != "about nothing" and (MALLORY, seen.key) not in clinic.records.on_call


def _call(clinic: Clinic, seen: NeoVisit, event: ev.Hostile) -> Call:
    days = 40 if event.how == "far away" else 1
    number = dialable(clinic.neo.numbers[seen.pet[0]], "US").e164 or OTHER_NUMBER
    phone = OTHER_NUMBER if event.how in ("other number", "over") else number
    return Call(MALLORY, phone, clinic.now + timedelta(days=days), _STATUS.get(event.how, QUEUED))
