"""How the clinic stands: read once for everything that says it, the pages, the tray and the number in the side bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from idexx_desktop.domain.events import RecordsChanged, SyncFinished, SyncStarted, Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.overview import TodayStatus

if TYPE_CHECKING:
    from idexx_desktop.gui.desk import Desk

# what it is made from: the activity record, which tells of changes and backups, and the time that passes, too
TOPICS = frozenset(Topic) - {Topic.COMPUTERS}
# a little longer than a page waits: where one is in front, its question is the one that everybody hears the answer to
_SETTLE_MS = 400


class Standing(QObject):
    """`told(TodayStatus)` each time it was read, `failed(Failure)` where it couldn't be.

    One question at a time: an older answer never takes the place of a newer one, and what is told of meanwhile is read
    after it.
    """

    told = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._asking = self._due = False
        # by topic, as told of before it was asked for last
        self._read: dict[Topic, str] = {}
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.look)
        desk.bridge.heard.connect(self._heard)

    def look(self) -> None:
        """Read it; the answer to a question that is under way will do, unless it may be too old."""
        self._settle.stop()
        program = self._desk.program
        if program is None or self._asking:
            return
        self._asking, self._due = True, False
        self._read = dict(self._desk.revisions)
        self._desk.bridge.ask(program.status.today, self._arrived, self._not_read)

    def _heard(self, event: object) -> None:
        if self._is_news(event):
            self._due = True
            if not self._settle.isActive():
                self._settle.start()

    def _is_news(self, event: object) -> bool:
        if isinstance(event, RecordsChanged):
            known = bool(event.revision) and event.revision == self._read.get(event.topic)
            return event.topic in TOPICS and not known
        return isinstance(event, SyncStarted | SyncFinished)

    def _arrived(self, status: TodayStatus) -> None:
        self._asking = False
        self.told.emit(status)
        self._look_once_more()

    def _not_read(self, failure: Failure) -> None:
        self._asking = False
        # whatever is told next, even what was told before, is reason to read again
        self._read = {}
        self.failed.emit(failure)
        self._look_once_more()

    def _look_once_more(self) -> None:
        if self._due and not self._settle.isActive():
            self.look()
