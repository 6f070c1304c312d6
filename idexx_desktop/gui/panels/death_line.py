"""In a visit's panel: "Mark as died", or that somebody did, with the way back and the line for the record."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.gui import timewords, visit_words, whose_words
from idexx_desktop.gui.death_actions import DeathActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import LinkButton
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import deaths, tr


class DeathLine(QWidget):
    """Of a visit of one's own; nothing of somebody else's."""

    def __init__(self, row: VisitRecord, actions: DeathActions, desk: Desk) -> None:
        super().__init__()
        pet, key = visit_words.pet(row), row.visit_key
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(2)
        self.buttons: list[LinkButton] = []
        links = FlowRow()
        if row.death is None and row.reason_code != ReasonCode.TOLD_DEAD:
            mark = LinkButton(tr(deaths.MARK), partial(actions.mark, [key], pet))
            mark.setAccessibleName(shown(tr(deaths.MARK_NAMED, pet=pet)))
            self.buttons = [mark]
        if row.death is not None:
            when = whose_words.local(timewords.spoken, row.death.told_at, row, desk)
            told = tr(deaths.TOLD, who=row.death.told_by, pet=pet, when=when)
            column.addWidget(Text(told, Style.SECONDARY, "secondary", wrap=True))
        if not self.buttons:
            copy = LinkButton(tr(deaths.COPY_LINE), partial(actions.copy_line, key))
            lives = LinkButton(tr(deaths.LIVES), partial(actions.take_back, key))
            self.buttons = [copy, lives]
        for button in self.buttons:
            links.add(button)
        column.addWidget(links)
