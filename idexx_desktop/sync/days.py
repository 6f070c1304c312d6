"""The middle of a run: read the lists, then all consultations, and save each local day once it is read whole.

A day is the unit, because an owner's pets of one day are decided on together. A stop waits for no more than the visits
in hand: calls are taken back first, so what is saved by then may stay, and the next run decides on the rest.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.cases import member_of
from idexx_desktop.domain.changes import KnownVisit, VisitChange, VisitRead, from_known
from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.emptied import emptied
from idexx_desktop.domain.events import RecordsChanged, Step, SyncProgress, Topic, VisitFailure
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.practice_words import WordAbout, words_of
from idexx_desktop.domain.reconcile import also_concerned, reconcile, with_household
from idexx_desktop.domain.records import NeoPace
from idexx_desktop.domain.same_visit import going_on, replaced
from idexx_desktop.domain.visits import Visit
from idexx_desktop.neo.finishing import to_the_end
from idexx_desktop.sync import plan
from idexx_desktop.sync.beside import beside
from idexx_desktop.sync.claims import with_claims
from idexx_desktop.sync.deciding import redecide
from idexx_desktop.sync.often import calls_before
from idexx_desktop.sync.open_days import lists_of_open_days
from idexx_desktop.sync.parts import DEATHS_REMEMBERED, SEEN_BEFORE, Emit, SyncParts, SyncRequest
from idexx_desktop.sync.reading import Listed, NeoReader, unreadable_read, unreadable_row
from idexx_desktop.sync.tally import Tally
from idexx_desktop.sync.writing import Grounds, Overtaken, VisitWriter, Written

# so long a run that is through with its visits waits for what nothing depends on
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before a run reads anything. `uncalled` visits read as scheduled, and have no call.

    `emptied_before`: the run before this one stopped because Neo's lists had lost most of what they held.
    """

    zone: ZoneInfo
    pace: NeoPace
    rules: CallRules
    window: plan.Span
    known: Mapping[str, KnownVisit]
    uncalled: frozenset[str] = frozenset()
    emptied_before: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit to be read. `listed`: Neo's lists show it; `unreadable`: by a row that cannot be understood.

    `superseded`: a walk-in whose appointment is a visit of its own, under which it goes on.
    """

    visit: Visit
    listed: bool
    unreadable: bool = False
    superseded: bool = False

    @property
    def has_page(self) -> bool:
        """Whether its consultation is asked for."""
        return self.visit.consultation_id is not None and not (self.unreadable or self.superseded)


@dataclass(slots=True)
class DayByDay:
    """Reads and saves; progress counts consultations."""

    parts: SyncParts
    request: SyncRequest
    facts: Facts
    reader: NeoReader
    writer: VisitWriter
    tally: Tally
    emit: Emit
    _done: int = 0
    _listed: frozenset[str] = frozenset()
    _whole: frozenset[str] = frozenset()
    _began: datetime | None = None
    # the calls of others, as they were when this run decided for the first time
    _elsewhere: Mapping[datetime, int] | None = None
    _noted: set[tuple[WordAbout, str]] = field(default_factory=set)

    async def run(self) -> None:
        """All reads are started in the order of their days, the newest first; the pace is the reader's.

        The newest first, because what happened to a pet later decides about the call for its earlier visit.
        """
        self._progress(Step.READING_LISTS)
        self._began = self.parts.clock.now()
        days = await self._days()
        self.tally.seen = len(self.tally.failures) + sum(len(entries) for entries in days.values())
        self._progress(Step.READING_CONSULTATIONS)
        entries = [entry for of_day in days.values() for entry in of_day]
        self.reader.expect(sum(entry.has_page for entry in entries))
        async with asyncio.TaskGroup() as group:
            reads = [
                [group.create_task(self._read(entry)) for entry in entries]
                for _, entries in sorted(days.items(), reverse=True)
            ]
            # behind the visits, which wait for nothing of it
            own_types = group.create_task(self._own_types())
            for tasks in reads:
                day = [await task for task in tasks]
                await _in_a_thread(partial(self._save, day))
            await asyncio.wait([own_types], timeout=_PATIENCE_SECONDS)
            own_types.cancel()
        named = () if own_types.cancelled() else own_types.result()
        await _in_a_thread(partial(self._end, named))

    async def _days(self) -> dict[date, list[Entry]]:
        asked_for = self.facts.known.keys()
        window, zone = self.facts.window, self.facts.zone
        listed = await lists_of_open_days(self.reader, window, zone, self.facts.known)
        superseded = await beside(self._under_known_keys, listed)
        today = self.parts.clock.now().astimezone(self.facts.zone).date()
        only = self.request.only_visits
        wanted = None if only is None else self._with_household(only, listed)
        days: dict[date, list[Entry]] = {}
        for entry in self._entries(listed, superseded, asked_for):
            if wanted is None and (failure := self._waits(entry)) is not None:
                visit = entry.visit
                self.tally.failures.append(VisitFailure(visit.consultation_id, visit.visit_key, failure))
            elif wanted is None or entry.visit.visit_key in wanted:
                day = plan.local_day(entry.visit.visit_at, self.facts.zone, today)
                days.setdefault(day, []).append(entry)
        return days

    def _brake(self, tx: Transaction, listed: Listed) -> None:
        """LISTS_EMPTIED before anything is written; but not where it was so before, and a person knows of it.

        That they said so is their act, and recorded as that.
        """
        if not listed.complete:
            return
        today = self.parts.clock.now().astimezone(self.facts.zone).date()
        held = {
            key: plan.local_day(visit.visit_at, self.facts.zone, today)
            for key, visit in self.facts.known.items()
            if visit.reason_code != ReasonCode.VANISHED
        }
        shown = listed.visits.keys() | listed.unreadable
        if failure := emptied(held, shown, today):
            if not (self.request.take_back and self.facts.emptied_before):
                raise failure
            missing = {"count": len(held.keys() - shown)}
            tx.audit.record(
                Action.SYNC_ALL_THE_SAME, "ok", session_id=self.writer.session_id, metadata=missing
            )

    def _with_household(self, only: frozenset[str], listed: Listed) -> frozenset[str]:
        """A pet that comes in again, and dies, is found before the call for its last visit."""
        known, rules, now = self.facts.known, self.facts.rules, self.parts.clock.now()
        new = [
            member_of(visit, None, None, rules, now)
            for key, visit in listed.visits.items()
            if key not in known
        ]
        return with_household(only, known, self.facts.zone, new)

    def _under_known_keys(self, listed: Listed) -> frozenset[str]:
        """Let what is listed go on as the visit that it was, so that nobody is called twice.

        An appointment that was deleted and booked anew goes on under its first key, a walk-in that has an appointment
        by now under the appointment. Returns those whose visit another one is already: they are closed in favor of it.
        """
        with self.parts.records.transaction() as tx:
            self.writer.lease.hold(tx)
            identities = tx.visits.identities(self.facts.window.start - SEEN_BEFORE)
            first_keys = going_on(listed.visits.values(), identities)
            renamed = (
                replace(visit, visit_key=first_keys.get(key, key)) for key, visit in listed.visits.items()
            )
            listed.visits = {visit.visit_key: visit for visit in renamed}
            self._brake(tx, listed)
            self._listed = frozenset(listed.visits.keys() | listed.unreadable)
            self._whole = frozenset(
                key for key, visit in listed.visits.items() if listed.complete or _is_whole(visit)
            )
            superseded = tx.visits.follow_walk_ins(listed.visits.values())
            superseded |= replaced(listed.visits.values(), identities)
            self.facts = replace(self.facts, known=self._known(tx), rules=tx.settings.call_rules())
        return superseded

    def _entries(self, listed: Listed, superseded: frozenset[str], asked_for: Collection[str]) -> list[Entry]:
        """What is to be read. The lists were asked for the days of the visits `asked_for`, and tell of no others."""
        entries = [Entry(visit, True, key in listed.partly) for key, visit in listed.visits.items()]
        for key in sorted(listed.unreadable - listed.visits.keys()):
            if key.startswith(("a:", "c:")):
                entries.append(Entry(Visit(key), listed=True, unreadable=True))
            else:
                # a row without an id can't be told from the next run's: counted and shown, never kept as a visit
                self.tally.failures.append(VisitFailure(None, key, unreadable_row()))
        for key, visit in self.facts.known.items():
            if key in listed.visits or key in listed.unreadable or visit.reason_code == ReasonCode.VANISHED:
                continue
            # what neither list shows any more is asked for by its own page before it counts as gone
            if (listed.complete and key in asked_for) or key in superseded:
                gone = key in superseded
                entries.append(Entry(from_known(key, visit), listed=False, superseded=gone))
        return entries

    def _waits(self, entry: Entry) -> Failure | None:
        """Why a visit still counts as failed, where there is no hope in reading it again yet.

        It failed several times, its row in the lists is the same, and no call depends on it. A retry reads it.
        """
        known = self.facts.known.get(entry.visit.visit_key)
        if known is None or known.next_try_at is None or entry.superseded:
            return None
        if known.failure_code not in list(FailureCode):
            return None
        same = known.failed_hash is not None and entry.visit.as_listed().is_as(known.failed_hash)
        if known.next_try_at <= self.parts.clock.now() or not same or known.call is not None:
            return None
        again = known.next_try_at.astimezone(self.facts.zone)
        return Failure(FailureCode(known.failure_code), f"not read again before {again:%H:%M}")

    async def _read(self, entry: Entry) -> VisitRead:
        if entry.unreadable:
            read = unreadable_read(entry.visit)
        elif entry.superseded:
            read = VisitRead(entry.visit, vanished=True)
        else:
            read = await self.reader.read(entry.visit, listed=entry.listed)
            # its rows in the lists are a part of it, and as old as those
            if read.failure is None and (entry.visit.visit_key in self._whole or not entry.listed):
                read = replace(read, read_at=self._began)
        self._done += 1
        self._progress(Step.READING_CONSULTATIONS)
        return read

    def _save(self, reads: list[VisitRead], stop: threading.Event) -> None:
        """Reconcile one whole day and save what changed; an unchanged visit costs no write.

        The facts are read anew: while Neo was read, a person may have decided. Where one does so in the very moment
        of a write, the rules run once more.
        """
        pending, concerned = {read.visit.visit_key for read in reads}, set[str]()
        is_overtaken = True
        while is_overtaken and pending and not stop.is_set():
            grounds = self._grounds(reads)
            changes = reconcile(
                reads,
                grounds.known,
                grounds.rules,
                self.parts.clock.now(),
                (),
                self._elsewhere or {},
                grounds.calls,
            )
            saved: list[VisitChange] = []
            try:
                for together in self._write(changes, grounds):
                    saved += self._counted(together, pending)
                    if stop.is_set():
                        break  # what is saved by now is still told to the days that it concerns
                is_overtaken = False
            except Overtaken:
                pass
            concerned |= also_concerned(saved, grounds.known, grounds.rules.zone)
        self._note_words({word for read in reads for word in words_of(read.visit)})
        self._decide_again(concerned - {read.visit.visit_key for read in reads})
        self.emit(RecordsChanged(Topic.VISITS))

    async def _own_types(self) -> tuple[str, ...]:
        """The practice's types of appointment, also those that none of these visits has."""
        return await self.reader.own_types() if self.request.only_visits is None else ()

    def _note_words(self, words: set[tuple[WordAbout, str]]) -> None:
        """What the practice calls its visits, for people to say what it means."""
        if not words - self._noted:
            return
        with self.parts.records.transaction() as tx:
            self._noted |= {(word.about, word.name) for word in tx.practice_words.all()}
            tx.practice_words.note(sorted(words - self._noted))
        self._noted |= words

    def _counted(self, together: Sequence[Written], pending: set[str]) -> list[VisitChange]:
        """What was written; each visit counts once, however often the rules ran."""
        for written in together:
            if written.change.visit_key in pending:
                pending.discard(written.change.visit_key)
                self.tally.count(written)
        return [written.change for written in together]

    def _decide_again(self, visit_keys: Collection[str]) -> None:
        """What this day says of visits of other days, which may be saved already, counts at once, too."""
        if not visit_keys:
            return
        with self.parts.records.transaction() as tx:
            self.writer.lease.hold(tx)
            decided = redecide(tx, self.parts.clock.now(), visit_keys, self.writer.session_id)
        self.tally.written += decided.visits
        self.tally.calls += decided.calls

    def _end(self, own_types: Collection[str], _stop: threading.Event) -> None:
        """What waited for the reading of an older day is decided on now that it is there."""
        self._note_words({(WordAbout.TYPE, name) for name in own_types})
        with self.parts.records.transaction() as tx:
            waiting = tx.visits.held_for(ReasonCode.NOT_LOOKED_AT)
        self._decide_again(waiting)

    def _grounds(self, reads: Sequence[VisitRead]) -> Grounds:
        with self.parts.records.transaction() as tx:
            now, rules = self.parts.clock.now(), tx.settings.call_rules()
            if self._elsewhere is None:
                self._elsewhere = tx.calls.of_others_by_slot(now)
            known = self._known(tx) | self._same_day(tx, reads) | tx.visits.deaths(now - DEATHS_REMEMBERED)
            return Grounds(
                rules=rules,
                calls=calls_before(tx, reads, known, rules, now),
                known=with_claims(tx, reads, known, rules, now),
                noted=tx.cases.noted(read.visit for read in reads),
                failures={read.visit.visit_key: read.failure for read in reads if read.failure is not None},
            )

    def _same_day(self, tx: Transaction, reads: Sequence[VisitRead]) -> dict[str, KnownVisit]:
        """The closed visits of a day before the window, too: the pet's call of that day may have been made."""
        found: dict[str, KnownVisit] = {}
        times = [read.visit.visit_at for read in reads]
        for day in plan.days_before(self.facts.window, times, self.facts.zone):
            found |= tx.visits.known(*plan.day_bounds(day, self.facts.zone))
        return found

    def _known(self, tx: Transaction) -> dict[str, KnownVisit]:
        # a visit of an older day that is read again may be closed; what is known of it counts all the same
        also = self._listed | self.facts.uncalled
        return tx.visits.known(self.facts.window.start, self.facts.window.end, also)

    def _write(self, changes: Sequence[VisitChange], grounds: Grounds) -> Iterator[tuple[Written, ...]]:
        """Write what has to be written; what was saved together comes together."""
        to_write = [change for change in changes if not change.unchanged]
        same = [change for change in changes if change.unchanged]
        self.writer.note_read(same)
        yield from ((Written(change),) for change in same)
        for saved in self.writer.write(to_write, grounds):
            self.tally.written += len(saved)
            self.tally.calls += sum(written.calls_scheduled for written in saved)
            yield saved

    def _progress(self, step: Step) -> None:
        self.emit(SyncProgress(self.writer.session_id, step, self._done, self.tally.seen))


def _is_whole(visit: Visit) -> bool:
    """Whether lists that are not complete show all of a visit that they have to."""
    return visit.appointment is not None or visit.appointment_id is None


async def _in_a_thread(save: Callable[[threading.Event], None]) -> None:
    """Save in a thread of its own, so that reading goes on meanwhile; a stop waits for the visits in hand.

    What is left of a day is no more half decided than after a power cut: calls are taken back first.
    """
    stop = threading.Event()
    saving = asyncio.ensure_future(beside(save, stop))
    try:
        await asyncio.shield(saving)
    finally:
        stop.set()
        await to_the_end(_ended(saving))


async def _ended(saving: asyncio.Future[None]) -> None:
    await asyncio.wait([saving])
