"""Records that are damaged or gone: a backup is put back, or begun anew, in the window and by a person's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode, records_trouble
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.gui.application import make_window
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.mending import Mending
from idexx_desktop.gui.panels.backup_question import KitQuestion
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.opening import button, has_button, said
from tests.gui.test_backup import found

BACKUP = Path("/media/stick/oak.idexx-backup")


@dataclass
class FakeMends(FakeSetUp):
    """Mends in memory; the records don't open before."""

    trouble: Trouble = Trouble.DAMAGED
    begun: int = 0

    def begin_anew(self) -> None:
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        self.begun += 1

    def open(self) -> FakeProgram:
        raise Failure(FailureCode.NO_PROFILE) if self.begun else records_trouble(self.trouble, "")


@pytest.fixture
def mends(program: FakeProgram) -> FakeMends:
    return FakeMends(program)


@pytest.fixture
def window(qtbot: QtBot, mends: FakeMends) -> Iterator[MainWindow]:
    made = make_window()
    qtbot.addWidget(made)
    made.show()
    Mending(made, mends, mends.open)
    yield made
    made.shut_down()


def shut(window: MainWindow, mends: FakeMends) -> Mending:
    window.open(mends.open)
    settle(window)
    assert window.notice is not None
    [mending] = window.findChildren(Mending)
    return mending


def question_of(mending: Mending) -> VerbDialog:
    assert mending.question is not None
    return mending.question


@pytest.mark.parametrize("way", ["Put a backup back…", "Begin anew…"])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_the_safe_answer_is_the_usual_one(
    window: MainWindow, mends: FakeMends, way: str, key: Qt.Key
) -> None:
    mending = shut(window, mends)
    button(window, way).click()
    question = question_of(mending)
    assert question.cancel.text() == "Leave everything as it is"
    assert any("set aside, not deleted" in each for each in said(question))
    QTest.keyClick(question, key)
    settle(window)
    assert (mends.restored, mends.begun, mending.putting_back.dialog) == ([], 0, None)
    assert window.desk.program is None


@pytest.mark.parametrize("trouble", [Trouble.DAMAGED, Trouble.GONE])
def test_a_backup_is_put_back(window: MainWindow, mends: FakeMends, trouble: Trouble) -> None:
    """What keeps one from being used is said, and the ways stay; nobody presses one twice meanwhile."""
    mends.trouble, mends.failure, mends.found, mends.kit = (
        trouble,
        Failure(FailureCode.BACKUP_UNUSABLE),
        found(),
        "ABCD-EF",
    )
    mending = shut(window, mends)
    for times in (1, 2):
        button(window, "Put a backup back…").click()
        question_of(mending).verb.click()
        assert mending.putting_back.dialog is not None
        mending.putting_back.dialog.fileSelected.emit(str(BACKUP))
        mending.putting_back.dialog.close()
        assert not button(window, "Try again").isEnabled()
        settle(window)
        assert button(window, "Try again").isEnabled()
        kit = mending.putting_back.question
        assert isinstance(kit, KitQuestion)
        kit.code.setText("ABCD-EF")
        kit.verb.click()
        settle(window)
        if times == 1:
            assert window.told is not None
            assert window.told.title.text() == "This backup is damaged, so it isn't used."
    assert mends.said == [(None, False), ("ABCD-EF", False)] * 2
    assert window.desk.program is mends.program
    assert window.notice is None


def test_it_begins_anew_at_the_first_start(qtbot: QtBot, window: MainWindow, mends: FakeMends) -> None:
    mends.failure = Failure(FailureCode.INVALID_INPUT, title="The records are in use.")
    mending = shut(window, mends)
    button(window, "Begin anew…").click()
    question_of(mending).verb.click()
    settle(window)
    assert mends.begun == 0
    assert window.told is not None
    assert window.told.title.text() == "The records are in use."
    button(window, "Begin anew…").click()
    with qtbot.waitSignal(window.set_up_needed):
        question_of(mending).verb.click()
    assert mends.begun == 1


@pytest.mark.parametrize("trouble", sorted(set(Trouble) - {Trouble.DAMAGED, Trouble.GONE}, key=str))
def test_of_nothing_else_is_it_offered(window: MainWindow, mends: FakeMends, trouble: Trouble) -> None:
    mends.trouble = trouble
    shut(window, mends)
    assert not has_button(window, "Begin anew…")
    assert not has_button(window, "Put a backup back…")
