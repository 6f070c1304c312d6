"""The panel of one row of the activity record: everything that it holds, as plain text."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.records import AuditRecord
from idexx_desktop.gui import activity_words, timewords
from idexx_desktop.gui.activity_words import Names
from idexx_desktop.gui.bridge import Ticket
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import Line, Text
from idexx_desktop.gui.links import SyncLink, VisitLink
from idexx_desktop.gui.panels.facts import Facts
from idexx_desktop.gui.strings import activity, tr

_REST_MS = 120


class ActivityPanel(SidePanel):
    """`show_row(row)` shows what the table has at once, and the rest when it is read, which is recorded.

    The same row again changes nothing. While somebody runs down the list with the arrow keys, only the row that is
    rested on is looked into.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._names: Names | None = None
        self.row: AuditRecord | None = None
        self.facts: list[tuple[str, str]] = []
        self._asked: Ticket | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._reveal)

    def know(self, names: Names) -> None:
        """What people and clinics are called."""
        self._names = names

    def show_row(self, row: AuditRecord) -> None:
        """Show a row, then look into it."""
        if self.row is not None and row.id == self.row.id:
            return
        if self._asked:
            self._asked.cancel()
        self.row = row
        self._begin(row)
        self._rest.start()

    @property
    def waits(self) -> bool:
        """See `SidePanel`: the row is to be looked into once somebody rests on it."""
        return self._rest.isActive()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # opened again, even with the same row, it is looked into again
        self.row = None
        self._rest.stop()

    def _reveal(self) -> None:
        if self.row is not None and self.isVisible():
            service, row_id = self._desk.opened.audit, self.row.id
            self._asked = self._desk.bridge.ask(
                lambda: service.reveal(row_id), self._revealed, self._not_revealed
            )

    def _revealed(self, row: AuditRecord) -> None:
        self._asked = None
        self._begin(row)
        told = activity_words.told(row, self._known(), self._desk.zone)
        if told:
            self._section("")
            self.content.addWidget(Facts(told))
        technical = [
            (tr(activity.NUMBER), f"{row.seq:,}"),
            (tr(activity.LOGIN), row.actor),
            (tr(activity.HASH), row.hash),
        ]
        self._section(tr(activity.DETAILS))
        self.content.addWidget(Facts(technical))
        self.facts += told + technical
        self._add_links(row)

    def _not_revealed(self, failure: Failure) -> None:
        # what can't be recorded isn't shown
        self._asked = None
        self._section(failure.title)
        self.content.addWidget(Text(failure.advice, Style.SECONDARY, "secondary", wrap=True))

    def _begin(self, row: AuditRecord) -> None:
        """What the table shows of it, in full."""
        zone = self._desk.zone
        who = self._known().who(row)
        when = timewords.full(row.timestamp, self._desk.now(), zone)
        self.begin(activity_words.what(row.action), f"{who} · {when}")
        if look := activity_words.result_pill(row):
            self.content.addWidget(Pill(look, wide=True))
            self.content.addSpacing(10)
        self.content.addSpacing(4)
        self.facts = [
            (tr(activity.WHO), who),
            (tr(activity.WHEN), timewords.exact(row.timestamp, zone)),
            (tr(activity.WHAT), activity_words.what(row.action)),
            (tr(activity.PET), activity_words.pets(row)),
            (tr(activity.OWNER), activity_words.owner(row)),
            (tr(activity.RESULT), activity_words.result(row)),
            (tr(activity.FROM), activity_words.place(row, records_here=self._desk.opened.records_here)),
        ]
        self.content.addWidget(Facts(self.facts))

    def _known(self) -> Names:
        return self._names or Names(self._desk.opened.identity)

    def _section(self, title: str) -> None:
        self.content.addSpacing(14)
        self.content.addWidget(Line())
        self.content.addSpacing(12)
        if title:
            self.content.addWidget(Text(title, Style.CARD_TITLE, wrap=True))
            self.content.addSpacing(8)

    def _add_links(self, row: AuditRecord) -> None:
        visit = row.metadata.get("visit_key")
        if isinstance(visit, str):
            self.foot.addWidget(SecondaryButton(tr(activity.SHOW_VISIT), self._show_visit), 1)
        if row.session_id:
            self.foot.addWidget(SecondaryButton(tr(activity.SHOW_SYNC), self._show_sync), 1)

    def _show_visit(self) -> None:
        if self.row is not None:
            self._desk.go("visits", VisitLink(self.row.metadata["visit_key"], self._whose(self.row)))

    def _show_sync(self) -> None:
        if self.row is not None and self.row.session_id:
            self._desk.go("history", SyncLink(self.row.session_id, self._whose(self.row)))

    def _whose(self, row: AuditRecord) -> Whose | None:
        """Whose rows to look at there; an admin's own may be of several clinics."""
        identity = self._desk.opened.identity
        return Whose(row.user_id) if identity.is_admin else None
