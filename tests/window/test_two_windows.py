"""Two programs on one database: what one writes is seen in the other's window, on every page, and in its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from idexx_desktop.db.watching import RevisionReader
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.events import Topic
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashRoute
from idexx_desktop.gui.hidden import start_hidden
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages import base
from idexx_desktop.gui.pages.attention import AttentionPage
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.pages.visits import VisitsPage
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.tables.view import Table
from idexx_desktop.gui.tray import Tray
from idexx_desktop.services import watching
from tests.gui.opening import button
from tests.support.practice import Practice, Practices
from tests.window.conftest import showing

LOOK_SECONDS = watching.LOOK_SECONDS  # as the program has it
SEEN_WITHIN_SECONDS, FRESH_WITHIN_SECONDS = 5.0, 1.0
# a computer that is busy with other things paints late: there only that it is seen is held, and in time where the long
# tests have it for themselves
PATIENCE_MS = 30_000


@pytest.fixture(autouse=True)
def looks_often(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every two seconds is for the long tests, which hold how soon it is seen, and for none that waits for it."""
    if request.node.get_closest_marker("long") is None:
        monkeypatch.setattr(watching, "LOOK_SECONDS", 0.2)
        monkeypatch.setattr(watching, "_LEAST_SECONDS", 0.1)


def in_time(seconds: float) -> pytest.MarkDecorator:
    """`within`: how many seconds it may take, at any rate and in the long tests."""
    long = pytest.param(seconds, marks=pytest.mark.long(item=47))
    return pytest.mark.parametrize("within", [PATIENCE_MS / 1000, long])


@pytest.fixture
def other(practices: Practices, synced: Practice) -> Practice:
    """Another computer of the same clinic."""
    return practices.computer(synced, "Front Desk 2")


def seen(page: QWidget) -> list[str]:
    """What a page says: its rows, or its words and fields."""
    models = [each.rows for each in page.findChildren(Table)]
    rows = [str(model.row(line)) for model in models for line in range(model.rowCount())]
    words = [each.text() for each in page.findChildren(QLabel) if each.isVisible()]
    fields = [each.text() for each in page.findChildren(QLineEdit) if each.isVisible()]
    return rows or words + fields


def decide(other: Practice) -> None:
    """Decide about one visit that needs a person."""
    held = next(row for row in other.visits().values() if row.needs_attention)
    other.program.visits.decide(held.visit_key, PersonChoice.NO_CALL)


def a_call_is_over(other: Practice) -> None:
    """As a calling system says it, which knows nothing of revisions."""
    other.query(
        "UPDATE public.scheduled_discharge_calls SET status = 'completed', ended_reason = 'customer-ended-call'"
        " WHERE id = (SELECT id FROM public.scheduled_discharge_calls WHERE status = 'queued' LIMIT 1)"
    )


def a_sync_was_missed(other: Practice) -> None:
    other.query(
        "INSERT INTO public.missed_runs (clinic_id, due_at, reason)"
        " SELECT clinic_id, %s, 'asleep' FROM public.clinic_members WHERE user_id = %s",
        other.clock.now() - timedelta(hours=3),
        other.user_id,
    )


def an_owner_is_renamed(other: Practice) -> None:
    other.query("UPDATE public.visits SET owner_name = 'Another Household' WHERE owner_name <> ''")


def another_number(other: Practice, number: str = "+1 510 555 0177") -> None:
    service = other.program.settings
    service.save_clinic(replace(service.clinic(), phone=number))


WRITES: dict[str, Callable[[Practice], None]] = {
    "today": decide,
    "attention": decide,
    "visits": an_owner_is_renamed,
    "calls": a_call_is_over,
    "history": a_sync_was_missed,
    "activity": another_number,
    "settings": partial(another_number, number="+1 510 555 0178"),
}


def test_every_page_is_tried() -> None:
    assert WRITES.keys() == {entry.page_id for entry in PAGES}
    assert LOOK_SECONDS + base._SETTLE_MS / 1000 < SEEN_WITHIN_SECONDS / 2


@contextmanager
def on_page(qtbot: QtBot, clinic: Practice, page_id: str) -> Iterator[MainWindow]:
    """A window with this page in front, everything read, and its watcher at work."""
    with showing(qtbot, clinic) as window:
        bring(qtbot, window, page_id)
        yield window


def bring(qtbot: QtBot, window: MainWindow, page_id: str) -> None:
    """Bring a page to the front, and wait until it and the watcher have read what there is."""
    window.go(page_id, "clinic" if page_id == "settings" else None)
    if page_id == "calls":
        button(window.current, next(each for each in names(window.current) if each.startswith("All"))).click()
    qtbot.waitUntil(lambda: Topic.ACTIVITY in window.desk.revisions, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.current._settle.isActive(), timeout=PATIENCE_MS)
    settle(window)


def names(host: QWidget) -> list[str]:
    """Every button that is shown, by name."""
    return [each.accessibleName() for each in host.findChildren(QPushButton) if each.isVisible()]


@in_time(SEEN_WITHIN_SECONDS)
def test_what_another_program_writes_is_seen_on_every_page(
    qtbot: QtBot, synced: Practice, other: Practice, within: float
) -> None:
    with showing(qtbot, synced) as window:
        for page_id, write in WRITES.items():
            bring(qtbot, window, page_id)
            before, began = seen(window.current), time.monotonic()
            write(other)
            qtbot.waitUntil(partial(is_another, window, before), timeout=PATIENCE_MS)
            took = time.monotonic() - began
            print(f"{page_id}: seen after {took:.2f} s")
            assert took < within


def is_another(window: MainWindow, before: list[str]) -> bool:
    """Whether the page in front says something else than before."""
    return seen(window.current) != before


def test_it_is_seen_where_nobody_is_woken(
    qtbot: QtBot, synced: Practice, other: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a pooler nothing is ever told: the look every now and then finds it."""
    monkeypatch.setattr(RevisionReader, "socket", lambda _: None)
    with on_page(qtbot, synced, "attention") as window:
        before = seen(window.current)
        decide(other)
        qtbot.waitUntil(lambda: seen(window.current) != before, timeout=PATIENCE_MS)


def test_a_decision_in_one_window_is_seen_in_the_other_in_its_place(
    qtbot: QtBot, synced: Practice, other: Practice
) -> None:
    with on_page(qtbot, synced, "visits") as first, on_page(qtbot, other, "attention") as second:
        page, attention = first.current, second.current
        assert isinstance(page, VisitsPage)
        assert isinstance(attention, AttentionPage)
        table = page.pane.table
        table.choose_line(page.model.rowCount() - 1)
        settle(first)
        key, place = page.model.key_at(table.currentIndex().row()), table.visualRect(table.currentIndex())
        before = seen(page)
        held = next(row for row in other.visits().values() if row.needs_attention)
        attention.visit_actions.decide(held, PersonChoice.NO_CALL)
        qtbot.waitUntil(lambda: seen(page) != before, timeout=PATIENCE_MS)
        settle(first)
        assert page.model.key_at(table.currentIndex().row()) == key
        assert table.visualRect(table.currentIndex()) == place
        assert page.panel.isVisible()


@in_time(FRESH_WITHIN_SECONDS)
def test_a_window_that_started_hidden_is_fresh_when_it_is_opened(
    qtbot: QtBot, synced: Practice, other: Practice, within: float
) -> None:
    """And when it comes back from the tray."""
    window = MainWindow(Bridge(CrashRoute()))
    qtbot.addWidget(window)
    tray = Tray(window, available=lambda: True, notify=lambda *_: None)
    start_hidden(window, tray)
    window.attach(synced.program)
    settle(window)
    page = window.current
    assert isinstance(page, TodayPage)
    for _ in range(2):
        decide(other)
        expected, began = other.program.status.today().attention_count, time.monotonic()
        tray.raise_window()
        qtbot.waitUntil(partial(counts, page, expected), timeout=PATIENCE_MS)
        took = time.monotonic() - began
        print(f"fresh after {took:.2f} s")
        assert took < within
        window.close()
    window.let_go()


def counts(page: TodayPage, expected: int) -> bool:
    """Whether it says that so many visits need a person."""
    return page.status is not None and page.status.attention_count == expected


def test_today_is_another_day_past_midnight(qtbot: QtBot, synced: Practice) -> None:
    with on_page(qtbot, synced, "today") as window:
        header = window.current.header.subtitle
        assert header.text().startswith("Wednesday")
        synced.clock.pass_by(hours=9, minutes=1)
        window.desk.time.timer.timeout.emit()
        qtbot.waitUntil(lambda: header.text().startswith("Thursday"), timeout=PATIENCE_MS)
