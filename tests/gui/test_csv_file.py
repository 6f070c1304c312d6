"""Saving the visits that are shown as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, opened


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> VisitsPage:
    assert isinstance(window.current, VisitsPage)
    return window.current


def test_what_the_filter_shows_is_saved(
    window: MainWindow, page: VisitsPage, program: FakeProgram, tmp_path: Path
) -> None:
    program.visits.all = [
        replace(row, owner_name='=HYPERLINK("http://evil.example")') if row.patient_name == "Max" else row
        for row in program.visits.all
    ]
    window.go("visits", VisitState.HELD)
    settle(window)
    button(page, "Save as CSV").click()
    dialog = page.findChildren(QFileDialog)[0]
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert Path(dialog.selectedFiles()[0]).name == "visits-2026-11-22.csv"
    dialog.fileSelected.emit(str(tmp_path / "held.csv"))
    dialog.close()
    settle(window)
    assert window.toast.accessibleName().startswith("Saved 2 visits in held.csv.")
    with (tmp_path / "held.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Pet"] for row in rows] == ["Otto", "Max"]
    assert rows[1]["Owner"] == '\'=HYPERLINK("http://evil.example")'
    assert rows[1]["Visit"] == "2026-11-21 09:30"
    assert rows[1]["What happens next"] == "Held: may have died"


def test_a_file_that_can_not_be_saved_is_told_in_a_bar(
    window: MainWindow, page: VisitsPage, tmp_path: Path
) -> None:
    button(page, "Save as CSV").click()
    dialog = page.findChildren(QFileDialog)[0]
    dialog.fileSelected.emit(str(tmp_path / "missing" / "visits.csv"))
    dialog.close()
    settle(window)
    assert page.bar("failure").title.text() == "The file couldn't be saved there."
