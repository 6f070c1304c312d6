"""Concerns at the top of Needs attention: their clock, closing one with words, paper, Today, and the tray's notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.concerns import Concern, ConcernSource
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.concern_notices import consider_concerns
from idexx_desktop.gui.kit.buttons import RowButton
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.panels.concern_list import ConcernRow
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tokens import Tone
from tests.gui.fake_concerns import a_concern
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW
from tests.gui.opening import button, has_button
from tests.gui.pdf_text import read_pdf

LATE = a_concern(1, waits=75, due_in=-5, words="Won't <b>stand</b>\x1b[2J since noon.")
SOON = replace(a_concern(2), patient_names=("Pepper",), source=ConcernSource.SYSTEM, is_mine=False)


def shown_page(window: MainWindow, program: FakeProgram, *found: Concern) -> AttentionPage:
    program.concerns.put(*found)
    window.go("attention")
    window.desk.standing.look()
    settle(window)
    assert isinstance(window.current, AttentionPage)
    return window.current


def rows(page: AttentionPage) -> list[ConcernRow]:
    return [row for row in page.concerns_open.rows.values() if row.isVisible()]


def test_nothing_is_shown_where_nobody_is_concerned(window: MainWindow, program: FakeProgram) -> None:
    assert not shown_page(window, program).concerns_open.isVisible()


def test_what_is_due_first_stands_first_and_late_is_red_in_words_too(
    window: MainWindow, program: FakeProgram
) -> None:
    page = shown_page(window, program, SOON, LATE)
    late, soon = rows(page)
    assert (late.clock.look.text, late.clock.look.tone, late.clock.look.icon) == (
        "Late · 1 h 15 min", Tone.ACT, "circle-alert",
    )  # fmt: skip
    assert (soon.clock.look.text, soon.clock.look.tone) == ("12 min", Tone.ATTENTION)
    assert late.pets.text() == "Rex & Nala"
    assert late.whose.text() == "Tom Baker · +1 510 555 0142"
    assert "<b>stand</b>" in late.words.text()
    assert "\x1b" not in late.words.text()
    assert "For Dr. Lee" in late.origin.text()
    assert "found by the calling system" in soon.origin.text()
    assert "Late" in late.accessibleName()
    assert page.concerns_open.title.text() == "2 concerns wait for an answer"
    assert not soon.call.isVisible(), "only its own account can open a call"


def test_the_clock_goes_on_and_turns_late(window: MainWindow, program: FakeProgram) -> None:
    page = shown_page(window, program, SOON)
    [row] = rows(page)
    row.show_concern(SOON, NOW + timedelta(minutes=31), window.desk.zone)
    assert (row.clock.look.text, row.clock.look.tone) == ("Late · 43 min", Tone.ACT)


def test_it_is_closed_by_keys_with_words_and_that_is_undone(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    page = shown_page(window, program, LATE, SOON)
    row = rows(page)[0]
    row.done.setFocus()
    QTest.keyClick(row.done, Qt.Key.Key_Return)
    assert row.form.what.hasFocus()
    QTest.keyClick(row.form.what, Qt.Key.Key_Return)
    assert row.form.said.isVisible(), "only with words"
    assert program.concerns.open() == [LATE, SOON]
    QTest.keyClicks(row.form.what, "vet called back")
    QTest.keyClick(row.form.what, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(rows(page)) == 1)
    closed = next(each for each in program.concerns.all if each.id == LATE.id)
    assert (closed.what, window.toast.accessibleName()) == ("vet called back", "Rex & Nala: vet called back")
    window.toast.findChildren(RowButton)[0].click()
    qtbot.waitUntil(lambda: len(rows(page)) == 2)
    assert program.concerns.open() == [LATE, SOON]


def test_escape_leaves_the_form_and_nothing_else(window: MainWindow, program: FakeProgram) -> None:
    page = shown_page(window, program, LATE)
    assert page.pane.table.choose("a:5002")
    settle(window)
    [row] = rows(page)
    row.done.click()
    button(row, "Vet called back").click()
    assert row.form.what.text() == "Vet called back"
    QTest.keyClick(row.form.what, Qt.Key.Key_Escape)
    assert not row.form.isVisible()
    assert page.panel.isVisible()


def test_what_is_typed_stays_while_others_close_and_open(window: MainWindow, program: FakeProgram) -> None:
    page = shown_page(window, program, SOON)
    [row] = rows(page)
    row.done.click()
    QTest.keyClicks(row.form.what, "booked 15")
    shown_page(window, program, LATE, SOON)
    assert [each.concern.id for each in rows(page)] == [LATE.id, SOON.id]
    assert row.form.what.text() == "booked 15"
    assert row.form.what.hasFocus()
    shown_page(window, program, LATE)
    assert row in rows(page), "somebody else closed it: what is typed isn't taken away"
    program.concerns.put(LATE, SOON)
    program.concerns.failure = Failure(FailureCode.INVALID_INPUT, title="This concern was closed already.")
    QTest.keyClick(row.form.what, Qt.Key.Key_Return)
    settle(window)
    assert page.bar("failure").title.text() == "This concern was closed already."


def test_a_thousand_are_shown_step_by_step(window: MainWindow, program: FakeProgram) -> None:
    page = shown_page(window, program, *(a_concern(number, due_in=number) for number in range(1000)))
    assert len(rows(page)) == 3
    assert page.concerns_open.more.accessibleName() == "Show more (997 left)"
    page.concerns_open.more.click()
    settle(window)
    assert len(rows(page)) == 23


def test_today_counts_them_without_a_name(window: MainWindow, program: FakeProgram) -> None:
    shown_page(window, program, LATE, SOON)
    window.go("today")
    settle(window)
    bar = window.current.bar("concerns")
    assert (bar.title.text(), bar.more.text()) == ("2 concerns wait for an answer", "1 of them is late.")
    assert has_button(window.current, "2 concerns and 4 pets · see all")
    bar.buttons[0].click()
    settle(window)
    assert isinstance(window.current, AttentionPage)


def test_on_paper(window: MainWindow, program: FakeProgram, tmp_path: Path) -> None:
    page = shown_page(window, program, LATE, SOON)
    page.concern_actions._on_paper = (LATE, SOON)
    page.concern_actions.save_to(str(tmp_path / "concerns.pdf"))
    settle(window)
    written = read_pdf((tmp_path / "concerns.pdf").read_bytes()).text
    for words in ("Rex & Nala", "Tom Baker", "+1 510 555 0142", "Late", "Pepper", "Dr. Lee", "Who did what"):
        assert words.replace(" ", "") in written, words
    assert window.toast.accessibleName() == "Saved as concerns.pdf."


@pytest.mark.parametrize("moment", [0, 31])
def test_each_is_notified_once_when_opened_and_once_when_late(moment: int) -> None:
    notice, told = consider_concerns([SOON], NOW, frozenset())
    assert notice is not None
    assert (notice.title, notice.page_id) == ("1 concern waits for an answer", "attention")
    assert consider_concerns([SOON], NOW, told) == (None, told)
    notice, again = consider_concerns([SOON], NOW + timedelta(minutes=moment), told)
    assert (notice is not None) == (moment > 30)
    if notice:
        assert notice.title == "An answer to a concern is late"
    assert consider_concerns([SOON], NOW, again)[0] is None, "a clock that is set back tells nothing again"
    assert consider_concerns([], NOW, again) == (None, frozenset())


def test_no_notice_names_anybody() -> None:
    notice, _ = consider_concerns([LATE, SOON], NOW, frozenset())
    assert notice is not None
    for name in ("Rex", "Pepper", "Baker", "Lee", "stand"):
        assert name not in notice.title + notice.text


def test_the_focus_stays_on_the_page_when_the_last_one_is_closed(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    page = shown_page(window, program, LATE)
    [row] = rows(page)
    row.done.click()
    QTest.keyClicks(row.form.what, "done\r")
    qtbot.waitUntil(lambda: not page.concerns_open.isVisible())
    settle(window)
    now = QApplication.focusWidget()
    assert now is not None
    assert page.isAncestorOf(now)
