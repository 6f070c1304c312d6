"""The filter chip whose list is searched by typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.kit.picker import Choice, PickChip

CHOICES = [
    Choice("sync.started", "Started a sync", "Syncs", "12"),
    Choice("sync.missed", "Missed a sync", "Syncs", "0"),
    Choice("call.held", "Held a discharge call", "Discharge calls"),
    *(Choice(f"visit.{number}", f"Visit action {number}", "Visits") for number in range(8)),
]


@pytest.fixture
def chip(qtbot: QtBot) -> PickChip:
    made = PickChip("Any action")
    qtbot.addWidget(made)
    made.set_choices(CHOICES)
    made.show()
    return made


def open_list(chip: PickChip) -> None:
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert chip.picks.isVisible()


def test_typing_narrows_and_enter_takes_the_first(qtbot: QtBot, chip: PickChip) -> None:
    picked: list[object] = []
    chip.picked.connect(picked.append)
    open_list(chip)
    assert len(chip.picks.shown()) == 1 + len(CHOICES)
    QTest.keyClicks(chip.picks.search, "MISSED")
    assert chip.picks.shown() == ["Missed a sync"]
    QTest.keyClick(chip.picks.search, Qt.Key.Key_Return)
    assert picked == ["sync.missed"]
    assert chip.accessibleName() == "Missed a sync"
    assert not chip.picks.isVisible()


def test_a_heading_finds_all_below_it(chip: PickChip) -> None:
    open_list(chip)
    QTest.keyClicks(chip.picks.search, "syncs")
    assert chip.picks.shown() == ["Started a sync", "Missed a sync"]
    QTest.keyClicks(chip.picks.search, " nothing like it")
    assert chip.picks.shown() == []
    QTest.keyClick(chip.picks.search, Qt.Key.Key_Return)
    assert chip.value is None


def test_arrows_step_over_headings(chip: PickChip) -> None:
    open_list(chip)
    for _ in range(3):
        QTest.keyClick(chip.picks.search, Qt.Key.Key_Down)
    QTest.keyClick(chip.picks.search, Qt.Key.Key_Return)
    assert chip.value == "call.held"


def test_the_first_entry_takes_the_choice_back(chip: PickChip) -> None:
    picked: list[object] = []
    chip.picked.connect(picked.append)
    chip.set_value("call.held")
    open_list(chip)
    entries = chip.picks.entries
    assert entries.currentItem().text() == "Held a discharge call"
    QTest.mouseClick(
        entries.viewport(),
        Qt.MouseButton.LeftButton,
        pos=entries.visualItemRect(entries.item(0)).center(),
    )
    assert picked == [None]
    assert chip.accessibleName() == "Any action"


def test_a_heading_is_not_taken(chip: PickChip) -> None:
    open_list(chip)
    entries = chip.picks.entries
    QTest.mouseClick(
        entries.viewport(), Qt.MouseButton.LeftButton, pos=entries.visualItemRect(entries.item(1)).center()
    )
    assert chip.picks.isVisible()
    assert chip.value is None


def test_few_choices_need_no_search(qtbot: QtBot, chip: PickChip) -> None:
    chip.set_choices(CHOICES[:3])
    open_list(chip)
    assert not chip.picks.search.isVisible()
    QTest.keyClick(chip.picks.entries, Qt.Key.Key_Down)
    QTest.keyClick(chip.picks.entries, Qt.Key.Key_Return)
    assert chip.value == "sync.started"


def test_a_choice_that_is_not_offered_any_more_stays(chip: PickChip) -> None:
    chip.set_value("call.held")
    chip.set_choices(CHOICES[:2])
    assert chip.value == "call.held"
    assert chip.accessibleName() == "Held a discharge call"


def test_counts_are_read_out_with_the_words(chip: PickChip) -> None:
    open_list(chip)
    item = chip.picks.entries.item(2)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Started a sync, 12"
