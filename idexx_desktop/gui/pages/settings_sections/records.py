"""Records: where they are, and a test of the way there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from idexx_desktop.domain.connection import ConnectionStep, RecordsPlace
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.connection_steps import ConnectionSteps
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.cards import clear_layout
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.facts import Facts
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import people, tr


class RecordsSection(Section):
    """See the module."""

    key = "records"
    title = people.RECORDS
    icon = "database"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.more = Text("", Style.SECONDARY, "secondary", wrap=True)
        where = self.add_card(tr(people.RECORDS_TITLE), self.more)
        self.facts = QVBoxLayout()
        where.body.addLayout(self.facts)
        card = self.add_card(tr(people.TEST), tr(people.TEST_MORE))
        self.test = SecondaryButton(tr(people.TEST), self._test)
        self.test.setEnabled(False)
        self.steps = ConnectionSteps()
        card.body.addWidget(self.test, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(self.steps)

    def refresh(self) -> None:
        program = self.desk.opened
        self.test.setEnabled(True)
        self.more.setText(tr(people.RECORDS_HERE if program.records_here else people.RECORDS_SERVER))
        if not program.records_here:
            self.ask_anew(program.connection.place, self._place_arrived)

    def _place_arrived(self, place: RecordsPlace) -> None:
        clear_layout(self.facts)
        rows = (
            (tr(people.SERVER), place.host or tr(people.THIS_SERVER)),
            (tr(people.DATABASE), place.database),
            (tr(people.LOGIN), place.login),
        )
        self.facts.addWidget(Facts(rows))

    def _test(self) -> None:
        self._set_testing(True)
        self.set_bar("failure", None)
        self.ask(self.desk.opened.connection.test, self._tested, self._not_tested)

    def _set_testing(self, testing: bool) -> None:
        self.test.setEnabled(not testing)
        self.test.set_words(tr(people.TESTING if testing else people.TEST))

    def _tested(self, steps: list[ConnectionStep]) -> None:
        self._set_testing(False)
        self.steps.show_steps(steps)

    def _not_tested(self, failure: Failure) -> None:
        self._set_testing(False)
        self.steps.show_steps(())
        self.show_failure(failure)
