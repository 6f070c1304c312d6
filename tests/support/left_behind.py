"""What a test has and leaves of Qt: windows that are still there, and timers that would fire in another test."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import pytestqt.qtbot
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget

_TIMERS: weakref.WeakSet[QTimer] = weakref.WeakSet()
# told of already: only the test that left it is at fault
_TOLD: weakref.WeakSet[QObject] = weakref.WeakSet()


_HELD = pytest.StashKey[list[QWidget]]()


def watch() -> None:
    """Every timer that is made from now on is known, and each window of a test is held until it was closed.

    pytest-qt holds none. A window that only holds itself is garbage while it lives, and where Python collects it then,
    in whatever order it comes upon the parts, some of them are destroyed twice and the process ends.
    """
    add: Callable[..., None] = pytestqt.qtbot._add_widget

    def hold(item: pytest.Item, widget: QWidget, **named: Any) -> None:
        item.stash.setdefault(_HELD, []).append(widget)
        add(item, widget, **named)

    pytestqt.qtbot._add_widget = hold
    make: Callable[..., None] = QTimer.__init__

    def made(timer: QTimer, *args: object, **named: object) -> None:
        make(timer, *args, **named)
        _TIMERS.add(timer)

    QTimer.__init__ = made  # type: ignore[method-assign]  # to know every timer


def let_go(item: pytest.Item) -> None:
    """The windows of this test have been closed."""
    item.stash[_HELD] = []


def left_behind() -> list[str]:
    """Names of what is left once all that was to be deleted is; [] where all is gone."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return []
    _finish_deleting()
    if _what_is_there(application):
        gc.collect(1)  # what only held itself; the collector rests during a test
        _finish_deleting()
    left = _what_is_there(application)
    _TOLD.update(left)
    return sorted(_named(each) for each in left)


def _finish_deleting() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _what_is_there(application: QApplication) -> list[QObject]:
    windows = [each for each in application.topLevelWidgets() if each.parent() is None]
    timers = [each for each in list(_TIMERS) if shiboken6.isValid(each) and each.isActive()]
    found = [*windows, *(each for each in timers if _root(each) is not application)]
    return [each for each in found if each not in _TOLD]


def _root(each: QObject) -> QObject:
    while (parent := each.parent()) is not None:
        each = parent
    return each


def _named(each: QObject) -> str:
    if isinstance(each, QTimer):
        owner = each.parent()
        return f"a timer of {_named(owner) if owner else 'nobody'}, {each.interval()} ms"
    words = each.windowTitle() if isinstance(each, QWidget) else ""
    words = f"'{each.text()}'" if isinstance(each, QLabel) else words
    return " ".join(part for part in (type(each).__name__, each.objectName(), words) if part)
