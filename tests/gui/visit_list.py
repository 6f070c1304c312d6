"""What tests of the page Visits do again and again."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram


def pets(page: VisitsPage) -> list[str]:
    """The pets that are listed, top down."""
    lines = range(page.model.rowCount())
    return [row.patient_name for line in lines if (row := page.model.row(line))]


def choose(window: MainWindow, page: VisitsPage, key: str) -> None:
    """Select a visit and let the panel read it."""
    assert page.pane.table.choose(key)
    settle(window)


def change(program: FakeProgram, key: str, **fields: object) -> None:
    """Change one visit in the records."""
    program.visits.all = [
        replace(row, **fields) if row.visit_key == key else row  # type: ignore[arg-type]  # fields of a record
        for row in program.visits.all
    ]
