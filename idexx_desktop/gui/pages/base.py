"""What pages share: header, lasting bars, a calm state until the program is open, reading again in time."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from idexx_desktop.domain.events import RecordsChanged, SyncEvent, SyncFinished, Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import Whose
from idexx_desktop.gui.asking import AsksAndTells
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import InlineBar
from idexx_desktop.gui.kit.buttons import SyncButton
from idexx_desktop.gui.kit.cards import PageHeader
from idexx_desktop.gui.kit.empty import EmptyState, loading
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import tr
from idexx_desktop.gui.tables.model import Loading, PagedModel
from idexx_desktop.gui.tokens import SPACE
from idexx_desktop.gui.whose_chips import WhoseChips

_SETTLE_MS = 300


class Page(AsksAndTells, QWidget):
    """One page. Set `page_id`, `title`, `subtitle`, `topics`; build `content` in `__init__`; read in `refresh`.

    The window calls `attach` once the program is open, `shown(argument)` each time the page comes to the
    front, and `on_event` for every event. A page knows which revision of its topics it shows: where another one
    is told of, `refresh` follows, at once or as soon as the page can be seen again.
    """

    page_id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    subtitle: ClassVar[str] = ""
    topics: ClassVar[frozenset[Topic]] = frozenset()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr(self.title))
        self.attached = False
        self._stale = True
        # by topic, as told of before what is shown was asked for: what was read may be newer, never older
        self._shows: dict[Topic, str] = {}
        self._bars: dict[str, InlineBar] = {}
        self._whose: WhoseChips | None = None
        self.header = PageHeader(tr(self.title), tr(self.subtitle) if self.subtitle else "")
        self._bar_column = QVBoxLayout()
        self._bar_column.setSpacing(8)
        # where a page needs more height than there is, it scrolls below its title and buttons
        self.area = Scrolling(name="page", stretched=True)
        self.content = QVBoxLayout()
        self.content.setSpacing(SPACE.gap)
        scrolled = self.area.column
        scrolled.setContentsMargins(SPACE.page, 0, SPACE.page, 20)
        scrolled.setSpacing(SPACE.gap)
        scrolled.addLayout(self._bar_column)
        scrolled.addLayout(self.content, 1)
        self._stack = QStackedWidget()
        self._waiting: EmptyState = loading()
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 18, 0, 0)
        column.setSpacing(SPACE.gap)
        self.header.setContentsMargins(SPACE.page, 0, SPACE.page, 0)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._settled_down)

    def refresh(self) -> None:
        """Read again what is shown (through `ask`)."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def unsaved(self) -> list[Section]:
        """What a person has changed on this page and not saved."""
        return []

    def undo_last(self) -> None:
        """Take back what was done last here, where the page still tells of it."""

    def is_left_by(self, argument: object) -> bool:
        """Whether `shown(argument)`, asked for while this page is in front, leaves what a person changes there."""
        return False

    def stay(self) -> None:
        """It isn't left after all: what leads elsewhere is as it was."""

    def attach(self) -> None:
        """The program is open: `desk.opened` can be used from here on."""
        self.attached = True
        if self._whose:
            self._whose.offer()
        self._stack.setCurrentIndex(1)
        self._refresh_if_visible()

    def wait(self, waiting: EmptyState) -> None:
        """The program isn't open: why not, or that it takes long, in the place of what can't be shown yet."""
        self._stack.removeWidget(self._waiting)
        self._waiting.deleteLater()
        self._waiting = waiting
        self._stack.insertWidget(0, waiting)
        if not self.attached:
            self._stack.setCurrentIndex(0)

    def shown(self, argument: object = None) -> None:
        """The page came to the front; `argument` is what another page sent along: a `Whose` says whose rows to show."""
        if self._whose and isinstance(argument, Whose):
            self._whose.choose(argument)
            self._stale = True
        if self.attached and self._may_be_old():
            self._refresh_if_visible()

    def on_event(self, event: SyncEvent) -> None:
        """A sync spoke, or records changed. By default the page reads again, at most a few times a second."""
        if self.concerns(event):
            self._stale = True
            if not self._settle.isActive():
                self._settle.start(_SETTLE_MS)

    def concerns(self, event: SyncEvent) -> bool:
        """Whether what is shown may be another now; a revision that is shown already is no news."""
        if isinstance(event, RecordsChanged):
            known = bool(event.revision) and event.revision == self._shows.get(event.topic)
            return event.topic in self.topics and not known
        return isinstance(event, SyncFinished)

    def show_failure(self, failure: Failure) -> None:
        """As a bar; and whatever is told next, even what was told before, is reason to read again."""
        self._shows = {}
        super().show_failure(failure)

    def lists(self, model: PagedModel[Any]) -> None:
        """The page shows this list: what couldn't be read of it is read again with the next thing that is told."""
        model.settled.connect(self._list_settled)

    def _list_settled(self) -> None:
        model = self.sender()
        if isinstance(model, PagedModel) and (model.state is Loading.FAILED or model.failure):
            self._shows = {}

    def bar(self, key: str) -> InlineBar:
        """The lasting message of this key; KeyError where there is none."""
        return self._bars[key]

    def has_bar(self, key: str) -> bool:
        """Whether a lasting message of this key is shown."""
        return key in self._bars

    def add_whose(self) -> WhoseChips:
        """The page's menus Everyone and All clinics, for admins; the page reads again when they change."""
        self._whose = WhoseChips(self.desk)
        self._whose.changed.connect(self.refresh)
        self.header.add_action(self._whose)
        return self._whose

    def add_sync_button(self) -> SyncButton:
        """The page's "Sync now", which follows the running sync."""
        button = SyncButton(self.desk.sync_now)
        self.header.add_action(button)
        self.desk.run_changed.connect(self._follow_run)
        self._sync_button = button
        self._follow_run()
        return button

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # with the window, or back from the tray; where a page came to the front, `shown` follows and reads first
        if self.attached and self._may_be_old():
            self._stale = True
            self._settle.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settle.stop()

    def _follow_run(self) -> None:
        self._sync_button.set_syncing(self.desk.syncing)

    def _may_be_old(self) -> bool:
        """Whether something else was told of, or nothing could be: records that nobody can look at."""
        program = self.desk.program
        return self._stale or (program is not None and not program.watcher.known)

    def _settled_down(self) -> None:
        if self._stale:
            self._refresh_if_visible()

    def _refresh_if_visible(self) -> None:
        # a window that shuts down lets go of the program first
        if self.attached and self.desk.program is not None and self.isVisible():
            self._stale = False
            self._shows = dict(self.desk.revisions)
            self.refresh()
