"""The program itself in a simulated week: its engine and services on real records, only Neo's answers are a model's.

A run is the engine's own from the lease to the end of the session. Its loop does in turn what it does in threads
otherwise, so that a seed always gives the same week.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from idexx_desktop.db.database import Database
from idexx_desktop.domain.changes import VisitChange
from idexx_desktop.domain.events import SyncResult, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.practice_words import NO_CALL, WordAbout
from idexx_desktop.domain.records import Clinic as ClinicRecord
from idexx_desktop.services.calls import CallService
from idexx_desktop.services.neo_address import NeoAddressService
from idexx_desktop.services.neo_words import NeoWordsService
from idexx_desktop.services.settings import SettingsService
from idexx_desktop.services.visits import VisitService
from idexx_desktop.sync import looking
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.looking import hold_unread
from idexx_desktop.sync.parts import Holder, SyncParts, SyncRequest
from idexx_desktop.sync.run import SyncRun
from idexx_desktop.sync.sharing import Sharing
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.writing import VisitWriter
from idexx_desktop.vault.keys import KeyRing
from idexx_desktop.vault.sealing import Sealer
from idexx_desktop.vault.stores import open_store
from tests.simulation import by_hand, hostile
from tests.simulation import events as ev
from tests.simulation.engine_parts import LOGIN, CountedRecords, InTurn, NeoAnswers, SwitchedOff, WeekClock
from tests.simulation.invariants import require
from tests.simulation.law import LAWS, OTHER_LAW
from tests.simulation.office import REFUSING, as_version, by_program, checked
from tests.simulation.playing import (
    WHY,
    Clinic,
    chosen_time,
    hindrance,
    new_rules,
    only_of,
    refused_decision,
    refused_visits,
)
from tests.simulation.running import Ending, wanted_looks
from tests.support.own_choices import chosen
from tests.support.postgres import ClinicDatabase, Person

_ADDRESS = "https://practice.example"
_OF_A_VISIT = "action IN ('visit.synced', 'visit.failed')"
GONE = "999999999@1.00"  # a process that is no more: whoever shares its computer takes its lease over at once
# the ids of calls in the order in which they are made, because the rules choose the first of several
_IDS_IN_ORDER = """
    CREATE SEQUENCE public.simulated_calls;
    GRANT USAGE ON public.simulated_calls TO PUBLIC;
    ALTER TABLE public.scheduled_discharge_calls ALTER id SET DEFAULT
      ('00000000-0000-4000-8000-' || lpad(nextval('public.simulated_calls')::text, 12, '0'))::uuid
"""
_REMOVE = (
    "UPDATE public.consultation_sync_status SET discharge_call_scheduled = false, discharge_call_id = NULL"
    " WHERE discharge_call_id = %s",
    "DELETE FROM public.scheduled_discharge_calls WHERE id = %s",
)
# the clock of the week in the place of the server's, and people's names as the memory has them
_CLOCK_OF_THE_WEEK = """
    CREATE TABLE public.simulated_moment (at timestamptz);
    INSERT INTO public.simulated_moment VALUES (NULL);
    GRANT SELECT ON public.simulated_moment TO PUBLIC;
    CREATE OR REPLACE FUNCTION idexx_app.moment() RETURNS timestamptz LANGUAGE sql
      SET search_path = pg_catalog, pg_temp AS 'SELECT at FROM public.simulated_moment'
"""


@dataclass(slots=True)
class Program:
    """The program of every user of the clinic. `ids` gives the calls of the records the names they have in memory."""

    clinic: Clinic
    database: ClinicDatabase
    people: dict[str, Person]
    folder: Path
    superuser: psycopg.Connection[dict[str, Any]] = field(init=False)
    sharing: dict[str, Sharing] = field(default_factory=dict)
    pools: dict[str, Database] = field(default_factory=dict)
    written_at_sleep: int | None = None
    noted: int = 0

    def __post_init__(self) -> None:
        self.superuser = psycopg.connect(self.database.owner_url, autocommit=True, row_factory=dict_row)
        self.superuser.execute(_IDS_IN_ORDER)
        self.superuser.execute(_CLOCK_OF_THE_WEEK)
        self.superuser.execute(REFUSING)
        self.ask("UPDATE idexx_app.schema_meta SET value = '0.3.0' WHERE key = 'lowest_writer'")
        for user, person in self.people.items():
            store = open_store(f"simulated {user}", self.folder, None)
            keys = KeyRing(store, WeekClock(self.clinic, user))
            self.sharing[user] = Sharing(store, keys, Sealer(keys), "Front Desk 1", False, chosen(_ADDRESS))
            self.pools[user] = Database(self.database.url(person))
            self.ask("UPDATE public.users SET email = %s WHERE id = %s", user, person.user_id)
        rules = self.clinic.records.rules
        with self.records(next(iter(self.people))).transaction() as tx:
            known = tx.settings.clinic()
            moved = ClinicRecord(known.clinic_id, known.name, str(rules.zone), country=known.country)
            tx.settings.save_clinic(moved, now=self.clinic.now)
            tx.settings.set_review(rules.review, now=self.clinic.now)
            tx.settings.save_call_rules(rules, now=self.clinic.now)
        for user in self.people:
            self.sign_in_again(user)

    def close(self) -> None:
        """Close all connections."""
        OTHER_LAW.undo()
        self.superuser.close()
        for pool in self.pools.values():
            pool.close()

    def records(self, user: str) -> CountedRecords:
        """The records as a user sees them."""
        return CountedRecords(self.pools[user], self.people[user].user_id, self.people[user].clinic_id)

    def ask(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """A statement of the superuser."""
        cursor = self.superuser.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def _set_clock(self) -> None:
        self.ask("UPDATE public.simulated_moment SET at = %s", self.clinic.now)

    def sign_in_again(self, user: str) -> None:
        """Keep a sign-in that works, as after a test of it."""
        sealed = SealedSignIn(self.records(user), self.sharing[user], WeekClock(self.clinic, user))
        sealed.save(LOGIN, _ADDRESS, cookies="kept", validated=True)

    def person(self, event: ev.Event) -> None:
        """What people do, by the program's services; what the calling system does, in the records."""
        self._set_clock()
        user = getattr(event, "user", next(iter(self.people)))
        refused = self.clinic.records.standing.refused(event) or self._refused(event)
        with as_version(self, user):
            try:
                if refused is not FailureCode.DATABASE_OUTDATED or checked(self, user):
                    self._by_services(event)
            except Failure as failure:
                if failure.code not in (refused, self._refused(event)):
                    raise

    def _refused(self, event: ev.Event) -> FailureCode | None:
        """Why the program doesn't let a person do this, whatever becomes of the records."""
        clinic = self.clinic
        if isinstance(event, ev.OptOut) and dialable(event.number, "US").e164 is None:
            return FailureCode.INVALID_INPUT
        if isinstance(event, ev.CallByHand):
            return by_hand.refused(clinic, event)
        key = clinic.key_at(event.user, event.visit) if isinstance(event, ev.Decide) else None
        return refused_decision(clinic, event, key) if isinstance(event, ev.Decide) and key else None

    def _by_services(self, event: ev.Event) -> None:
        clinic, clock = self.clinic, WeekClock(self.clinic, getattr(event, "user", ""))
        match event:
            case ev.Decide(user):
                self._decide(event)
            case ev.OptOut(user, number, on):
                calls = CallService(self.records(user), clock)
                if on:
                    calls.opt_out(number)
                else:
                    calls.withdraw_opt_out(dialable(number, "US").e164 or "")
            case ev.Switch(user, how):
                calls = CallService(self.records(user), clock)
                {"pause": calls.pause_all, "resume": calls.resume_all, "turn on": calls.turn_on_calls}[how]()
            case ev.NewRules(user, what) if what not in LAWS:
                self._new_rules(user, what)
            case ev.Outcome(user, place, kind):
                call_id = clinic.queued_at(user, place)
                if call_id is not None:
                    CallService(self.records(user), clock).record_outcome(self.real(call_id), kind)
            case ev.SignInAgain(user):
                self.sign_in_again(user)
            case _:
                if not by_program(self, event):
                    self._outside(event)

    def _new_rules(self, user: str, what: str) -> None:
        records, clock = self.records(user), WeekClock(self.clinic, user)
        if what in (ev.WITHOUT_CALLS, ev.WITH_CALLS):
            with records.transaction() as tx:
                tx.practice_words.note([(WordAbout.TYPE, "Wellness")])
            words = NeoWordsService(records, clock)
            word = next(word for word in words.practice() if word.name == "Wellness")
            words.confirm(word.id, NO_CALL if what == ev.WITHOUT_CALLS else None)
            return
        neo = NeoAddressService(records, self.sharing[user], clock)
        settings = SettingsService(records, clock, lambda _: None, neo)
        settings.save_call_rules(new_rules(settings.call_rules(), what, self.clinic.now))

    def _outside(self, event: ev.Event) -> None:
        """What the calling system does, or anybody in the clinic's records without this program."""
        match event:
            case ev.CallMovesOn(place, status):
                self._move_call_on(place, status)
            case ev.Hostile():
                hostile.in_records(self, event)
            case ev.ChangeVisit(place, "call disabled"):
                self._disable(place)

    def sync(self, event: ev.Sync, meanwhile: Callable[[], None]) -> Ending | None:
        """One run of the engine; how it ended early, None where it finished or never began."""
        with as_version(self, event.user):
            return self._sync(event, meanwhile) if checked(self, event.user) else None

    def _sync(self, event: ev.Sync, meanwhile: Callable[[], None]) -> Ending | None:
        records = self.records(event.user)
        clinic, whose = self.clinic, self.people[event.user]
        if clinic.lease is None:
            self.ask("UPDATE idexx_app.sync_leases SET expires_at = clock_timestamp() - interval '1 minute'")
        self.ask("DELETE FROM public.simulated_refusal")
        for key in refused_visits(clinic, event):
            self.ask("INSERT INTO public.simulated_refusal VALUES (%s)", key)
        before = {row["id"] for row in self._sessions(whose)}
        lists_at: list[int] = []

        def lists_are_read() -> None:
            lists_at.append(records.commits)
            meanwhile()

        answers = NeoAnswers(clinic.neo, event, lists_are_read, lambda: self._take_lease(event.user))
        if event.trouble is ev.Trouble.CRASH:
            records.off_at = 2 + event.after * 3  # what is nearly due is held before all else
        result = self._run(records, event, answers)
        if self.written_at_sleep is not None:
            require(
                self._visits_written() == self.written_at_sleep, f"{event}: written after its lease was lost"
            )
            self.written_at_sleep = None
        sessions = [row for row in self._sessions(whose) if row["id"] not in before]
        if result is not None:
            self._require_told(event, result, [row["status"] for row in sessions])
        if result is not None and (result.failure is None or not sessions):
            return None
        code: FailureCode | None = FailureCode.CRASHED
        if result is not None and result.failure is not None:
            code = result.failure.code
        elif sessions and sessions[0]["status"] == "completed":
            code = None
        begun = bool(lists_at) and records.commits > lists_at[0]
        left = self.ask("SELECT expires_at > clock_timestamp() AS held FROM idexx_app.sync_leases")
        return Ending(
            code,
            self._writes(sessions[0]["id"]) if begun else -1,
            has_row=bool(sessions),
            keeps_lease=any(row["held"] for row in left),
            noted=self.noted,
        )

    def _require_told(self, event: ev.Sync, result: SyncResult, written: Sequence[str]) -> None:
        """A run's result says what its row says; one that did not begin says why."""
        if written:
            require(written[0] == result.status, f"{event} ended as {result.status}, its row as {written[0]}")
            return
        hindered = hindrance(self.clinic, event)
        code = result.failure.code if result.failure else None
        require(code is hindered, f"{event} did not begin because of {code}, and not {hindered}")

    def hold(self, user: str) -> None:
        """What the schedule does first at each look at the clock."""
        self._set_clock()
        shown = self.clinic.time_of(user)
        hold_unread(self.records(user), shown, anew=True)
        with self.records(user).transaction() as tx:
            ours = wanted_looks(self.clinic.records, user, shown)
            theirs = looking.wanted_looks(tx, shown)
            require(ours == theirs, f"{sorted(ours)} are to be read now, and {sorted(theirs)} in the records")

    def stranger(self) -> str | None:
        """The id of the account that writes rows by hand, once it is there."""
        known = [person.user_id for person in self.people.values()]
        clinic_id = next(iter(self.people.values())).clinic_id
        rows = self.ask(
            "SELECT user_id::text AS id FROM public.clinic_members WHERE clinic_id = %s AND user_id <> ALL (%s)",
            clinic_id,
            known,
        )
        return rows[0]["id"] if rows else None

    def real(self, call_id: str) -> str:
        """The id that a call of the memory has in the records."""
        rows = self.ask("SELECT id::text FROM public.scheduled_discharge_calls ORDER BY id")
        return str(rows[sorted(self.clinic.records.calls).index(call_id)]["id"])

    def _run(self, records: CountedRecords, event: ev.Sync, answers: NeoAnswers) -> SyncResult | None:
        """The engine's run; None where the computer was switched off in it."""
        parts = SyncParts(
            records,
            self.sharing[event.user],
            WeekClock(self.clinic, event.user),
            Holder(event.computer, GONE),
            random.Random(7),  # noqa: S311 - spreads retries
            read_only=records.database.read_only,
        )
        self._set_clock()
        only = only_of(self.clinic, event)
        trigger = Trigger.BUTTON
        if only is not None:
            before_call = event.before_call or event.look is not None
            trigger = Trigger.BEFORE_CALL if before_call else Trigger.RETRY
        request = SyncRequest(trigger, 0.0, only_visits=only)
        note_read = VisitWriter.note_read

        def noted(writer: VisitWriter, unchanged: Sequence[VisitChange]) -> None:
            note_read(writer, unchanged)
            self.noted += 1

        self.noted = 0
        with pytest.MonkeyPatch.context() as patch, asyncio.Runner(loop_factory=InTurn) as runner:
            # Neo's side of the one line between them
            patch.setattr("idexx_desktop.sync.run.NeoSession", answers)
            patch.setattr(VisitWriter, "note_read", noted)
            try:
                return runner.run(SyncRun(parts, request, lambda _: None).run())
            except (SwitchedOff, BaseExceptionGroup):
                assert records.is_off
                return None

    def _sessions(self, whose: Person) -> list[dict[str, Any]]:
        return self.ask(
            "SELECT id, status FROM public.idexx_sync_sessions WHERE user_id = %s ORDER BY started_at",
            whose.user_id,
        )

    def _visits_written(self) -> int:
        """How often anybody wrote a visit."""
        [row] = self.ask(f"SELECT count(*) AS n FROM public.idexx_sync_audit_log WHERE {_OF_A_VISIT}")
        return int(row["n"])

    def _writes(self, session_id: object) -> int:
        [row] = self.ask(
            f"SELECT count(*) AS n FROM public.idexx_sync_audit_log WHERE session_id = %s AND {_OF_A_VISIT}",
            str(session_id),
        )
        return int(row["n"])

    def _take_lease(self, user: str) -> None:
        """This computer slept for longer than its lease; another one synced meanwhile."""
        self.written_at_sleep = self._visits_written()
        self.ask("UPDATE idexx_app.sync_leases SET expires_at = clock_timestamp() - interval '1 minute'")
        take_lease(self.records(user), Holder("Front Desk 9", GONE), 30.0).release()

    def _decide(self, event: ev.Decide) -> None:
        key = self.clinic.key_at(event.user, event.visit)
        if key is None:
            return
        service = VisitService(self.records(event.user), WeekClock(self.clinic, event.user), lambda: _ADDRESS)
        if event.choice is None:
            service.let_rules_decide(key)
        else:
            service.decide(key, event.choice, WHY, scheduled_for=chosen_time(self.clinic, event.minutes))

    def _move_call_on(self, place: int, status: str) -> None:
        call_id = self.clinic.live_call_at(place)
        if call_id is None:
            return
        if status == "removed":
            real = self.real(call_id)
            for statement in _REMOVE:
                self.ask(statement, real)
        else:
            ended = self.clinic.now if status in ("cancelled", "completed") else None
            self.ask(
                "UPDATE public.scheduled_discharge_calls SET status = %s, ended_at = %s, "
                "started_at = COALESCE(%s, started_at) WHERE id = %s AND (status = 'queued' OR %s = 'completed')",
                status,
                ended,
                self.clinic.now if status == "ringing" else None,
                self.real(call_id),
                status,
            )

    def _disable(self, place: int) -> None:
        visit = self.clinic.visit_at(place)
        if visit is not None:
            self.ask(
                "UPDATE public.cases SET call_enabled = false WHERE id IN "
                "(SELECT case_id FROM public.visits WHERE visit_key = %s)",
                visit.key,
            )
