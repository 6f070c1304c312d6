"""The chart of visits by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.kit.day_chart import DayChart
from idexx_desktop.gui.tokens import LIGHT
from tests.gui.alone import LEFT, colors, shown
from tests.gui.made_up import some_days


def test_the_chart_tells_each_day_by_mouse_and_keys(qtbot: QtBot) -> None:
    chart = DayChart()
    shown(qtbot, chart, 900, 140)
    chart.set_days(list(reversed(some_days())))
    assert "30" not in chart.words_of(29).split("\n")[0]
    assert chart.words_of(29).startswith("Sunday, 22 November\n")
    assert chart.accessibleName().startswith("Visits by day, Saturday, 24 October to Sunday, 22 November:")
    chosen: list[date] = []
    chart.chosen.connect(chosen.append)
    QTest.mouseClick(chart, LEFT, pos=chart.column(28).center().toPoint())
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert chosen[0] == date(2026, 11, 21)
    assert chosen[1] < chosen[0] or chosen[1] == date(2026, 11, 21)
    assert "visits" in chart.accessibleDescription()


def test_the_chart_begins_at_the_first_day_there_is_and_has_a_scale(qtbot: QtBot) -> None:
    chart = DayChart()
    shown(qtbot, chart, 900, 140)
    days = [replace(day, counts={}) for day in some_days()[:26]] + some_days()[26:]
    chart.set_days(days)
    assert chart.count == 4
    assert "Thursday, 19 November to Sunday, 22 November" in chart.accessibleName()
    # few days stand side by side, not far apart
    assert chart.column(3).right() < 450
    most = max(sum(day.counts.values()) for day in days)
    assert chart.scale()[0] == 0
    assert chart.scale()[-2] < most <= chart.scale()[-1]
    assert len(chart.scale()) <= 5
    one = DayChart()
    shown(qtbot, one, 900, 140)
    one.set_days([replace(days[-1], counts={VisitState.SCHEDULED: 1})])
    assert one.scale() == (0, 1)
    one.set_days([replace(day, counts={}) for day in days])
    assert (one.count, one.scale()) == (0, (0,))


def test_a_chosen_day_stays_chosen_when_the_days_come_again(qtbot: QtBot) -> None:
    chart = DayChart()
    qtbot.addWidget(chart)
    chart.resize(600, 200)
    days = some_days()
    chart.set_days(days)
    for _ in range(2):
        QTest.keyClick(chart, Qt.Key.Key_Left)
    chosen, said = days[-2].day, chart.accessibleDescription()
    assert said
    chart.set_days(days[1:])
    assert chart.accessibleDescription() == said
    with qtbot.waitSignal(chart.chosen) as emitted:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert emitted.args == [chosen]
    chart.set_days(days[:-3])
    assert chart.accessibleDescription() == ""


def test_a_chart_without_days_is_calm(qtbot: QtBot) -> None:
    chart = DayChart()
    shown(qtbot, chart, 300, 100)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.mouseClick(chart, LEFT, pos=QPoint(5, 5))
    assert LIGHT.line in colors(chart)
