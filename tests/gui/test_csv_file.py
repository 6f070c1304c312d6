"""The CSV file of visits: whole or not at all, and nothing in it computes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.spreadsheets import inert
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.csv_file import write_csv
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


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+15105550123", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "＠x"],
)
def test_what_a_spreadsheet_would_compute_is_marked(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["", "Rex", "O'Neil", "1-2", "2026-11-22 10:00", "<b>bold</b>", "小虎", "a=b"]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def broken() -> Iterator[list[str]]:
        yield ["Rex"]
        raise Failure(FailureCode.DATABASE_UNREACHABLE)

    path = tmp_path / "visits.csv"
    path.write_text("from before", encoding="utf-8")
    with pytest.raises(Failure, match="database_unreachable"):
        write_csv(path, ["Pet"], broken())
    assert path.read_text(encoding="utf-8") == "from before"
    assert write_csv(path, ["Pet"], [["小虎"], ['with "quotes", and\nlines']]) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["Pet"], ["小虎"], ['with "quotes", and\nlines']]
    assert [each.name for each in tmp_path.iterdir()] == ["visits.csv"]


def test_a_place_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failure) as refused:
        write_csv(tmp_path / "missing" / "visits.csv", ["Pet"], [])
    assert refused.value.title == "The file couldn't be saved there."


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


def test_more_than_a_page_is_saved(
    window: MainWindow, page: VisitsPage, program: FakeProgram, tmp_path: Path
) -> None:
    first = program.visits.all[-2]
    program.visits.all = [replace(first, visit_key=f"a:{number}") for number in range(1203)]
    page.refresh()
    settle(window)
    button(page, "Save as CSV").click()
    dialog = page.findChildren(QFileDialog)[0]
    dialog.fileSelected.emit(str(tmp_path / "all.csv"))
    dialog.close()
    settle(window)
    assert window.toast.accessibleName().startswith("Saved 1,203 visits")


def test_a_file_that_can_not_be_saved_is_told_in_a_bar(
    window: MainWindow, page: VisitsPage, tmp_path: Path
) -> None:
    button(page, "Save as CSV").click()
    dialog = page.findChildren(QFileDialog)[0]
    dialog.fileSelected.emit(str(tmp_path / "missing" / "visits.csv"))
    dialog.close()
    settle(window)
    assert page.bar("failure").title.text() == "The file couldn't be saved there."
