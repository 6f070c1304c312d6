"""Fields for times, days and numbers take typing: after a click, after Ctrl+A, after Tab; what is wrong is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.typed import FIRST_DAY, LAST_DAY
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import DecimalInput, NumberInput, TimeRange
from idexx_desktop.gui.kit.typed import DayInput, TimeInput
from idexx_desktop.gui.panels.choose_days import ChooseDaysDialog
from idexx_desktop.gui.panels.choose_time import ChooseTimeDialog
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from tests.gui.made_up import NOW, ZONE, local, some_visits

TODAY = date(2026, 11, 22)
LEFT = Qt.MouseButton.LeftButton


def today() -> date:
    return TODAY


def shown(qtbot: QtBot, *parts: QWidget) -> QWidget:
    """A window with these, in front."""
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    for part in parts:
        column.addWidget(part)
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    return host


def line_of(box: QAbstractSpinBox) -> QLineEdit:
    (line,) = box.findChildren(QLineEdit)
    return line


def a_time() -> tuple[QAbstractSpinBox, Callable[[], object]]:
    box = TimeInput()
    box.set_value(time(8))
    return box, lambda: box.value


def a_day() -> tuple[QAbstractSpinBox, Callable[[], object]]:
    box = DayInput(TODAY, today)
    return box, lambda: box.value


def a_number() -> tuple[QAbstractSpinBox, Callable[[], object]]:
    box = NumberInput(1, 99, " at a time")
    box.setValue(5)
    return box, box.value


def a_decimal() -> tuple[QAbstractSpinBox, Callable[[], object]]:
    box = DecimalInput(0, 100)
    box.setValue(10)
    return box, box.value


BOXES = {
    "time": (a_time, "930", time(9, 30)),
    "time of one digit": (a_time, "9", time(9)),
    "evening": (a_time, "9:30 pm", time(21, 30)),
    "day": (a_day, "24 nov", date(2026, 11, 24)),
    "number": (a_number, "12", 12),
    "decimal": (a_decimal, "7.5", 7.5),
}


def after_a_click(box: QAbstractSpinBox) -> None:
    QTest.mouseClick(line_of(box), LEFT)


def after_two_clicks(box: QAbstractSpinBox) -> None:
    after_a_click(box)
    QTest.qWait(0)
    QTest.mouseClick(line_of(box), LEFT)


def after_select_all(box: QAbstractSpinBox) -> None:
    after_a_click(box)
    QTest.keyClick(box, Qt.Key.Key_End)
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)


def after_tab(box: QAbstractSpinBox) -> None:
    before = box.window().findChildren(QLineEdit)[0]
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert box.hasFocus()


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("reached", [after_a_click, after_two_clicks, after_select_all, after_tab])
def test_typing_replaces_what_is_there(
    qtbot: QtBot, kind: str, reached: Callable[[QAbstractSpinBox], None]
) -> None:
    make, typed, expected = BOXES[kind]
    box, value = make()
    _host = shown(qtbot, QLineEdit(), box)
    reached(box)
    QTest.keyClicks(box, typed)
    assert value() == expected
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert value() == expected


def test_what_is_no_time_is_said_and_never_taken_for_one(qtbot: QtBot) -> None:
    span = TimeRange()
    span.set_value(time(8), time(19))
    field, elsewhere = Field("Clinic hours", span), QLineEdit()
    _host = shown(qtbot, field, elsewhere)
    after_a_click(span.start)
    QTest.keyClicks(span.start, "25:00")
    assert span.problem()
    assert not field.problem.text()  # who is still typing isn't told off
    elsewhere.setFocus()
    assert field.problem.text() == "Type a time, such as 9:30 or 9:30 pm."
    assert line_of(span.start).text() == "25:00"
    after_a_click(span.start)
    QTest.keyClicks(span.start, "7.15")
    elsewhere.setFocus()
    assert (span.problem(), field.problem.text(), span.start.value) == ("", "", time(7, 15))
    assert line_of(span.start).text() == "07:15"


def test_arrow_keys_step_and_stop_at_the_ends_of_the_day(qtbot: QtBot) -> None:
    box = TimeInput()
    box.set_value(time(23, 30))
    _host = shown(qtbot, box)
    for key, at in (
        (Qt.Key.Key_Up, time(23, 45)), (Qt.Key.Key_Up, time(23, 59)), (Qt.Key.Key_PageDown, time(22, 59)),
        (Qt.Key.Key_Down, time(22, 44)),
    ):  # fmt: skip
        QTest.keyClick(box, key)
        assert box.value == at
    day = DayInput(TODAY, today, to_come=True)
    _other = shown(qtbot, day)
    QTest.keyClick(day, Qt.Key.Key_Up)
    assert day.value == date(2026, 11, 23)
    QTest.keyClick(day, Qt.Key.Key_PageDown)
    assert day.value == TODAY


def test_a_day_is_picked_from_a_calendar_on_the_keyboard(qtbot: QtBot) -> None:
    day = DayInput(TODAY, today)
    day.setAccessibleName("First day")
    _host = shown(qtbot, day)
    assert day.pick.accessibleName() == "First day: choose from a calendar"
    QTest.keyClick(day.pick, Qt.Key.Key_Space)
    calendar = day.calendar()
    assert calendar.isVisible()
    assert calendar.selectedDate() == QDate(2026, 11, 22)
    calendar.setSelectedDate(QDate(2026, 11, 26))
    calendar.activated.emit(QDate(2026, 11, 26))
    assert day.value == date(2026, 11, 26)
    assert not calendar.isVisible()


@pytest.mark.parametrize("kind", BOXES)
def test_what_a_field_holds_can_be_read(qtbot: QtBot, kind: str) -> None:
    box, _ = BOXES[kind][0]()
    _host = shown(qtbot, box)
    line = line_of(box)
    margins = line.textMargins()
    room = line.width() - margins.left() - margins.right()
    assert room >= line.fontMetrics().horizontalAdvance(line.text())


def test_days_before_the_first_that_is_allowed(qtbot: QtBot) -> None:
    day = DayInput(TODAY, today, to_come=True)
    _host = shown(qtbot, day)
    after_a_click(day)
    QTest.keyClicks(day, "yesterday")
    assert day.problem() == "Choose Sun 22 Nov 2026 or later."
    assert day.value == TODAY


def test_a_time_for_a_call_that_is_none_can_not_be_chosen(qtbot: QtBot) -> None:
    host = shown(qtbot, QLineEdit())
    dialog = ChooseTimeDialog(host, "When?", "", local(23, 10), NOW, ZONE)
    dialog.open()
    hour = dialog.moment.time
    after_a_click(hour)
    QTest.keyClicks(hour, "late")
    assert not dialog.verb.isEnabled()
    assert dialog.hint.text().startswith("Type a time")
    QTest.keyClick(hour, Qt.Key.Key_Return)
    assert dialog.isVisible()
    after_a_click(hour)
    QTest.keyClicks(hour, "3:45 pm")
    assert dialog.when() == datetime(2026, 11, 23, 23, 45, tzinfo=UTC)
    QTest.keyClick(hour, Qt.Key.Key_Return)
    assert dialog.result()


@pytest.mark.parametrize(("day", "hour"), [("today", "8:15"), ("tomorrow", "23:00"), ("tomorrow", "7:45")])
@pytest.mark.parametrize("kind", [ChooseTimeDialog, ScheduleCallDialog])
def test_a_time_at_which_nobody_can_be_called_is_not_taken(
    qtbot: QtBot, kind: type, day: str, hour: str
) -> None:
    host = shown(qtbot, QLineEdit())
    dialog: ChooseTimeDialog | ScheduleCallDialog
    if kind is ChooseTimeDialog:
        dialog = ChooseTimeDialog(host, "When?", "", local(23, 10), NOW, ZONE)
    else:
        dialog = ScheduleCallDialog(host, some_visits()[1], NOW, ZONE)
        dialog.reason.setText("as the owner wishes")
        dialog.at.click()
    dialog.open()
    assert dialog.verb.isEnabled()
    for part, typed in ((dialog.moment.day, day), (dialog.moment.time, hour)):
        after_a_click(part)
        QTest.keyClicks(part, typed)
    assert not dialog.verb.isEnabled()
    assert dialog.hint.text()


@pytest.mark.parametrize("typed", ["31.12.9999", "0001-01-01", "1.1." + "9" * 5000, "9" * 5000, "1.1.1899"])
def test_days_of_other_centuries_are_none(qtbot: QtBot, typed: str) -> None:
    """Nothing that is computed from a day goes beyond the first or the last that there is."""
    day = DayInput(TODAY, today)
    _host = shown(qtbot, day)
    day.lineEdit().setText(typed)
    day.lineEdit().textEdited.emit(typed)
    assert (bool(day.problem()), day.value) == (True, TODAY)


@pytest.mark.parametrize(
    ("end", "key"),
    [(LAST_DAY, Qt.Key.Key_Up), (FIRST_DAY, Qt.Key.Key_Down), (FIRST_DAY, Qt.Key.Key_PageDown)],
)
def test_stepping_ends_at_the_last_day(qtbot: QtBot, end: date, key: Qt.Key) -> None:
    day = DayInput(end, today)
    _host = shown(qtbot, day)
    QTest.keyClick(day, key)
    assert day.value == end


def test_days_that_are_none_can_not_be_chosen(qtbot: QtBot) -> None:
    host = shown(qtbot, QLineEdit())
    dialog = ChooseDaysDialog(host, TODAY, TODAY, today)
    dialog.open()
    # without a click, too
    QTest.keyClicks(dialog.first, "one day")
    assert not dialog.verb.isEnabled()
    after_a_click(dialog.first)
    QTest.keyClicks(dialog.first, "1 nov")
    assert dialog.verb.isEnabled()
    assert dialog.days() == (date(2026, 11, 1), TODAY)
