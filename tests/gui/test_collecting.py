"""Widgets that nobody holds any more are destroyed on the window's thread, whoever makes objects meanwhile."""

from __future__ import annotations

import gc
import re
import sys
import threading
import weakref
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.answering import keep_answering
from idexx_desktop.gui.application import make_application
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.collecting import Collector
from idexx_desktop.gui.kit.tab_stops import stops
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.place import begin_in_the_middle, fit_at_first
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened

REPOSITORY = Path(__file__).parents[2]
_ASKED = re.compile(r"\.screen" + r"\(\)")


class Ring(QWidget):
    """Holds itself, as pages do by what they have connected; its timer may be stopped by its own thread only."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self
        self.timer = QTimer(self)
        self.timer.start(60_000)


def test_a_window_of_a_test_is_whole_until_it_is_closed(qtbot: QtBot) -> None:
    ring = Ring()
    qtbot.addWidget(ring)
    known = weakref.ref(ring)
    del ring
    gc.collect()
    left = known()
    assert left is not None
    assert shiboken6.isValid(left)


def test_no_other_thread_collects_what_is_qts(qtbot: QtBot) -> None:
    ended_on: list[str] = []
    for _ in range(5):
        ring = Ring()
        weakref.finalize(ring, lambda: ended_on.append(threading.current_thread().name))
        del ring

    def makes_many() -> None:
        assert len([[] for _ in range(200_000)]) == 200_000

    busy = threading.Thread(target=makes_many, name="busy")
    busy.start()
    busy.join()
    assert "busy" not in ended_on
    young: list[list[int]] = []

    def are_gone() -> bool:
        young.extend([] for _ in range(20_000))
        return len(ended_on) == 5

    qtbot.waitUntil(are_gone)
    assert set(ended_on) == {threading.main_thread().name}


def taken_away() -> list[str]:
    """What Qt still has, and Python's collector would take away now: nothing is, here."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return sorted(
            f"{type(each).__name__} of {type(each.parent()).__name__}"
            for each in gc.garbage
            if isinstance(each, QObject) and shiboken6.isValid(each) and each.parent() is not None
        )
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


def test_nothing_that_is_shown_is_taken_away(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    """A table's header was: Qt keeps it by its address alone, and the program ended when it was painted next."""
    gc.collect()
    with opened(qtbot, bridge, program, *(entry.page_id for entry in PAGES)) as window:
        for page_id in window.entries:
            window.go(page_id)
            settle(window)
            assert stops(window)  # whoever looks at children from outside changes who holds them
        assert taken_away() == []


@pytest.mark.parametrize("how", ["program_opened", "not_opened", "set_up_needed"])
def test_nothing_is_collected_until_the_start_is_over(
    how: str, qtbot: QtBot, qapp: QApplication, bridge: Bridge
) -> None:
    """However it ends: a window that waits for its records for hours would grow, else."""
    make_application()
    collector = qapp.findChild(Collector)
    assert collector is not None
    window = MainWindow(bridge)
    qtbot.addWidget(window)
    patience = sys.getswitchinterval()
    try:
        keep_answering(window)
        assert collector.waits
        getattr(window, how).emit(
            *([Failure(FailureCode.DATABASE_UNREACHABLE)] if how == "not_opened" else [])
        )
        assert not collector.waits
    finally:
        collector.go_on()
        sys.setswitchinterval(patience)
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # as the tests have it


def test_no_widget_is_asked_for_its_screen() -> None:
    """PySide makes that screen a part of the widget, and now and then destroys it with it: the process ends."""
    sources = [path for room in ("idexx_desktop", "tests") for path in (REPOSITORY / room).rglob("*.py")]
    asking = [path.name for path in sources if _ASKED.search(path.read_text(encoding="utf-8"))]
    assert asking == []


def test_the_screen_outlives_everything_that_opened_on_it(qtbot: QtBot) -> None:
    for number in range(200):
        window = Ring()
        dialog = QDialog(window)
        begin_in_the_middle(window, 300, 200)
        fit_at_first(dialog, 200, 100)
        window.show()
        dialog.show()
        if number % 2:
            shiboken6.delete(window)
        else:
            dialog.close()
            window.close()
        del window, dialog
        gc.collect(0)  # both are young: looking through all that other tests left takes a third of a second
    assert shiboken6.isValid(QGuiApplication.primaryScreen())
    assert not shiboken6.ownedByPython(QGuiApplication.primaryScreen())
