"""Markup, scripts and control characters in any text of Neo's are shown as they are, and do nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QTextEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.decisions import RuleStep, StepOutcome
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import today_status
from tests.gui.opening import opened
from tests.support.bad_input import HOSTILE

MARKUP = HOSTILE[0]


def hostile(row: VisitRecord, text: str) -> VisitRecord:
    """The visit, with this in every text."""
    return replace(
        row, patient_name=text, owner_name=text, provider=text, branch=text, kind_label=text, species=text,
        breed=text, neo_status=text, reason=text, notes=text, previous_notes=f"other {text}",
        trace=(RuleStep(text, StepOutcome.HELD, text),), failure_title=row.failure_title and text,
        call_with=(text,), notes_changed_after_call=True,
    )  # fmt: skip


def obeyed(host: QWidget) -> list[str]:
    """What is shown in a way that would take a text of Neo's for markup: of labels, boxes and tips."""
    labels = [
        label.text()
        for label in host.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText
    ]
    tips = [widget.toolTip() for widget in [host, *host.findChildren(QWidget)]]
    found = [
        text for text in labels + tips if Qt.mightBeRichText(text) and ("<script" in text or "<img" in text)
    ]
    boxes = (box.toPlainText() for box in host.findChildren(QTextEdit))
    return found + [text for text in boxes if "alert(1)" in text and "<script>" not in text]


def hover_over_tables(host: QWidget) -> None:
    """The tip of each cell of the first row, as it is really shown."""
    for table in host.findChildren(QTableView):
        for column in range(table.model().columnCount()):
            place = table.visualRect(table.model().index(0, column)).center()
            QApplication.sendEvent(table.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, QPoint()))
            shown = QToolTip.text()
            assert "<script" not in shown
            assert "<img" not in shown
            QToolTip.hideText()


@pytest.mark.parametrize("text", [MARKUP, MARKUP * 15, HOSTILE[3], HOSTILE[7]])
def test_every_page_shows_it_as_it_is(qtbot: QtBot, bridge: Bridge, program: FakeProgram, text: str) -> None:
    program.visits.all = [hostile(row, text) for row in program.visits.all]
    program.calls.calls = [
        replace(call, owner_name=text, patient_names=(text,), summary=text) for call in program.calls.calls
    ]
    rows = [row for row in program.visits.all if row.needs_attention]
    program.status.value = today_status(attention=rows[:3], calls_today=program.calls.calls[:4])
    with opened(qtbot, bridge, program, "today", "attention", "visits", "calls") as window:
        for page_id in ("today", "attention", "visits", "calls"):
            window.go(page_id)
            settle(window)
            page = window.current
            if isinstance(page, AttentionPage | VisitsPage):
                page.panel.show_visit(rows[0])
                page.panel.show()
            elif isinstance(page, CallsPage):
                page.panel.show_call(program.calls.calls[0])
                page.panel.show()
            settle(window)
            hover_over_tables(page)
            assert text[:20] in " ".join(label.text() for label in page.findChildren(QLabel)), page_id
            assert obeyed(window) == []


def test_what_would_be_obeyed_is_found(qtbot: QtBot, styled: None) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    label = QLabel(MARKUP, host)
    label.setToolTip(MARKUP)
    assert obeyed(host) == [MARKUP, MARKUP]
