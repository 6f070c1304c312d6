"""The window: side bar, pages made when first shown, keys, passing messages, opening the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QAbstractAnimation, QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from idexx_desktop.domain.events import SyncFinished, SyncResult
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.records import Directory
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashReport
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import BarAction, InlineBar, Toast
from idexx_desktop.gui.kit.dialogs import DetailsDialog
from idexx_desktop.gui.kit.empty import EmptyState, loading, not_opened, still_opening
from idexx_desktop.gui.kit.keyboard import Keyboard
from idexx_desktop.gui.leaving import Leaving
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.pages.registry import PAGES, PageEntry
from idexx_desktop.gui.panels.support_dialog import SupportDialog
from idexx_desktop.gui.place import begin_in_the_middle, recall
from idexx_desktop.gui.ports import Program
from idexx_desktop.gui.preferences import Preferences
from idexx_desktop.gui.side_bar import SideBar
from idexx_desktop.gui.strings import kit, shell, support, tr, tr_count
from idexx_desktop.gui.tokens import SPACE, Tone

_AT_FIRST = (1366, 768)
_SLOW_MS = 10_000
# a screen of 1920 x 1080 at 200 % has 960 x 516 for a window and its frame
_LEAST = QSize(760, 440)


class MainWindow(QMainWindow):
    """Signals: `set_up_needed` when nothing is set up on this computer, `program_opened` once pages have it,
    `not_opened` (with the failure) when the program couldn't be opened, and `ended` when it was let go of.

    `home` is the profile's folder, where the window's place is remembered; None remembers nothing.
    """

    set_up_needed = Signal()
    program_opened = Signal()
    not_opened = Signal(object)
    ended = Signal()

    def __init__(
        self, bridge: Bridge, home: Path | None = None, entries: Sequence[PageEntry] = PAGES
    ) -> None:
        super().__init__()
        self.desk = Desk(bridge, self)
        self.desk.preferences = Preferences(home)
        self.entries = {entry.page_id: entry for entry in entries}
        self.pages: dict[str, Page] = {}
        self._home = home
        self._attached = False
        self._open_program: Callable[[], Program] | None = None
        # what a person can do here about a failure: the words of each button, and what it does
        self.other_ways: dict[FailureCode | Trouble, tuple[tuple[str, Callable[[], object]], ...]] = {}
        self.is_opening = False
        self._waiting: Callable[[], EmptyState] = loading
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(self._still_opening)
        self._last_crash: CrashReport | None = None
        self.leaving = Leaving(self)
        self.setWindowTitle(tr(shell.WINDOW_TITLE))
        self.setMinimumSize(_LEAST)
        self._build(entries)
        self._connect(bridge)
        self._recall()
        self.go(next(iter(self.entries)))

    # opening

    def open(
        self, open_program: Callable[[], Program], at_first: Callable[[], Program] | None = None
    ) -> None:
        """Open the program off this thread, `at_first` in another way, and hand it to the pages."""
        self._open_program = open_program
        self._set_notice(None)
        self._wait(loading)
        self.try_again(at_first)

    def try_again(self, otherwise: Callable[[], Program] | None = None) -> None:
        """Open once more what couldn't be opened, or `otherwise`; what is said about it stays until then."""
        if self._open_program and not self.is_opening and self.desk.program is None:
            self.is_opening = True
            self._slow.start()
            self.desk.bridge.ask(otherwise or self._open_program, self.opened, self._not_opened)

    def _still_opening(self) -> None:
        if self.notice is None:
            self._wait(still_opening)

    def _wait(self, waiting: Callable[[], EmptyState]) -> None:
        """What every page shows until the program is open."""
        self._waiting = waiting
        for page in self.pages.values():
            page.wait(waiting())

    def opened(self, program: Program) -> None:
        """The program is open, and what was said about it is over."""
        self.is_opening = False
        self._slow.stop()
        self._set_notice(None)
        self.attach(program)

    def attach(self, program: Program) -> None:
        """The program is open."""
        self.desk.attach(program)
        self.side.set_clinic(
            program.clinic.name, tr(shell.RECORDS_HERE if program.records_here else shell.RECORDS_ON_SERVER)
        )
        if program.identity.is_admin:
            # whose rows a page begins with is known only then
            self.desk.bridge.ask(program.directory.read, self._directory_read, self._directory_not_read)
        else:
            self._attach_pages()
        self.program_opened.emit()
        self.desk.look(resting=not self.isVisible())

    def shut_down(self) -> None:
        """Close the program; nothing of this window runs after it."""
        program = self.let_go()
        if program:
            program.close()

    def let_go(self) -> Program | None:
        """Nothing of this window asks, answers or shows anything after it. What it had open, to be closed or kept."""
        program, self.desk.program = self.desk.program, None
        self.desk.bridge.close()
        self.hide()
        for timer in self.findChildren(QTimer):
            timer.stop()
        for motion in self.findChildren(QAbstractAnimation):
            motion.stop()
        self.ended.emit()
        return program

    def _directory_read(self, directory: Directory) -> None:
        self.desk.directory = directory
        self._attach_pages()

    def _directory_not_read(self, failure: Failure) -> None:
        # each page says for itself what can't be read; without a directory they ask for this login's own rows
        self._attach_pages()

    def _attach_pages(self) -> None:
        self._attached = True
        for page in self.pages.values():
            page.attach()

    def _not_opened(self, failure: Failure) -> None:
        self.is_opening = False
        self._slow.stop()
        if failure.code is FailureCode.NO_PROFILE:
            self.set_up_needed.emit()
            return
        ways = (*self.other_ways.get(failure.trouble or failure.code, ()), (kit.TRY_AGAIN, self._open_again))
        actions = tuple(BarAction(tr(words), way) for words, way in ways)
        self._set_notice(InlineBar(Tone.ACT, failure.title, failure.advice, actions))
        self._wait(partial(not_opened, failure))
        self.not_opened.emit(failure)

    def _open_again(self) -> None:
        if self._open_program:
            self.open(self._open_program)

    # pages

    @property
    def current(self) -> Page:
        """The page in front."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)  # noqa: S101 - the stack holds nothing else
        return page

    def go(self, page_id: str, argument: object = None) -> None:
        """Bring a page to the front, once what is unsaved on this one is settled; KeyError for one that isn't there."""
        leaves = self._stack.count() and (
            page_id != self.current.page_id or self.current.is_left_by(argument)
        )
        if leaves and self.leaving.must_ask:
            self.side.mark(self.current.page_id)
            self.current.stay()
            self.leaving.ask(partial(self._go, page_id, argument))
        else:
            self._go(page_id, argument)

    def _go(self, page_id: str, argument: object) -> None:
        entry = self.entries[page_id]
        before, page = self._stack.currentWidget(), self.pages.get(page_id)
        if page is None:
            page = entry.make(self.desk)
            if not self._attached:
                page.wait(self._waiting())
            self.pages[page_id] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.side.mark(page_id)
        if self._attached and not page.attached:
            page.attach()
        page.shown(argument)
        if page is not before:  # else the focus stays on what led here
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_instead(self, other: QWidget) -> None:
        """Show something else in place of the side bar and the pages, until `show_pages`."""
        self.takeCentralWidget()
        self._shell.setParent(self)  # out of sight, and still this window's
        self._shell.hide()
        self.setCentralWidget(other)

    def show_pages(self) -> None:
        """What was shown instead is gone, and the pages are back."""
        self.setCentralWidget(self._shell)  # Qt deletes what was there
        self._shell.show()

    # the window around them

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.keyboard.move(forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._stack.count() and self.leaving.must_ask:
            event.ignore()
            self.leaving.ask(self.close)
            return
        if settings := self._settings():
            settings.setValue("geometry", self.saveGeometry())
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.desk.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.desk.look(resting=True)

    def _build(self, entries: Sequence[PageEntry]) -> None:
        self._shell = QWidget()
        self._shell.setObjectName("shell")
        self.side = SideBar(entries)
        self._stack = QStackedWidget()
        right = QVBoxLayout()
        right.setSpacing(0)
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(SPACE.page, 0, SPACE.page, 0)
        right.addLayout(self._notices)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self._shell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(right, 1)
        self.setCentralWidget(self._shell)
        self.toast = Toast(self._shell)
        self.keyboard = Keyboard(self, self.side)
        self.notice: InlineBar | None = None
        self.told: InlineBar | None = None

    def _connect(self, bridge: Bridge) -> None:
        self.side.chosen.connect(self.go)
        self.desk.going.connect(self.go)
        self.desk.said.connect(self.toast.say)
        self.desk.renamed.connect(self.side.clinic.setText)
        bridge.heard.connect(self._heard)
        bridge.crashes.crashed.connect(self._crashed, Qt.ConnectionType.QueuedConnection)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self, self.desk.sync_now)
        QShortcut(QKeySequence.StandardKey.Undo, self, self._undo_last)
        self._page_keys: list[QShortcut] = []
        for number, page_id in enumerate(self.entries, start=1):
            key = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            key.setObjectName(page_id)
            key.activated.connect(self._page_key)
            self._page_keys.append(key)
        self.desk.standing.told.connect(self._counted)
        self.desk.standing.failed.connect(self._not_counted)

    def _undo_last(self) -> None:
        """What was done last, as long as the window still tells of it."""
        if not self.toast.undo():
            self.current.undo_last()

    def _page_key(self) -> None:
        self.go(self.sender().objectName())

    def _heard(self, event: object) -> None:
        for page in self.pages.values():
            page.on_event(event)  # type: ignore[arg-type]  # a Qt signal carries object
        if isinstance(event, SyncFinished):
            self._say_result(event.result)

    def _say_result(self, result: SyncResult) -> None:
        if result.failure:
            # what has to be acted on is Today's sentence; only what passes is said here
            if result.failure.code is FailureCode.CANCELLED:
                saved, total = result.consultations_synced, result.consultations_seen
                self.toast.say(
                    tr(shell.SYNC_STOPPED, saved=saved, total=total)
                    if saved
                    else tr(shell.SYNC_STOPPED_EMPTY)
                )
            elif result.failure.code is FailureCode.OTHER_COMPUTER:
                self.toast.say(result.failure.title)
        elif result.unaccounted:
            self.toast.say(tr_count(shell.SYNC_LOST_ONE, shell.SYNC_LOST_MANY, result.unaccounted))
        elif result.consultations_failed:
            failed = result.consultations_failed
            self.toast.say(tr_count(shell.SYNC_LEFT_ONE, shell.SYNC_LEFT_MANY, failed))
        else:
            self.toast.say(tr_count(shell.SYNC_DONE_ONE, shell.SYNC_DONE_MANY, result.consultations_synced))

    def _counted(self, status: TodayStatus) -> None:
        self.side.set_count("attention", status.needs(self.desk.now()).count)

    def _not_counted(self, failure: Failure) -> None:
        # the page in front shows why reading doesn't work; a badge that may be wrong is taken away
        self.side.set_count("attention", 0)

    def _crashed(self, report: CrashReport) -> None:
        if self.desk.bridge.closed:
            return  # told while this window ended
        self._last_crash = report
        actions = [BarAction(tr(shell.DETAILS), self._show_crash)]
        if self.desk.program:
            actions.append(BarAction(tr(support.PREPARE), self._prepare_details))
        bar = InlineBar(
            Tone.ATTENTION, tr(shell.CRASHED), tr(shell.CRASHED_MORE), tuple(actions), closable=True
        )
        self._set_notice(bar)

    def _prepare_details(self) -> None:
        if self.desk.program:
            SupportDialog(self, self.desk).open()

    def _show_crash(self) -> None:
        if self._last_crash:
            DetailsDialog(self, tr(shell.DETAILS), self._last_crash.text()).open()

    def tell(self, title: str, more: str) -> None:
        """Say something beside why there is nothing to show, until the person closes it; the newest counts."""
        if self.told:
            self._told_closed()
        self.told = InlineBar(Tone.ATTENTION, title, more, closable=True)
        self.told.closed.connect(self._told_closed)
        self._notices.insertWidget(0, self.told)
        self.told.show()
        self._make_room()

    def _told_closed(self) -> None:
        if self.told:
            self.told.deleteLater()
        self.told = None
        self._make_room()

    def _make_room(self) -> None:
        top = 14 if self.notice or self.told else 0
        self._notices.setContentsMargins(SPACE.page, top, SPACE.page, 0)

    def _set_notice(self, bar: InlineBar | None) -> None:
        if self.notice:
            self._notices.removeWidget(self.notice)
            self.notice.hide()
            self.notice.deleteLater()
        self.notice = bar
        self._make_room()
        if bar:
            self._notices.addWidget(bar)
            bar.show()  # at once, not with the layout's next turn
            bar.closed.connect(self._notice_closed)

    def _notice_closed(self) -> None:
        self._set_notice(None)

    def _settings(self) -> QSettings | None:
        return QSettings(str(self._home / "window.ini"), QSettings.Format.IniFormat) if self._home else None

    def _recall(self) -> None:
        settings = self._settings()
        geometry = settings.value("geometry") if settings else None
        if not isinstance(geometry, QByteArray) or not recall(self, geometry):
            begin_in_the_middle(self, *_AT_FIRST)
