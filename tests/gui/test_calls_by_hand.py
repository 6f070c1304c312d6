"""Discharge calls that the calling system didn't make, and those that Neo has; on a program in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import CallReport, CallTrouble
from idexx_desktop.gui import call_words
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.calls_page import calls_page, choose, owners
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW
from tests.gui.opening import has_button, opened, said


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "visits", "calls") as made:
        yield made


@pytest.fixture
def page(window: MainWindow) -> CallsPage:
    return calls_page(window)


def left_behind(program: FakeProgram, **changes: object) -> None:
    """The first call that is due is one of them."""
    row = next(row for row in program.calls.calls if row.id == "call-4")
    place = program.calls.calls.index(row)
    program.calls.calls[place] = replace(row, **changes)  # type: ignore[arg-type]  # fields by name


def test_a_call_that_failed_is_made_by_hand(
    qtbot: QtBot, window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    report = CallReport(
        ended_reason="<b>no number</b> to call from",
        attention=("missed dose",),
        details=(("pain", "3"),),
        seconds=75,
    )
    left_behind(program, status="failed", trouble=CallTrouble.FAILED, report=report)
    assert page.chips["trouble"].isHidden()
    window.go("calls", "trouble")
    settle(window)
    assert owners(page) == ["Tom Baker"]
    assert not page.chips["trouble"].isHidden()
    choose(window, page, "call-4")
    words = "\n".join(said(page.panel))
    for part in ("<b>no number</b> to call from", "missed dose", "1 min 15 s", "Call the owner by hand"):
        assert part in words
    page.panel.form.buttons[CallOutcomeKind.VOICEMAIL].click()
    qtbot.waitUntil(lambda: owners(page) == [])
    assert program.calls.pressed == ["record_outcome"]
    assert program.calls._get("call-4").status == "failed"


@pytest.mark.parametrize(
    ("status", "trouble", "pill", "note"),
    [
        ("in_progress", CallTrouble.STUCK, "No result yet", "hasn't said how it ended"),
        ("queued", CallTrouble.NOT_TAKEN, "Past its time", "Nobody has made this call yet"),
    ],
)
def test_a_call_that_nobody_ended_can_be_made_by_hand(
    window: MainWindow,
    page: CallsPage,
    program: FakeProgram,
    status: str,
    trouble: CallTrouble,
    pill: str,
    note: str,
) -> None:
    left_behind(program, status=status, trouble=trouble)
    window.go("calls", "trouble")
    settle(window)
    choose(window, page, "call-4")
    words = "\n".join(said(page.panel))
    [row] = [row for row in program.calls.calls if row.trouble]
    assert call_words.state_pill(row, NOW).text == pill
    assert note in words
    assert not page.panel.form.isHidden()
    assert has_button(page.panel, "Don't call") is (status == "queued")


def test_a_call_that_is_being_made_is_left_alone(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    left_behind(program, status="ringing")
    page.chips["all"].click()
    settle(window)
    choose(window, page, "call-4")
    assert page.panel.form.isHidden()
    assert "The calling system has this call now" in "\n".join(said(page.panel))


def test_call_backs_of_neo_are_told_beside_ours(
    window: MainWindow, page: CallsPage, program: FakeProgram
) -> None:
    assert not page.has_bar("call-backs")
    rows = [row for row in program.visits.all if row.needs_attention]
    for row in rows[:2]:
        place = program.visits.all.index(row)
        program.visits.all[place] = replace(row, reason_code="neo_call_back")
    page.refresh()
    settle(window)
    bar = page.bar("call-backs")
    assert bar.title.text() == "2 visits have a call-back in IDEXX Neo already."
    asked: list[tuple[str, object]] = []
    window.desk.going.disconnect(window.go)
    window.desk.going.connect(lambda page_id, argument: asked.append((page_id, argument)))
    bar.buttons[0].click()
    assert asked == [("attention", window.desk.own)]
