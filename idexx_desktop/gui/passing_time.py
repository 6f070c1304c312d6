"""What changes without anybody's doing: the day of the clinic, and the minute; also after a sleep."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from idexx_desktop.domain.events import RecordsChanged, Topic

if TYPE_CHECKING:
    from idexx_desktop.gui.desk import Desk

_LOOK_MS = 5_000
# timers stand still while a computer sleeps
_SLEPT = timedelta(seconds=60)


class PassingTime(QObject):
    """Tells pages of a new day and a new minute, by the program's clock in the clinic's place, as of other records."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._last: datetime | None = None
        self._sleeps = 0
        self.timer = QTimer(self)
        self.timer.setInterval(_LOOK_MS)
        self.timer.timeout.connect(self.look)

    def start(self) -> None:
        """The program is open; what it shows first is of now."""
        self._last = None
        self.look()
        self.timer.start()

    def look(self) -> None:
        """Tell what is another now."""
        if self._desk.program is None:
            self.timer.stop()
            return
        now = self._desk.now()
        if self._last is not None and now - self._last > _SLEPT:
            self._sleeps += 1
        self._last = now
        local = now.astimezone(self._desk.zone)
        # in another zone or country it is another day, or the same one is written otherwise
        place = f"{self._desk.zone.key} {self._desk.country}"
        self._tell(Topic.DAY, f"{local:%Y-%m-%d} {self._sleeps} {place}")
        self._tell(Topic.MINUTE, f"{local:%Y-%m-%d %H:%M} {self._sleeps} {place}")

    def _tell(self, topic: Topic, revision: str) -> None:
        if self._desk.revisions.get(topic) != revision:
            self._desk.bridge.tell(RecordsChanged(topic, revision))
