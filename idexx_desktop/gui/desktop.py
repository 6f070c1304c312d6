"""The program as a person starts it: one window a profile, first run, tray, and syncs by schedule while it is open."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from idexx_desktop import streams
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.answering import keep_answering
from idexx_desktop.gui.application import Opening, make_application, make_window, show_until_quit
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.first_run.ports import Practice, Server
from idexx_desktop.gui.hidden import OpensAgain, start_hidden
from idexx_desktop.gui.mending import Mending
from idexx_desktop.gui.passphrase import Passphrase
from idexx_desktop.gui.preferences import Preferences
from idexx_desktop.gui.signals import QuitOnSignal
from idexx_desktop.gui.single_window import SingleWindow
from idexx_desktop.gui.strings import shell, tr
from idexx_desktop.gui.tray import Tray
from idexx_desktop.redaction import keep_out

if TYPE_CHECKING:
    from idexx_desktop.domain.backup import FoundBackup
    from idexx_desktop.domain.connection import ConnectionStep
    from idexx_desktop.program import Program
    from idexx_desktop.services.environment import Environment

_SHOWN_FIRST_MS = 800


def open_window(environment: Environment, *, hidden: bool = False) -> int:
    """Show the window until the person quits; 0. A second start raises the first window and ends.

    `hidden`: it stays in the tray until it is asked for.
    """
    application = make_application(choice=Preferences(environment.home).theme)
    signals = QuitOnSignal(application)
    only = SingleWindow(environment.home)
    if not only.claim():
        return 0
    if only.problem:
        streams.say(f"{tr(shell.WINDOW_UNSURE)} {only.problem}")
    window = make_window(environment.home)
    window.desk.bridge.crashes.install()
    desktop = Desktop(environment, window.desk.bridge)
    guide = FirstRunGuide(window, desktop.set_up)
    tray = Tray(window)
    only.raise_asked.connect(tray.raise_window)
    guide.ready.connect(desktop.start_schedule)
    keep_answering(window)
    again = OpensAgain(window, desktop.open_quietly)
    Passphrase(window, desktop, tray.raise_window, again.timer.stop)
    if only.problem:
        window.tell(tr(shell.WINDOW_UNSURE), only.problem)
    for problem in (FailureCode.RECORDS_NOT_LOCAL, FailureCode.RECORDS_OPEN_ELSEWHERE):
        window.other_ways[problem] = ((shell.MOVE_HERE, partial(window.try_again, desktop.move_here)),)
    Mending(window, MendsHere(desktop.set_up), desktop.open)
    if hidden:
        start_hidden(window, tray)
    else:
        window.show()
    # nobody looks at a hidden window: a question to unlock the password store could stay open for ever
    window.open(desktop.open, at_first=desktop.open_quietly if hidden else None)
    application.aboutToQuit.connect(only.release)
    code = show_until_quit(application, window, desktop.opening)
    only.release()
    del guide, signals
    return code


class Desktop(QObject):
    """Opens the real program off the window's thread; its rooms are imported there, behind the painted window."""

    def __init__(self, environment: Environment, bridge: Bridge) -> None:
        super().__init__(bridge)  # what waits here ends with the window
        self._environment = environment
        self._bridge = bridge
        self.opening = Opening(self._open)
        self._program: Program | None = None
        self._scheduled: Program | None = None
        self.set_up = SetUpHere(environment, self)
        self._soon = QTimer(self, singleShot=True, interval=_SHOWN_FIRST_MS)
        self._soon.timeout.connect(self._go_on)

    def open(self) -> Program:
        """Open the profile. NO_PROFILE leads to the first run; CANCELLED where the window is gone by then."""
        self._program = self.opening()
        self._program.watcher.look_first()
        return self._program

    def open_quietly(self) -> Program:
        """As `open`, without a person: VAULT_LOCKED while somebody would be asked to unlock something."""
        from idexx_desktop.services.places import require_no_question

        require_no_question(self._environment)
        return self.open()

    @property
    def wants_passphrase(self) -> bool:
        """Whether this profile's passwords are opened by a passphrase."""
        from idexx_desktop.services.places import opens_by_passphrase

        return opens_by_passphrase(self._environment)

    def open_with(self, passphrase: str) -> Program:
        """Open the profile with this passphrase; VAULT_LOCKED where it is another."""
        keep_out(passphrase)
        self._environment = self.set_up.environment = replace(self._environment, vault_passphrase=passphrase)
        return self.open()

    def _open(self) -> Program:
        # SQLAlchemy and all: half a second of imports that the window doesn't wait for
        from idexx_desktop.opening import open_program

        program = open_program(self._environment)
        try:
            program.make_first_parts()
        except BaseException:
            program.close()
            raise
        return program

    def move_here(self) -> Program:
        """Make the profile this computer's alone, and open it there."""
        from idexx_desktop.services.moving import move_here  # rarely

        home = move_here(self._environment).home
        self._environment = self.set_up.environment = replace(self._environment, home=home)
        return self.open()

    def start_schedule(self) -> None:
        """From now on what is due starts by itself; at its first call only.

        In a moment: the first page has its data before anything else of the program is made.
        """
        if self._program is not None and self._program is not self._scheduled:
            self._scheduled = self._program
            self._soon.start()

    def _go_on(self) -> None:
        if (program := self._scheduled) is not None:
            self._bridge.ask(partial(_started, program), self._started, self._not_started)

    def _started(self, _: object) -> None:
        """Nothing to show: the next sync's time is on Today."""

    def _not_started(self, failure: Failure) -> None:
        """The scheduler itself asks nothing of the outside; each of its ticks says what it could not do."""


def _started(program: Program) -> None:
    program.make_parts()
    program.schedule_runner.start()


class SetUpHere:
    """What the first run asks for: a profile on this computer, or one of the server's whose address was given."""

    def __init__(self, environment: Environment, desktop: Desktop) -> None:
        self.environment = environment
        self._desktop = desktop

    @property
    def on_server(self) -> bool:
        """Whether the address of a shared server was given from outside."""
        return self.environment.database_url is not None

    def test(self, server: Server | None, /) -> list[ConnectionStep]:
        """Try the way to the server that was typed, or given from outside."""
        from idexx_desktop.services.connection import check_given

        return check_given(self._given(server))

    def __call__(self, practice: Practice, /) -> Program:
        """Make the profile where it is absent, and open it."""
        from idexx_desktop import app

        wanted = app.SetUp(
            practice=practice.practice,
            timezone=practice.timezone,
            email=practice.email,
            country=practice.country,
            # an address given from outside (the practice Neo, above all) is a person's choice; the region is a guess
            neo_url=self.environment.neo_url,
            region=practice.neo_url,
            review=practice.review,
        )
        with app.set_up(self._given(practice.server), wanted):
            pass
        return self._desktop.open()

    def look(self, backup: Path, kit_code: str | None = None, /) -> FoundBackup:
        """What is known of a backup."""
        from idexx_desktop import app

        return app.look_at_backup(self.environment, backup, kit_code)

    def restore(
        self,
        backup: Path,
        kit_code: str | None = None,
        *,
        unverified: bool = False,
        replace_records: bool = False,
    ) -> Program:
        """Make the profile from a backup, and open it. `replace_records`: in place of those that are there."""
        from idexx_desktop import app

        wanted = app.Wanted(backup, replace_records, kit_code=kit_code, unverified=unverified)
        app.restore(self.environment, wanted)
        return self._desktop.open()

    def _given(self, server: Server | None) -> Environment:
        from idexx_desktop.services.connection import with_server

        return with_server(self.environment, server.address, server.password) if server else self.environment


class MendsHere:
    """What can be done about this profile's records where they are damaged or gone."""

    def __init__(self, set_up: SetUpHere) -> None:
        self._set_up = set_up

    def look(self, backup: Path, kit_code: str | None = None, /) -> FoundBackup:
        """What is known of a backup."""
        return self._set_up.look(backup, kit_code)

    def restore(self, backup: Path, kit_code: str | None = None, *, unverified: bool = False) -> Program:
        """Set what is there aside, put the backup in its place, and open it."""
        return self._set_up.restore(backup, kit_code, unverified=unverified, replace_records=True)

    def begin_anew(self) -> None:
        """Set what is there aside."""
        from idexx_desktop.services.beginning_anew import begin_anew  # rarely

        begin_anew(self._set_up.environment)
