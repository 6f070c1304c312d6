"""The panel of one row of the activity record: everything that it holds, as plain text."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.records import AuditRecord
from idexx_desktop.gui import activity_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.pills import Pill
from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.kit.text import Line, Text
from idexx_desktop.gui.panels.facts import Facts
from idexx_desktop.gui.strings import activity, tr


class ActivityPanel(SidePanel):
    """`show_row(row)`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.facts: list[tuple[str, str]] = []

    def show_row(self, row: AuditRecord) -> None:
        """Show all that the row holds."""
        now, zone = self._desk.now(), self._desk.zone
        when = timewords.full(row.timestamp, now, zone)
        who = activity_words.who(row.actor, self._desk.opened.identity)
        self.begin(activity_words.what(row.action), f"{who} · {when}")
        if look := activity_words.result_pill(row):
            self.content.addWidget(Pill(look, wide=True))
        self.content.addSpacing(14)
        own = [
            (tr(activity.WHEN), timewords.exact(row.timestamp, zone)),
            (tr(activity.WHO), who),
            (tr(activity.LOGIN), row.actor if row.actor != who else ""),
            (tr(activity.ADDRESS), row.ip_address or ""),
            (tr(activity.ACTION_CODE), row.action),
            (tr(activity.STATUS_CODE), row.status or ""),
            (tr(activity.SYNC), row.session_id or ""),
            (tr(activity.NUMBER), f"{row.seq:,}"),
        ]
        self.content.addWidget(Facts(own))
        details = activity_words.details(row)
        self.facts = own + details
        if details:
            self.content.addSpacing(14)
            self.content.addWidget(Line())
            self.content.addSpacing(12)
            self.content.addWidget(Text(tr(activity.DETAILS), Style.CARD_TITLE))
            self.content.addSpacing(8)
            self.content.addWidget(Facts(details))
