"""The tray: what it says, when it notifies, and the window that closes into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import SyncStarted, Topic, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.notifying import Notice, Told, consider, told_from
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tray import Tray
from idexx_desktop.gui.tray_icon import TrayState, tray_icon, tray_pixmap
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, local, some_days, today_status
from tests.gui.opening import opened

HOUR = timedelta(hours=1)
WRONG = Failure(FailureCode.WRONG_PASSWORD)
UNREACHABLE = Failure(FailureCode.UNREACHABLE)


def well(**changes: object) -> TodayStatus:
    """A morning on which nobody is needed."""
    return today_status(**{"attention": [], "attention_count": 0, **changes})


# when to notify


def test_routine_success_is_never_notified() -> None:
    told = Told()
    for hours in range(100):
        now = NOW + hours * HOUR
        notice, told = consider(well(up_to_date_as_of=now), now, told)
        assert notice is None


def test_needed_action_is_notified_once_then_daily() -> None:
    told, at = Told(), []
    for hours in range(50):
        now = NOW + hours * HOUR
        notice, told = consider(well(suspended=WRONG, up_to_date_as_of=local(22, 7)), now, told)
        if notice:
            at.append(hours)
            assert notice.text == WRONG.title
            assert (notice.page_id, notice.argument) == ("settings", FailureCode.WRONG_PASSWORD)
    assert at == [0, 24, 48]


def test_another_problem_is_notified_at_once() -> None:
    _, told = consider(well(suspended=WRONG), NOW, Told())
    notice, _ = consider(well(last_failure=Failure(FailureCode.PAGE_CHANGED)), NOW + HOUR, told)
    assert notice is not None
    assert notice.page_id == "today"


def test_what_passes_by_itself_is_not_notified_before_a_day_without_success() -> None:
    told = Told()
    for hours in (1, 5, 23):
        now = local(22, 7) + hours * HOUR
        notice, told = consider(
            well(last_failure=UNREACHABLE, up_to_date_as_of=local(22, 7), stale=True), now, told
        )
        assert notice is None
    now = local(23, 7)
    notice, told = consider(
        well(last_failure=UNREACHABLE, up_to_date_as_of=local(22, 7), stale=True), now, told
    )
    assert notice is not None
    assert notice.title == "Not synced for a day"


def test_a_closed_day_is_no_day_without_success() -> None:
    notice, _ = consider(well(up_to_date_as_of=local(20, 19), stale=False), NOW, Told())
    assert notice is None


@pytest.mark.parametrize("code", [FailureCode.CANCELLED, FailureCode.OTHER_COMPUTER, FailureCode.LEASE_LOST])
def test_what_a_person_or_another_computer_did_is_not_notified(code: FailureCode) -> None:
    notice, _ = consider(well(last_failure=Failure(code)), NOW, Told())
    assert notice is None


def test_recovery_is_notified_once_and_only_after_a_success() -> None:
    _, told = consider(well(suspended=WRONG, up_to_date_as_of=local(21, 19)), NOW, Told())
    notice, told = consider(well(up_to_date_as_of=local(21, 19)), NOW + HOUR, told)
    assert notice is None
    notice, told = consider(well(up_to_date_as_of=NOW + HOUR), NOW + 2 * HOUR, told)
    assert notice == Notice("Syncing works again", "What was missed has been caught up.", "history")
    notice, _ = consider(well(up_to_date_as_of=NOW + HOUR), NOW + 3 * HOUR, told)
    assert notice is None


def test_recovery_comes_before_pets_that_wait() -> None:
    _, told = consider(well(suspended=WRONG), NOW, Told())
    healed = well(attention_count=2, up_to_date_as_of=NOW + HOUR)
    notice, told = consider(healed, NOW + HOUR, told)
    assert notice is not None
    assert notice.title == "Syncing works again"
    notice, told = consider(healed, NOW + 2 * HOUR, told)
    assert notice is None
    notice, _ = consider(healed, NOW + 26 * HOUR, told)
    assert notice is not None
    assert notice.title == "Needs attention: 2 pets"


def test_pets_that_wait_are_notified_without_names() -> None:
    status = today_status()
    notice, told = consider(status, NOW, Told())
    assert notice is not None
    assert notice.page_id == "attention"
    names = {row.patient_name for row in status.attention} | {row.owner_name for row in status.attention}
    assert not any(name and name in notice.title + notice.text for name in names)
    notice, told = consider(well(), NOW + HOUR, told)
    assert (notice, told) == (None, Told())


def test_a_failures_own_title_never_reaches_a_notification() -> None:
    named = Failure(FailureCode.DATABASE_REFUSED, title="Bella's records were refused.")
    notice, _ = consider(well(last_failure=named), NOW, Told())
    assert notice is not None
    assert "Bella" not in notice.text


@pytest.mark.parametrize("told", [Told(), Told("waiting", NOW), Told("wrong_password", NOW)])
def test_what_was_told_outlives_the_program(told: Told) -> None:
    assert told_from(told.as_text()) == told


@pytest.mark.parametrize("text", ["", "x", "x y", "waiting tomorrow"])
def test_what_cannot_be_read_was_not_told(text: str) -> None:
    assert told_from(text) == Told()


def test_a_time_without_a_zone_is_utc() -> None:
    assert told_from("waiting 2026-11-22T18:44:00") == Told("waiting", NOW)


# the icon


def test_states_differ_by_shape_alone(qapp: QApplication) -> None:
    masks = set()
    for state in TrayState:
        image = tray_pixmap(state, 22).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        alpha = tray_pixmap(state, 22).toImage().convertToFormat(QImage.Format.Format_Alpha8)
        assert not tray_icon(state).isNull()
        rows = range(22)
        masks.add(
            tuple(alpha.pixelColor(x, y).alpha() // 64 for x in rows for y in rows)
            + tuple(image.pixelColor(x, y).red() > 200 for x in rows for y in rows)
        )
    assert len(masks) == len(TrayState)


# in the window


class Notified:
    """What would have been shown."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def __call__(self, title: str, text: str) -> None:
        assert text
        self.titles.append(title)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    quits = QApplication.quitOnLastWindowClosed()
    program.status.value = well()
    with opened(qtbot, bridge, program, "today", "attention", "history") as made:
        yield made
    QApplication.setQuitOnLastWindowClosed(quits)


@pytest.fixture
def notified() -> Notified:
    return Notified()


@pytest.fixture
def tray(window: MainWindow, notified: Notified) -> Tray:
    made = Tray(window, available=lambda: True, notify=notified)
    window.desk.standing.look()
    settle(window)
    return made


def test_closing_hides_the_window_and_explains_it_once(
    window: MainWindow, tray: Tray, notified: Notified
) -> None:
    window.close()
    assert not window.isVisible()
    assert notified.titles == ["Still running here"]
    tray.open_action.trigger()
    assert window.isVisible()
    window.close()
    assert notified.titles == ["Still running here"]


def test_without_a_tray_closing_closes(window: MainWindow) -> None:
    quits = QApplication.quitOnLastWindowClosed()
    without = Tray(window, available=lambda: False)
    assert without.icon is None
    assert window.close()
    assert QApplication.quitOnLastWindowClosed() is quits


def test_before_the_program_is_open_closing_ends_it(
    qtbot: QtBot, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    window = MainWindow(bridge)
    qtbot.addWidget(window)
    window.show()
    tray = Tray(window, available=lambda: True)
    assert window.close()
    assert quits == [True]
    assert tray.quitting
    window.shut_down()


def test_quit_says_what_it_means(window: MainWindow, tray: Tray, monkeypatch: pytest.MonkeyPatch) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    assert tray.quit_action.text() == "Quit (no syncs until you open it again)"
    tray.quit_action.trigger()
    assert quits == [True]
    assert not window.isVisible()
    assert tray.icon is not None
    assert not tray.icon.isVisible()


def test_the_menu_says_the_sentence_of_today(window: MainWindow, tray: Tray, program: FakeProgram) -> None:
    program.status.value = well(counts={VisitState.SCHEDULED: 3}, day_counts=some_days()[:-2])
    window.desk.standing.look()
    settle(window)
    assert tray.state is TrayState.GOOD
    assert tray.sentence.text() == "Up to date as of 10:42. Yesterday is complete."
    tray.sync_action.trigger()
    assert program.syncer.started == [(Trigger.BUTTON, None)]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"suspended": WRONG}, TrayState.ACT),
        ({"last_failure": UNREACHABLE}, TrayState.RETRYING),
        ({"stale": True}, TrayState.ATTENTION),
        ({"up_to_date_as_of": None}, TrayState.OFF),
    ],
)
def test_the_icon_follows_the_state(
    window: MainWindow, tray: Tray, program: FakeProgram, changes: dict[str, object], state: TrayState
) -> None:
    program.status.value = well(**changes)
    window.desk.standing.look()
    settle(window)
    assert tray.state is state


def test_a_running_sync_is_shown_at_once(
    qtbot: QtBot, window: MainWindow, tray: Tray, program: FakeProgram
) -> None:
    program.syncer.emit(SyncStarted("s", Trigger.SCHEDULE, NOW))
    qtbot.waitUntil(lambda: tray.state is TrayState.SYNCING)
    assert not tray.sync_action.isEnabled()


def test_syncing_is_paused_until_tomorrow_and_resumed(
    qtbot: QtBot, window: MainWindow, tray: Tray, program: FakeProgram
) -> None:
    tray.pause_action.trigger()
    settle(window)
    assert program.settings.kept_schedule.paused_until == local(23, 0)
    program.status.value = well(schedule=program.settings.kept_schedule)
    # what the pause itself led to may be under way just now, with the answer of before
    window.desk.bridge.records_changed(Topic.SETTINGS)
    qtbot.waitUntil(lambda: tray.pause_action.text() == "Resume automatic syncing")
    tray.pause_action.trigger()
    settle(window)
    assert program.settings.kept_schedule.paused_until is None


def test_a_notification_is_shown_and_a_click_opens_its_page(
    window: MainWindow, tray: Tray, program: FakeProgram, notified: Notified
) -> None:
    program.status.value = today_status()
    window.desk.standing.look()
    settle(window)
    window.desk.standing.look()
    settle(window)
    assert notified.titles == ["Needs attention: 4 pets"]
    window.hide()
    tray.open_notice()
    assert window.isVisible()
    assert window.current.page_id == "attention"


def test_records_that_cannot_be_reached_are_said(
    window: MainWindow, tray: Tray, program: FakeProgram, notified: Notified
) -> None:
    program.status.failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    window.desk.standing.look()
    settle(window)
    assert tray.state is TrayState.ATTENTION
    assert tray.sentence.text() == "Can't reach your clinic's records."
    assert notified.titles == []


def test_a_click_on_the_icon_raises_the_window(window: MainWindow, tray: Tray) -> None:
    assert tray.icon is not None
    window.setWindowState(Qt.WindowState.WindowMinimized)
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert window.isMinimized()
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert not window.isMinimized()
