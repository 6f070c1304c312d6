"""What every page works with: the open program, the bridge, the clinic's time, what the window does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from idexx_desktop.domain.events import (
    RecordsChanged,
    Step,
    SyncFinished,
    SyncProgress,
    SyncStarted,
    Topic,
    Trigger,
)
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.records import Clinic, Directory
from idexx_desktop.gui import timewords
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.passing_time import PassingTime
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.preferences import Preferences
from idexx_desktop.gui.standing import Standing

_ENOUGH_TO_TELL = 3


class Desk(QObject):
    """One per window. Signals: `going(page_id, argument)`, `said(text, undo or None)`, `run_changed`; `moved` once
    times and days are written otherwise: in another zone, or as in another country; `renamed(name)` once the clinic is.

    `program` is None until it is open; pages are attached after that, so they may use `opened`.
    """

    going = Signal(str, object)
    said = Signal(str, object)
    run_changed = Signal()
    moved = Signal()
    renamed = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.program: Program | None = None
        # this login in its own clinic, and both by name
        self.own, self.email, self.clinic_name = Whose(), "", ""
        self.directory = Directory()
        self.preferences = Preferences(None)
        self._zone_name = self._country = ""
        # at which revision each topic is, as far as it was told
        self.revisions: dict[Topic, str] = {}
        self.time = PassingTime(self)
        self.syncing = False
        self.progress: SyncProgress | None = None
        self._reading_since: tuple[float, int] | None = None
        bridge.heard.connect(self._heard)
        self.standing = Standing(self)

    @property
    def opened(self) -> Program:
        """The open program; RuntimeError before it is open (a page asked too early: a bug)."""
        if self.program is None:
            raise RuntimeError("the program is not open yet")
        return self.program

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self._zone_name or self.opened.clinic.timezone)

    @property
    def country(self) -> str:
        """The clinic's country (ISO 3166 alpha-2)."""
        return self._country or self.opened.clinic.country

    def zone_of(self, others: Whose | None) -> ZoneInfo:
        """The time zone of the clinic that a row belongs to; None is this one."""
        wanted = others.clinic_id if others else None
        if wanted in (None, self.own.clinic_id):
            return self.zone
        names = (each.timezone for each in self.directory.clinics if each.clinic_id == wanted)
        name = next(names, "")
        return ZoneInfo(name) if name else self.zone

    def place_changed(self, zone: str, country: str) -> None:
        """The clinic's time zone or country was changed while the program is open, here or on another computer."""
        if (zone, country) == (self._zone_name, self._country):
            return
        self._zone_name, self._country = zone, country
        timewords.follow(country)
        self.moved.emit()
        self.time.look()

    def name_changed(self, name: str) -> None:
        """The clinic's name was corrected while the program is open."""
        if name != self.clinic_name:
            self.clinic_name = name
            self.renamed.emit(name)

    def now(self) -> datetime:
        """The program's clock, in UTC."""
        return self.program.clock.now() if self.program else datetime.now(UTC)

    def today(self, others: Whose | None = None) -> date:
        """The day at this moment, in the clinic that a row belongs to; None is this one."""
        return self.now().astimezone(self.zone_of(others) if self._zone_name else UTC).date()

    def attach(self, program: Program) -> None:
        """The program is open."""
        self.program = program
        # kept, because a window may be painted once more after its program was closed
        self._zone_name, self._country = program.clinic.timezone, program.clinic.country
        timewords.follow(self._country)
        self.own = Whose(program.identity.user_id, program.clinic.clinic_id)
        self.email, self.clinic_name = program.identity.email, program.clinic.name
        self.revisions.update(program.watcher.known)
        self.bridge.attach(program)
        self.time.start()
        self.standing.look()
        if (running := program.syncer.running) is not None:
            self.syncing, self.progress = True, running
            self.run_changed.emit()

    def go(self, page_id: str, argument: object = None) -> None:
        """Show another page; what `argument` means is that page's own."""
        self.going.emit(page_id, argument)

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """A passing message, with Undo where there is one."""
        self.said.emit(text, undo)

    def sync_now(self) -> None:
        """Start a sync; during one, its progress is shown already."""
        self.start(Trigger.BUTTON)

    def sync_all_the_same(self) -> None:
        """Start a sync that takes back what Neo shows no more, because a person has looked there."""
        if self.program is not None:
            self.program.syncer.start(Trigger.BUTTON, take_back=True)

    def start(self, trigger: Trigger, only_visits: frozenset[str] | None = None) -> bool:
        """Start a sync of everything, or of some visits only; False where one runs already."""
        return self.program is not None and self.program.syncer.start(trigger, only_visits=only_visits)

    def stop_sync(self) -> None:
        """Stop the sync of this computer; what was read is kept."""
        if self.program:
            self.program.syncer.cancel()

    def seconds_left(self) -> float | None:
        """How long the consultations will still take, from the pace so far; None where it can't be told."""
        if not self._reading_since or not self.progress or not self.program:
            return None
        began, done_then = self._reading_since
        done = self.progress.done - done_then
        if done < _ENOUGH_TO_TELL:
            return None
        elapsed = self.program.clock.monotonic() - began
        return elapsed / done * (self.progress.total - self.progress.done)

    def look(self, *, resting: bool = False) -> None:
        """Look at once whether the records are others than those that are shown; `resting`: nobody looks at them."""
        if self.program:
            self.time.look()
            self.program.watcher.rest(resting)
            if not resting:
                self.program.watcher.look()

    def _note_revision(self, event: RecordsChanged) -> None:
        if event.revision:
            self.revisions[event.topic] = event.revision
            if event.topic is Topic.SETTINGS and self.program:
                # the clinic's place and name may have been corrected on another computer
                self.bridge.ask_anew(self.program.settings.clinic, self._clinic_read, self._clinic_not_read)
        elif self.program:
            # this program's own write: what it led to is known in a moment, before pages read again
            self.program.watcher.look()

    def _clinic_read(self, clinic: Clinic) -> None:
        self.place_changed(clinic.timezone, clinic.country)
        self.name_changed(clinic.name)

    def _clinic_not_read(self, _: Failure) -> None:
        """It stays as it was; pages say what can't be read."""

    def _heard(self, event: object) -> None:
        if isinstance(event, RecordsChanged):
            self._note_revision(event)
            return
        if isinstance(event, SyncStarted):
            self.syncing, self.progress = True, SyncProgress(event.session_id, Step.STARTING)
        elif isinstance(event, SyncProgress):
            self.syncing = True
            self._note_pace(event)
            self.progress = event
        elif isinstance(event, SyncFinished):
            self.syncing, self.progress, self._reading_since = False, None, None
        else:
            return
        self.run_changed.emit()

    def _note_pace(self, event: SyncProgress) -> None:
        if event.step is not Step.READING_CONSULTATIONS:
            self._reading_since = None
        elif self._reading_since is None and self.program:
            self._reading_since = (self.program.clock.monotonic(), event.done)
