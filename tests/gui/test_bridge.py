"""Work off the window's thread: answers, failures, bugs, pages that are gone, and events of a sync."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import RecordsChanged, SyncEvent, SyncStarted, Topic, Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.crash import CrashReport, CrashRoute, describe
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW


class Asker(QObject):
    """Remembers what it was told, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.failures: list[Failure] = []
        self.events: list[SyncEvent] = []
        self.threads: set[QThread] = set()

    def done(self, answer: object) -> None:
        self.answers.append(answer)
        self.threads.add(QThread.currentThread())

    def failed(self, failure: Failure) -> None:
        self.failures.append(failure)
        self.threads.add(QThread.currentThread())

    def hear(self, event: SyncEvent) -> None:
        self.events.append(event)
        self.threads.add(QThread.currentThread())


def _boom() -> str:
    raise KeyError("Bella Garcia")


def _refuse() -> str:
    raise Failure(FailureCode.DATABASE_UNREACHABLE)


def test_work_runs_elsewhere_and_answers_here(qtbot: QtBot, bridge: Bridge) -> None:
    asker = Asker()
    bridge.ask(threading.get_ident, asker.done, asker.failed)
    qtbot.waitUntil(lambda: bridge.idle)
    assert len(asker.answers) == 1
    assert asker.answers != [threading.get_ident()]
    assert asker.threads == {asker.thread()}


def test_answers_that_are_false_arrive_too(qtbot: QtBot, bridge: Bridge) -> None:
    asker = Asker()
    works: list[Callable[[], object]] = [lambda: None, lambda: 0, list, bool]
    for work in works:
        bridge.ask(work, asker.done, asker.failed)
    qtbot.waitUntil(lambda: bridge.idle)
    assert sorted(map(str, asker.answers)) == ["0", "False", "None", "[]"]
    assert asker.failures == []


def test_a_failure_is_told(qtbot: QtBot, bridge: Bridge) -> None:
    asker = Asker()
    bridge.ask(_refuse, asker.done, asker.failed)
    qtbot.waitUntil(lambda: bridge.idle)
    assert [failure.code for failure in asker.failures] == [FailureCode.DATABASE_UNREACHABLE]
    assert asker.answers == []


def test_a_bug_goes_to_the_crash_route_without_its_words(qtbot: QtBot, bridge: Bridge) -> None:
    asker = Asker()
    with qtbot.waitSignal(bridge.crashes.crashed) as crashed:
        bridge.ask(_boom, asker.done, asker.failed)
    qtbot.waitUntil(lambda: bridge.idle)
    assert [failure.code for failure in asker.failures] == [FailureCode.OURS]
    assert crashed.args
    report = crashed.args[0]
    assert isinstance(report, CrashReport)
    assert report.kind == "KeyError"
    assert any("_boom" in place for place in report.places)
    assert "Bella" not in report.text()


def test_a_cancelled_question_is_not_answered(qtbot: QtBot, bridge: Bridge) -> None:
    asker, release = Asker(), threading.Event()
    ticket = bridge.ask(release.wait, asker.done, asker.failed)
    ticket.cancel()
    release.set()
    qtbot.waitUntil(lambda: bridge.idle)
    assert asker.answers == []


def test_a_page_that_is_gone_is_not_called(qtbot: QtBot, bridge: Bridge) -> None:
    asker, release = Asker(), threading.Event()
    bridge.ask(release.wait, asker.done, asker.failed)
    answers = asker.answers
    del asker
    release.set()
    qtbot.waitUntil(lambda: bridge.idle)
    assert answers == []


def test_callbacks_must_be_bound_methods(bridge: Bridge) -> None:
    with pytest.raises(TypeError):
        bridge.ask(lambda: 1, lambda _: None, lambda _: None)


def test_events_of_the_worker_arrive_here(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    asker = Asker()
    bridge.heard.connect(asker.hear)
    bridge.attach(program)
    event = SyncStarted("session", Trigger.BUTTON, NOW)
    worker = threading.Thread(target=program.syncer.emit, args=(event,))
    worker.start()
    worker.join()
    assert asker.events == []
    qtbot.waitUntil(lambda: asker.events == [event])
    bridge.records_changed(Topic.VISITS)
    assert asker.events[1:] == [RecordsChanged(Topic.VISITS)]
    assert asker.threads == {asker.thread()}
    bridge.close()
    assert program.syncer.listeners == []


def test_closing_drops_what_is_open(bridge: Bridge) -> None:
    asker, release = Asker(), threading.Event()
    bridge.ask(release.wait, asker.done, asker.failed)
    release.set()
    bridge.close()
    assert bridge.idle
    assert asker.answers == []


def test_closing_does_not_wait_for_what_has_not_begun(bridge: Bridge) -> None:
    asker, release, begun = Asker(), threading.Event(), threading.Semaphore(0)

    def work() -> None:
        begun.release()
        release.wait()

    for _ in range(8):
        bridge.ask(work, asker.done, asker.failed)
    for _ in range(3):
        begun.acquire()
    began = time.monotonic()
    threading.Timer(0.05, release.set).start()
    bridge.close()
    assert time.monotonic() - began < 3
    assert asker.answers == []


def test_what_is_asked_of_a_closed_bridge_is_never_done(bridge: Bridge) -> None:
    asker, done = Asker(), list[str]()
    bridge.close()
    ticket = bridge.ask(lambda: done.append("done"), asker.done, asker.failed)
    assert ticket.cancelled
    assert bridge.idle
    assert (done, asker.answers, asker.failures) == ([], [], [])


def test_a_closed_bridge_tells_nothing_of_what_was_on_its_way(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    asker = Asker()
    bridge.heard.connect(asker.hear)
    bridge.attach(program)
    (hear,) = program.watcher.listeners
    event = RecordsChanged(Topic.VISITS)
    worker = threading.Thread(target=hear, args=(event,))
    worker.start()
    worker.join()
    bridge.close()
    hear(event)  # a listener that is told while it unsubscribes
    bridge.attach(program)
    bridge.records_changed(Topic.CALLS)
    QApplication.sendPostedEvents()
    assert asker.events == []
    assert program.watcher.listeners == []


def test_both_hooks_lead_to_the_same_route(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    route = CrashRoute()
    route.install()
    try:
        _boom()
    except KeyError as error:
        trace = error
    with qtbot.waitSignal(route.crashed):
        sys.excepthook(KeyError, trace, trace.__traceback__)
    with qtbot.waitSignal(route.crashed):
        worker = threading.Thread(target=_boom)
        worker.start()
        worker.join()


def test_a_report_names_places_and_never_words() -> None:
    try:
        _boom()
    except KeyError as error:
        report = describe(error)
    assert report.text().splitlines()[0] == "KeyError"
    assert report.places[-1].startswith("test_bridge.py:")
    assert "Bella" not in report.text()
