"""Sync now in the window: it runs beside the window, is seen, can be stopped, and its result is on every page."""

from __future__ import annotations

import time
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.filters import HistoryFilter
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from tests.support.practice import Practice, Practices
from tests.window.conftest import showing

# shorter than the sync, generous for a loaded computer; the figure itself is a bench's
LONGEST_FREEZE_SECONDS = 3.0
WAIT_MS = 60_000


def sync_and_wait(qtbot: QtBot, window: MainWindow) -> None:
    """Sync, and wait until the run and what follows from it are over.

    `run_changed` is a signal of the window's own thread. Waiting for one of the worker's would leave events in the
    queue for a waiter that is gone.
    """
    with qtbot.waitSignal(window.desk.run_changed, timeout=WAIT_MS):
        window.desk.sync_now()
    qtbot.waitUntil(lambda: not window.desk.syncing, timeout=WAIT_MS)
    settle(window)


def words_of(widget: QWidget) -> str:
    """Every word that the widget shows in labels and buttons."""
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    buttons = [button.text() for button in widget.findChildren(QAbstractButton) if button.isVisible()]
    return " ".join([*labels, *buttons])


def table_of(widget: QWidget) -> QTableView:
    """The one table of a page."""
    return widget.findChildren(QTableView)[0]


def test_a_sync_by_key_fills_every_page(qtbot: QtBot, window: MainWindow, clinic: Practice) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.desk.run_changed, timeout=WAIT_MS):
        QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: clinic.program.syncer.running is None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.desk.syncing, timeout=WAIT_MS)
    settle(window)

    for page_id in ("visits", "calls", "history", "activity", "attention"):
        window.go(page_id)
        settle(window)
        assert table_of(window.current).model().rowCount() > 0, page_id
    window.go("today")
    settle(window)
    assert "Up to date as of" in words_of(window.current)


def test_the_window_stays_alive_during_a_sync(qtbot: QtBot, practices: Practices) -> None:
    clinic = practices(visits=200)
    with showing(qtbot, clinic) as window:
        moments = [time.monotonic()]
        pulse = QTimer(window)
        pulse.setInterval(5)
        pulse.timeout.connect(lambda: moments.append(time.monotonic()))
        pulse.start()
        sync_and_wait(qtbot, window)
        pulse.stop()
        longest = max(later - earlier for earlier, later in pairwise(moments))
        assert len(clinic.visits()) == 200
        assert longest < LONGEST_FREEZE_SECONDS


def test_stop_keeps_what_is_saved(qtbot: QtBot, practices: Practices) -> None:
    clinic = practices(visits=40, latency_ms=150)
    with showing(qtbot, clinic) as window:
        window.desk.sync_now()
        qtbot.waitUntil(
            lambda: window.desk.progress is not None and window.desk.progress.done > 3, timeout=WAIT_MS
        )
        window.desk.stop_sync()
        qtbot.waitUntil(lambda: not window.desk.syncing, timeout=5_000)
        session = clinic.program.status.today().last_session
        assert session is not None
        assert (session.status, session.failure_code) == ("failed", "cancelled")
        assert len(clinic.visits()) < 40


def test_a_second_press_attaches_to_the_run(qtbot: QtBot, practices: Practices) -> None:
    clinic = practices(visits=20, latency_ms=50)
    with showing(qtbot, clinic) as window:
        window.desk.sync_now()
        window.desk.sync_now()
        qtbot.waitUntil(
            lambda: not window.desk.syncing and clinic.program.syncer.running is None, timeout=WAIT_MS
        )
        settle(window)
        assert clinic.program.history.count(HistoryFilter()) == 1


def test_what_failed_is_listed_with_its_reason_and_can_be_tried_again(
    qtbot: QtBot, window: MainWindow, clinic: Practice
) -> None:
    sync_and_wait(qtbot, window)
    window.go("attention")
    settle(window)
    failed = [visit for visit in clinic.visits().values() if visit.state == "failed"]
    assert len(failed) == 1
    assert failed[0].failure_title
    model = table_of(window.current).model()
    shown = {str(model.index(row, 0).data()) for row in range(model.rowCount())}
    assert failed[0].patient_name in " ".join(shown)
    before = failed[0].attempts
    window.desk.start(Trigger.RETRY, frozenset({failed[0].visit_key}))
    qtbot.waitUntil(
        lambda: not window.desk.syncing and clinic.visits()[failed[0].visit_key].attempts > before,
        timeout=WAIT_MS,
    )
