"""Markup, scripts and control characters in any text of Neo's are shown as they are, and do nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, QPainter, QPixmap, Qt
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QTextEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.decisions import RuleStep, StepOutcome
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pages.calls import CallsPage
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.shown import shown
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import today_status
from tests.gui.opening import opened
from tests.leakage.tainting import SIGNS, acts, painted, taint, tainted, texts
from tests.support.bad_input import HOSTILE

__all__ = ["painted"]

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
            assert shown(text)[:20] in " ".join(label.text() for label in page.findChildren(QLabel)), page_id
            assert obeyed(window) == []


def test_what_would_be_obeyed_is_found(qtbot: QtBot, styled: None) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    label = QLabel(MARKUP, host)
    label.setToolTip(MARKUP)
    assert obeyed(host) == [MARKUP, MARKUP]


# signs that act


@pytest.mark.parametrize("admin", [False, True])
def test_no_sign_that_acts_is_shown_anywhere(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, painted: list[str], admin: bool
) -> None:
    """Every page and panel, with such signs in every text of everything that they are given."""
    taint(program)
    program.identity = replace(program.identity, is_admin=admin)
    rows, call = program.visits.all, program.calls.calls[0]
    attention = [row for row in rows if row.needs_attention][:3]
    program.status.value = tainted(today_status(attention=attention, calls_today=program.calls.calls[:4]))
    found: set[tuple[str, str]] = set()
    seen = 0
    with opened(qtbot, bridge, program, *(entry.page_id for entry in PAGES)) as window:
        for page_id in window.entries:
            window.go(page_id)
            settle(window)
            page = window.current
            if isinstance(page, AttentionPage | VisitsPage):
                page.panel.show_visit(rows[0])
                page.panel.show()
            elif isinstance(page, CallsPage):
                page.panel.show_call(call)
                page.panel.show()
            elif (panel := getattr(page, "panel", None)) is not None and hasattr(page, "table"):
                page.table.selectRow(0)
                panel.show()
            settle(window)
            page.grab()
            found |= {(f"{page_id}: {where}", text) for where, text in texts(window) if acts(text)}
            seen += sum("x" in text for _, text in texts(page))
    kinds = sorted({where.partition(": ")[2] for where, _ in found})
    assert not kinds, "\n".join(kinds)
    assert not [ascii(text) for text in painted if acts(text)]
    assert seen > 100, "the texts with signs in them were not shown at all"


def test_a_failures_words_do_nothing(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    failure = Failure(FailureCode.OURS, f"a{SIGNS}", title=f"b{SIGNS}", advice=f"c{SIGNS}")
    program.visits.failure = program.calls.failure = program.status.failure = failure
    with opened(qtbot, bridge, program, "today", "visits", "calls") as window:
        window.tell(f"a{SIGNS}", f"b{SIGNS}")
        window.toast.say(f"a{SIGNS}")
        for page_id in window.entries:
            window.go(page_id)
            settle(window)
            assert not [(where, ascii(text)) for where, text in texts(window) if acts(text)]


def test_names_in_other_scripts_are_shown(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    """Read from the right, they are kept to themselves, and nothing of them is lost."""
    program.visits.all = [replace(row, patient_name="שרה", owner_name="محمد 7") for row in program.visits.all]
    with opened(qtbot, bridge, program, "visits") as window:
        page = window.current
        assert isinstance(page, VisitsPage)
        page.panel.show_visit(program.visits.all[0])
        page.panel.show()
        settle(window)
        everything = " ".join(text for _, text in texts(page))
        assert "\u2068שרה\u2069" in everything
        assert "\u2068محمد\u2069 7" in everything


def test_what_acts_is_found(qtbot: QtBot, styled: None, painted: list[str]) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    QLabel(f"Bella{SIGNS}", host)
    host.setToolTip(SIGNS)
    assert [acts(text) for _, text in texts(host) if text] == [True, True]
    paper = QPixmap(9, 9)
    painter = QPainter(paper)
    painter.drawText(0, 0, SIGNS)
    painter.end()
    assert painted == [SIGNS]
