"""That a pet has died, in the window: told, taken back, its line and card; and who is calling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.claims import Claim
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.panels.which_died import WhichDied
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_page import calls_page
from tests.gui.calls_page import choose as choose_call
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW
from tests.gui.opening import button, has_button, opened, said
from tests.gui.visit_list import choose

BEN = Claim("ben@oak.example", "Front Desk 2", NOW, of_account=False)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls", "attention") as made:
        yield made


def attention(window: MainWindow) -> AttentionPage:
    window.go("attention")
    settle(window)
    assert isinstance(window.current, AttentionPage)
    return window.current


def test_it_is_told_taken_back_and_copied_for_the_record(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    window.go("visits")
    settle(window)
    page = window.current
    assert isinstance(page, VisitsPage)
    row = program.visits.all[0]
    choose(window, page, row.visit_key)
    assert page.panel.death is not None
    [mark] = page.panel.death.buttons
    assert mark.accessibleName() == f"Mark {row.patient_name} as died"
    mark.click()
    settle(window)
    assert program.deaths.pressed == ["tell"]
    assert "Nobody is called about" in window.toast.accessibleName()
    noted = f"front@desk.example noted that {row.patient_name} has died"
    qtbot.waitUntil(lambda: any(noted in each for each in said(page.panel)))
    button(page.panel, "Copy for the record").click()
    settle(window)
    assert QGuiApplication.clipboard().text().endswith("has died.")
    button(page.panel, "Take that back").click()
    qtbot.waitUntil(lambda: has_button(page.panel, f"Mark {row.patient_name} as died"))


def test_a_card_is_asked_for_until_it_was_sent(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    first, second = program.visits.all[:2]
    program.deaths.tell([first.visit_key, second.visit_key])
    page = attention(window)
    assert "Send a sympathy card" in said(page)
    assert any("1 more after this one" in each for each in said(page))
    button(page, "Card sent").click()
    settle(window)
    assert program.deaths.sent == {f"death-{first.visit_key}"}
    button(window.toast, "Undo").click()
    qtbot.waitUntil(lambda: program.deaths.sent == set() and any("1 more" in each for each in said(page)))
    button(page, "Card sent").click()
    qtbot.waitUntil(lambda: not any("1 more" in each for each in said(page)))
    button(page, "Card sent").click()
    qtbot.waitUntil(lambda: "Send a sympathy card" not in said(page))


def test_a_call_about_several_pets_asks_which_one(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    page: CallsPage = calls_page(window)
    call = next(row for row in program.calls.calls if len(row.patient_names) > 1 and row.status == "queued")
    choose_call(window, page, call.id)
    page.panel.form.press(7)
    settle(window)
    [dialog] = page.panel.findChildren(WhichDied)
    assert not dialog.verb.isEnabled()
    assert program.calls.pressed == []
    dialog.boxes[1].setChecked(True)
    dialog.verb.click()
    settle(window)
    assert program.calls.died == (call.patient_names[1],)


def test_i_am_calling_and_so_is_somebody_else(qtbot: QtBot, window: MainWindow, program: FakeProgram) -> None:
    page: CallsPage = calls_page(window)
    mine, theirs = [row for row in program.calls.calls if row.status == "queued"][:2]
    choose_call(window, page, mine.id)
    page.panel.claim()
    qtbot.waitUntil(lambda: any("You are calling since" in each for each in said(page.panel)))
    assert page._pill(page.panel.row or mine).text == "front@desk.example is calling"
    button(page.panel, "Not any more").click()
    settle(window)
    assert next(row for row in program.calls.calls if row.id == mine.id).claim is None

    program.calls.calls[:] = [
        replace(row, claim=BEN) if row.id == theirs.id else row for row in program.calls.calls
    ]
    page.refresh()
    settle(window)
    choose_call(window, page, theirs.id)
    assert any(
        "ben@oak.example is calling since" in each and "Front Desk 2" in each for each in said(page.panel)
    )
    page.panel.claim()
    settle(window)
    assert next(row for row in program.calls.calls if row.id == theirs.id).claim == BEN, (
        "a word, never a lock"
    )
    button(page.panel, "Call all the same").click()
    qtbot.waitUntil(lambda: any("You are calling since" in each for each in said(page.panel)))
