"""A program in memory that fits `gui.ports.Program`, for tests of the kit and of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from idexx_desktop.domain.agreement import Agreement, Differing
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.concerns import Concern
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.events import RecordsChanged, SyncEvent, SyncProgress, Topic, Trigger
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import VisitFilter, Whose
from idexx_desktop.domain.overview import ClinicState, TodayStatus
from idexx_desktop.domain.places import visit_place
from idexx_desktop.domain.placing import Where, speak_of
from idexx_desktop.domain.records import Clinic, DayCount, Directory, Identity, Page, VisitRecord
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.domain.what_to_say import VisitNotes
from idexx_desktop.services.drafts import drafts_of
from idexx_desktop.services.tables import write_table
from tests.gui.fake_backups import FakeBackups
from tests.gui.fake_calls import FakeCalls
from tests.gui.fake_computers import FakeComputers
from tests.gui.fake_concerns import FakeConcerns
from tests.gui.fake_consents import FakeConsents
from tests.gui.fake_deaths import FakeClaims, FakeDeaths
from tests.gui.fake_neo import FakeCredentials, FakeHosts, FakeNeoAddress, FakeNeoWords, FakeProxy
from tests.gui.fake_numbers import FakeNumbers
from tests.gui.fake_people import FakeConnection, FakeUsers
from tests.gui.fake_questions import FakeQuestions
from tests.gui.fake_sentences import FakeSentences
from tests.gui.fake_services import FakeAudit, FakeAutostart, FakeHistory, FakeSettings
from tests.gui.fake_support import FakeSupport
from tests.gui.in_order import in_order
from tests.gui.made_up import NOW, is_asked_for, some_days, some_visits, today_status


class FixedClock(SystemClock):
    """Always the same morning."""

    def now(self) -> datetime:
        """22 November 2026, 10:44 in Oakland."""
        return NOW


def some_agreement(rows: Sequence[VisitRecord]) -> Agreement:
    """One wrong call, and what was held back; nothing without visits."""
    if not rows:
        return Agreement()
    wrong, *asked = (
        Differing(row.visit_key, row.patient_name, row.owner_name, row.visit_at, "front@desk.example")
        for row in rows[:3]
    )
    return Agreement(80, 34, (wrong,), tuple(asked), 5)


class FakeVisits:
    """Rows in a list. `failure` makes every question fail, `refusal` every decision.

    `asked` lists the filters of `rows`, `read` the visits whose notes were read.
    """

    def __init__(self, rows: Iterable[VisitRecord]) -> None:
        self.all = list(rows)
        self.asked: list[VisitFilter] = []
        self.read: list[str] = []
        self.read_of: list[Whose | None] = []
        self.named: dict[str, str] = {}
        self.failure: Failure | None = None
        self.refusal: Failure | None = None
        self.decisions: list[tuple[str, PersonChoice, str, datetime | None]] = []
        self.undone: list[str] = []
        self.agreed = some_agreement(self.all)

    def _matching(self, which: VisitFilter) -> list[VisitRecord]:
        if self.failure:
            raise self.failure
        return [
            row
            for row in self.all
            if is_asked_for(row.others, which.whose)
            and (not which.states or row.state in which.states)
            and (row.needs_attention or not which.attention_only)
            and which.reason_code in (None, row.reason_code)
            and which.provider in (None, row.provider)
            and which.visit_key in (None, row.visit_key)
            and (which.since is None or (row.visit_at is not None and row.visit_at >= which.since))
            and (which.until is None or (row.visit_at is not None and row.visit_at < which.until))
            and which.text.casefold() in f"{row.patient_name} {row.owner_name} {row.provider}".casefold()
        ]

    def rows(self, which: VisitFilter, page: Page) -> list[VisitRecord]:
        self.asked.append(which)
        rows = in_order(self._matching(which), which.order, visit_place)
        if page.before:
            keys = [(row.visit_key, row.id) for row in rows]
            rows = rows[keys.index(page.before[-2:]) + 1 :]
        return rows[: page.limit]

    def count(self, which: VisitFilter) -> int:
        return len(self._matching(which))

    def counts_by_state(self, which: VisitFilter) -> dict[VisitState, int]:
        rows = self._matching(which)
        return {state: sum(row.state is state for row in rows) for state in VisitState}

    def get(self, visit_key: str, whose: Whose | None = None) -> VisitRecord:
        self.read.append(visit_key)
        return next(row for row in self.all if (row.visit_key, row.others) == (visit_key, whose))

    def notes(self, visit_keys: Iterable[str], whose: Whose | None = None) -> list[VisitNotes]:
        keys = list(visit_keys)
        self.read += keys
        self.read_of.append(whose)
        return [VisitNotes(self.named.get(key, ""), f"S: notes of {key}") for key in keys]

    def save(
        self,
        path: Path,
        which: VisitFilter,
        titles: Sequence[str],
        cells: Callable[[VisitRecord], Sequence[str]],
    ) -> int:
        with drafts_of((path,), replace=True) as (draft,):
            return write_table(draft, titles, map(cells, self._matching(which)))

    def providers(self, whose: Whose | None = None) -> list[str]:
        return sorted({row.provider for row in self.all if is_asked_for(row.others, whose)})

    def day_counts(self, days: int) -> list[DayCount]:
        return some_days()[-days:]

    def agreement(self) -> Agreement:
        if self.failure:
            raise self.failure
        return self.agreed

    def decide(
        self, visit_key: str, choice: PersonChoice, why: str = "", scheduled_for: datetime | None = None
    ) -> Undo:
        if self.refusal:
            raise self.refusal
        self.decisions.append((visit_key, choice, why, scheduled_for))
        row, agreed = self._row(visit_key), choice is PersonChoice.CALL
        # in review mode a decision to call schedules nothing
        code = row.reason_code if agreed and row.reason_code == ReasonCode.REVIEW else ReasonCode.BY_PERSON
        self._put(replace(row, needs_attention=False, reason_code=code, agreed=agreed))
        return Undo({visit_key: f"decision-{len(self.decisions)}"})

    def undo(self, what: Undo) -> None:
        for visit_key in what.decisions:
            self.let_rules_decide(visit_key)

    def let_rules_decide(self, visit_key: str) -> None:
        self.undone.append(visit_key)
        self._put(replace(self._row(visit_key), needs_attention=True, agreed=False))

    def copy_of(self, visit_key: str, new_key: str) -> VisitRecord:
        """The same visit under another key."""
        return replace(self.get(visit_key), visit_key=new_key)

    def neo_link(self, visit_key: str) -> str:
        return f"https://neo.example/consultations/{visit_key}"

    def _row(self, visit_key: str) -> VisitRecord:
        return next(row for row in self.all if row.visit_key == visit_key)

    def _put(self, changed: VisitRecord) -> None:
        self.all = [changed if row.visit_key == changed.visit_key else row for row in self.all]


class FakeDirectory:
    """Among whom an admin may choose, as the test sets it."""

    def __init__(self) -> None:
        self.value = Directory()
        self.failure: Failure | None = None

    def read(self) -> Directory:
        if self.failure:
            raise self.failure
        return self.value


class FakeStatus:
    """Today, as the test sets it; with what this computer knows of its backups."""

    def __init__(self, backups: FakeBackups) -> None:
        self._backups = backups
        self.all: list[ClinicState] = []
        self.value: TodayStatus = today_status()
        self.failure: Failure | None = None

    def wait_for(self, concerns: tuple[Concern, ...]) -> None:
        self.value = replace(self.value, concerns=concerns)

    def today(self) -> TodayStatus:
        if self.failure:
            raise self.failure
        return replace(self.value, backup=self._backups.state())

    def clinics(self) -> list[ClinicState]:
        return self.all


class FakeSyncer:
    """Starts nothing; tests send events through `emit`."""

    def __init__(self) -> None:
        self.running: SyncProgress | None = None
        self.started: list[tuple[Trigger, frozenset[str] | None]] = []
        self.taking_back = False
        self.stopped = 0
        self.listeners: list[Callable[[SyncEvent], None]] = []

    def start(
        self,
        trigger: Trigger,
        *,
        hours: float = 48,
        only_visits: frozenset[str] | None = None,
        take_back: bool = False,
    ) -> bool:
        assert hours > 0
        self.taking_back = take_back
        self.started.append((trigger, only_visits))
        return True

    def cancel(self) -> None:
        self.stopped += 1

    def subscribe(self, listener: Callable[[SyncEvent], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def emit(self, event: SyncEvent) -> None:
        """Say something, as the worker would."""
        for listener in list(self.listeners):
            listener(event)


class FakeWatcher:
    """Looks at nothing; tests say through `tell` what it would have found. `looks` counts how often it was asked."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[SyncEvent], None]] = []
        self.looks = 0
        self.known: dict[Topic, str] = {}
        self.resting = False

    def subscribe(self, listener: Callable[[SyncEvent], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def look(self) -> None:
        self.looks += 1

    def rest(self, resting: bool) -> None:
        self.resting = resting

    def tell(self, topic: Topic, revision: str) -> None:
        """What another program wrote was found."""
        self.known[topic] = revision
        for listener in list(self.listeners):
            listener(RecordsChanged(topic, revision))


class FakeProgram:
    """See the module."""

    @property
    def records_here(self) -> bool:
        """Where the records are; people are told accordingly, as by the profile of a real one."""
        return self._records_here

    @records_here.setter
    def records_here(self, here: bool) -> None:
        self._records_here = here
        speak_of(Where.HERE if here else Where.ON_SERVER)

    def __init__(self) -> None:
        self.clinic = Clinic("clinic-1", "Harbour Vet", "America/Los_Angeles", country="GB")
        self._records_here = True
        self.identity = Identity("user-1", "front@desk.example", "front", False)
        self.clock = FixedClock()
        self.visits = FakeVisits(some_visits())
        self.calls = FakeCalls()
        self.directory = FakeDirectory()
        self.backups = FakeBackups()
        self.status = FakeStatus(self.backups)
        self.concerns = FakeConcerns(self.status.wait_for)
        self.syncer = FakeSyncer()
        self.watcher = FakeWatcher()
        self.history = FakeHistory()
        self.audit = FakeAudit()
        self.computers = FakeComputers()
        self.credentials = FakeCredentials(self.computers)
        self.allowed_hosts = FakeHosts()
        self.neo_words = FakeNeoWords()
        self.sentences = FakeSentences(self.visits)
        self.numbers = FakeNumbers()
        self.deaths = FakeDeaths(self.visits)
        self.claims = FakeClaims(self.calls)
        self.questions = FakeQuestions()
        self.consents = FakeConsents()
        self.proxy = FakeProxy()
        self.connection = FakeConnection()
        self.users = FakeUsers()
        self.support = FakeSupport()
        self.settings = FakeSettings(self.clinic)
        self.neo_address = FakeNeoAddress(self.settings)
        self.autostart = FakeAutostart()
        self.closed = False

    def close(self) -> None:
        self.closed = True
