"""The victim's program on a copy of the records: it syncs, shows every page, and what came of that is compared."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from idexx_desktop import app
from idexx_desktop.app import Program
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import AuditFilter, CallFilter, CallOutcomeKind, HistoryFilter, VisitFilter
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.world import Appointment, Consultation
from tests.support.practice import EVERYTHING, HandClock, Practice, ask, finished
from tests.torture.copies import Copy, Prepared

# a call of the victim's: what it is about, when, to which number, and how it stands
_CALLS = """
    SELECT c.status::text AS status, c.scheduled_for::text AS scheduled_for, c.customer_phone,
           c.dynamic_variables ->> 'pet_name' AS pet,
           (SELECT string_agg(v.visit_key, ' ' ORDER BY v.visit_key)
            FROM public.call_visits v WHERE v.call_id = c.id) AS visits
    FROM public.scheduled_discharge_calls c WHERE c.user_id = %s
"""
_VISITS = "SELECT visit_key, state, reason_code FROM public.visits WHERE user_id = %s"
_CLAIMS = (
    "SELECT count(*) AS copies FROM public.visits WHERE user_id = %s GROUP BY visit_key HAVING count(*) > 1"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is compared. `effects`: calls and states, each a line; `failures`: what a page or the sync couldn't do."""

    effects: frozenset[str]
    failures: frozenset[str]


def decide(practice: Practice) -> None:
    """What a person has decided before: one owner isn't called, one doesn't want to be, one was spoken to."""
    alone = [visit for visit in practice.visits().values() if visit.call_id and not visit.call_with]
    quiet, opted_out, reached = alone[:3]
    program = practice.program
    program.visits.decide(quiet.visit_key, PersonChoice.NO_CALL, "they came by")
    program.calls.opt_out(opted_out.phone, "by letter")
    program.calls.record_outcome(reached.call_id or "", CallOutcomeKind.VOICEMAIL)


def change_the_day(practice: Practice) -> tuple[str, str]:
    """What a sync has to do since the last one: a call appears, one is taken back, a new visit is waited for.

    The ids of the appointment and the consultation that will be called about.
    """
    world = practice.site.world
    seen = [visit for visit in practice.visits().values() if visit.state is VisitState.SCHEDULED]
    gone = next(visit for visit in seen if not visit.call_with and visit.consultation_id)
    world.write_notes(gone.consultation_id or "", "<p>Collapsed; euthanized with owner present.</p>")
    template = next(row for row in world.consultations if row.provider_id is not None and row.notes)
    made = []
    for number, notes in enumerate(("<p>Ear cleaned, drops twice a day for a week.</p>", "")):
        pet = world.add_pet(
            world.add_owner("Nina", f"Late{number}", f"(206) 555-018{number}"), f"Newcomer{number}"
        )
        booked = world.add_appointment(
            Appointment(0, template.at, pet_id=pet.id, provider_id=template.provider_id, status="Completed")
        )
        consulted = world.add_consultation(
            Consultation(0, template.at, pet.id, template.provider_id, booked.id, "ear", notes)
        )
        made.append((str(booked.id), str(consulted.id)))
    return made[0]


def live(prepared: Prepared, copy: Copy, *, with_browser: bool) -> Outcome:
    """A sync from start to end, then every page; `with_browser`: without cookies, so that the password is typed."""
    practice = prepared.practice
    user, clock = practice.user_id, practice.clock
    if with_browser:
        ask(copy.owner_url, "DELETE FROM public.neo_cookies WHERE user_id = %s", user)
    failures: set[str] = set()
    effects: set[str] = set()
    try:
        program = app.open_program(copy.environment)
    except Failure as failure:
        return Outcome(frozenset(), frozenset({f"the program doesn't open: {failure}"}))
    with closing(program):
        program.clock = HandClock(clock.now())
        effects |= _synced(program, failures)
        for name, page in _pages(program).items():
            try:
                effects |= {f"{name}: {line}" for line in page()}
            except Failure as failure:
                failures.add(f"{name}: {failure.code}")
            except Exception as problem:
                failures.add(f"{name}: {type(problem).__name__}")
    return Outcome(frozenset(effects | _stored(copy, user)), frozenset(failures))


def _synced(program: Program, failures: set[str]) -> set[str]:
    try:
        assert program.syncer.start(Trigger.BUTTON)
        result = finished(program.syncer)
    except Failure as failure:
        failures.add(f"sync: {failure.code}")
        return set()
    if result.failure is not None:
        failures.add(f"sync: {result.failure}")
    return {f"sync: {result.status}, {result.consultations_synced} synced"}


def _pages(program: Program) -> dict[str, Callable[[], list[str]]]:
    """What each page asks for, and what of it must not change: states, calls, and what a person would act on."""

    def visits() -> list[str]:
        rows = program.visits.rows(VisitFilter(), EVERYTHING)
        for row in rows:
            program.visits.get(row.visit_key)
        return [
            f"{row.visit_key} {row.state} {row.reason_code} {row.call_status} {row.call_scheduled_for}"
            f" {row.needs_attention} {row.ignored}"
            for row in rows
        ]

    def calls(group: str) -> list[str]:
        rows = program.calls.rows(CallFilter(group), EVERYTHING)
        return [
            f"{sorted(row.visit_keys)} {row.status} {row.scheduled_for} {row.customer_phone} {len(row.outcomes)}"
            for row in rows
        ]

    def nothing(*work: Callable[[], Any]) -> Callable[[], list[str]]:
        def done() -> list[str]:
            for each in work:
                each()
            return []

        return done

    return {
        "visits": visits,
        "calls": lambda: calls("all"),
        "calls due": lambda: calls("due"),
        "today": nothing(program.status.today),
        "history": nothing(lambda: program.history.rows(HistoryFilter(), EVERYTHING)),
        "activity": nothing(lambda: program.audit.rows(AuditFilter(), EVERYTHING)),
        "record": lambda: [str(program.audit.verify().ok)],
        "settings": nothing(
            program.settings.schedule,
            program.settings.call_rules,
            program.settings.clinic,
            program.calls.opt_outs,
        ),
        "sign-in": lambda: [program.credentials.status().state],
        "computers": nothing(program.computers.overview),
        "support": nothing(program.support.prepare),
    }


def _stored(copy: Copy, user: str) -> set[str]:
    """The victim's rows, as a calling system would find them; ids are left out."""
    found = {f"a call of the victim's: {row}" for row in ask(copy.owner_url, _CALLS, user)}
    found |= {f"a visit of the victim's: {row}" for row in ask(copy.owner_url, _VISITS, user)}
    return found | {f"twice: {row}" for row in ask(copy.owner_url, _CLAIMS, user)}


def differences(wanted: Outcome, found: Outcome) -> list[str]:
    """What is otherwise than undisturbed, a line each."""
    lines = [f"fails: {line}" for line in sorted(found.failures - wanted.failures)]
    lines += [f"isn't any more: {line}" for line in sorted(wanted.effects - found.effects)]
    return lines + [f"is new: {line}" for line in sorted(found.effects - wanted.effects)]
