"""The window: pages, keys, opening, crashes, place, theme, pictures, speed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import (
    Step,
    SyncFinished,
    SyncProgress,
    SyncResult,
    SyncStarted,
    Trigger,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pictures import save_pictures, settle
from idexx_desktop.gui.theme import THEME, ThemeChoice
from tests.gui.conftest import two_pages
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, today_status

MakesWindow = Callable[[Path | None], MainWindow]


@pytest.fixture
def bare_window(qtbot: QtBot, bridge: Bridge) -> Iterator[MakesWindow]:
    """Makes windows before any program is open, with this home."""
    made: list[MainWindow] = []

    def make(home: Path | None) -> MainWindow:
        window = MainWindow(bridge, home, entries=two_pages())
        qtbot.addWidget(window)
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        window.shut_down()


def test_pages_are_made_when_first_shown(window: MainWindow) -> None:
    assert list(window.pages) == ["today"]
    window.side.buttons["attention"].click()
    assert list(window.pages) == ["today", "attention"]
    assert window.current is window.pages["attention"]
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.current is window.pages["today"]
    assert window.side.buttons["today"].isChecked()


def test_f5_syncs(window: MainWindow, program: FakeProgram) -> None:
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert program.syncer.started == [(Trigger.BUTTON, None)]


def test_the_side_bar_says_whose_records_and_how_many_wait(qtbot: QtBot, window: MainWindow) -> None:
    assert window.side.clinic.text() == "Harbour Vet"
    # once the page in front has what it asked for
    qtbot.waitUntil(lambda: window.side.buttons["attention"].accessibleName() == "Needs attention: 4")
    assert window.windowTitle() == "IDEXX Neo sync"


def test_arrows_walk_through_the_side_bar(window: MainWindow) -> None:
    window.side.buttons["today"].setFocus()
    QTest.keyClick(window.side.buttons["today"], Qt.Key.Key_Down)
    assert window.side.buttons["attention"].hasFocus()
    QTest.keyClick(window.side.buttons["attention"], Qt.Key.Key_Up)
    assert window.side.buttons["today"].hasFocus()


def test_the_program_is_opened_behind_the_window(
    qtbot: QtBot, bare_window: MakesWindow, program: FakeProgram
) -> None:
    window, threads = bare_window(None), []

    def open_program() -> FakeProgram:
        threads.append(threading.get_ident())
        return program

    assert not window.current.attached
    with qtbot.waitSignal(window.program_opened):
        window.open(open_program)
    assert threads != [threading.get_ident()]
    settle(window)
    assert window.current.attached
    window.shut_down()
    assert program.closed
    assert program.syncer.listeners == []


def test_a_computer_that_is_not_set_up_asks_for_the_first_run(qtbot: QtBot, bare_window: MakesWindow) -> None:
    window = bare_window(None)

    def nothing() -> FakeProgram:
        raise Failure(FailureCode.NO_PROFILE)

    with qtbot.waitSignal(window.set_up_needed):
        window.open(nothing)


def test_records_that_cannot_be_opened_can_be_tried_again(
    qtbot: QtBot, bare_window: MakesWindow, program: FakeProgram
) -> None:
    window = bare_window(None)
    answers: list[Failure | FakeProgram] = [Failure(FailureCode.DATABASE_UNREACHABLE), program]

    def open_program() -> FakeProgram:
        answer = answers.pop(0)
        if isinstance(answer, Failure):
            raise answer
        return answer

    window.open(open_program)
    qtbot.waitUntil(lambda: window.notice is not None)
    assert window.notice
    assert window.notice.title.text() == "Can't reach your clinic's records. Syncing is paused."
    with qtbot.waitSignal(window.program_opened):
        window.notice.buttons[0].click()
    assert window.notice is None
    window.shut_down()


def test_results_are_said_in_passing(window: MainWindow, program: FakeProgram, qtbot: QtBot) -> None:
    said = {
        "Synced: 38 visits are accounted for.": SyncResult("s", "completed", consultations_synced=38),
        "Synced: 1 visit couldn't be read.": SyncResult("s", "completed", 38, 37, 1),
        "Synced, but 2 visits are not accounted for.": SyncResult("s", "completed", 38, 35, 1),
        "Stopped before anything was saved.": SyncResult(
            "s", "failed", failure=Failure(FailureCode.CANCELLED)
        ),
        "Stopped. Visits that were saved: 1 of 1.": SyncResult(
            "s",
            "failed",
            consultations_seen=1,
            consultations_synced=1,
            failure=Failure(FailureCode.CANCELLED),
        ),
        "Stopped. Visits that were saved: 12 of 38.": SyncResult(
            "s", "failed", 38, 12, failure=Failure(FailureCode.CANCELLED)
        ),
    }
    for words, result in said.items():
        program.syncer.emit(SyncFinished(result))
        assert window.toast.accessibleName() == words
    window.toast.hide()
    program.syncer.emit(SyncFinished(SyncResult("s", "failed", failure=Failure(FailureCode.UNREACHABLE))))
    assert not window.toast.isVisible()
    settle(window)


def test_a_sync_that_runs_already_is_attached_to(bare_window: MakesWindow, program: FakeProgram) -> None:
    program.syncer.running = SyncProgress("s", Step.SAVING, 3, 9)
    window = bare_window(None)
    window.attach(program)
    assert window.desk.syncing
    assert window.desk.progress == program.syncer.running
    settle(window)
    window.shut_down()


def test_a_bug_shows_a_bar_with_details_and_no_dialog(window: MainWindow, qtbot: QtBot) -> None:
    def broken() -> TodayStatus:
        raise KeyError("Bella")

    window.desk.bridge.ask(broken, window._counted, window._not_counted)
    qtbot.waitUntil(lambda: window.notice is not None)
    assert window.findChildren(QDialog) == []
    assert window.notice
    window.notice.findChildren(RowButton)[0].click()
    assert [dialog.windowTitle() for dialog in window.findChildren(QDialog)] == ["Details"]
    window.notice.closed.emit()
    assert window.notice is None


def test_the_window_remembers_its_place(
    bare_window: MakesWindow, tmp_path: Path, program: FakeProgram
) -> None:
    window = bare_window(tmp_path)
    window.resize(780, 700)
    window.close()
    again = bare_window(tmp_path)
    assert again.size() == QSize(780, 700)
    assert (tmp_path / "window.ini").is_file()


def test_time_left_is_told_from_the_pace(
    window: MainWindow, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([100.0, 106.0, 106.0])
    monkeypatch.setattr(program.clock, "monotonic", lambda: next(seconds))
    program.syncer.emit(SyncStarted("s", Trigger.BUTTON, NOW))
    assert window.desk.seconds_left() is None
    program.syncer.emit(SyncProgress("s", Step.READING_CONSULTATIONS, 0, 38))
    window.desk.progress = SyncProgress("s", Step.READING_CONSULTATIONS, 12, 38)
    assert window.desk.seconds_left() == pytest.approx(13)


@pytest.mark.parametrize("scale", [1, 2])
def test_pictures_of_every_page_in_both_themes(window: MainWindow, tmp_path: Path, scale: int) -> None:
    saved = save_pictures(window, tmp_path, scales=(scale,))
    suffix = "" if scale == 1 else "@2x"
    assert [path.name for path in saved] == [
        f"{page}-{theme}{suffix}.png" for theme in ("light", "dark") for page in ("today", "attention")
    ]
    for path in saved:
        image = QImage(str(path))
        assert image.size() == QSize(1366, 768) * scale
        # a page that didn't paint has a handful of colours
        assert len({image.pixel(x, y) for x in range(0, 1366, 3) for y in range(0, 768, 3)}) > 30
    assert THEME.choice is ThemeChoice.LIGHT


class Windows(QObject):
    """Remembers every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(repr(watched))
        return False


def test_no_part_of_a_page_flashes_up_as_a_window(
    window: MainWindow, program: FakeProgram, qapp: QApplication
) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    for _ in range(2):
        for page_id in window.entries:
            window.go(page_id)
            window.current.refresh()
            settle(window)
            window.current.show_failure(Failure(FailureCode.UNREACHABLE))
        program.visits.all = []
        program.status.value = today_status(attention=[], calls_today=[], review=True, paused=True)
    qapp.removeEventFilter(windows)
    assert windows.seen == []


def test_what_a_start_imports() -> None:
    """The window paints before anything heavy is imported."""
    heavy = ("sqlalchemy", "playwright", "pydantic", "phonenumbers", "apscheduler", "cryptography")
    script = (
        "import sys, idexx_desktop.gui.application as a; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pages_are_told_apart() -> None:
    assert len({entry.page_id for entry in PAGES}) == len(PAGES)
    assert len({entry.icon for entry in PAGES}) == len(PAGES)
    assert [entry.page_id for entry in PAGES[:2]] == ["today", "attention"]
