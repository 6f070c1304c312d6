"""The focus of a window: Tab goes as things are seen, and where the focused one goes away, its neighbour has it.

Qt leads Tab in the order in which widgets were made, and gives the focus to whatever comes next in that order when a
widget is hidden, disabled or deleted: at the end of the window that is the first page in its side bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakSet

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from idexx_desktop.gui.kit.tab_stops import is_live, stops

_ASKED = "tells of the focus"
_BY_TAB = {True: Qt.FocusReason.TabFocusReason, False: Qt.FocusReason.BacktabFocusReason}


@dataclass(frozen=True, slots=True)
class _Trail:
    """A widget, and where it was in each of those around it, the innermost first; they outlive it."""

    widget: QWidget
    around: tuple[tuple[QWidget, QRect], ...]

    @classmethod
    def of(cls, widget: QWidget) -> _Trail:
        around: list[tuple[QWidget, QRect]] = []
        host = widget.parentWidget()
        while host is not None:
            around.append((host, QRect(widget.mapTo(host, QPoint()), widget.size())))
            host = None if host.isWindow() else host.parentWidget()
        return cls(widget, tuple(around))

    def alive(self) -> bool:
        return shiboken6.isValid(self.widget) and is_live(self.widget)

    def host(self) -> QWidget | None:
        """The innermost around it that can have the focus itself."""
        live = (host for host, _ in self.around if shiboken6.isValid(host) and is_live(host))
        return next((host for host in live if host.focusProxy() is None), None)

    def neighbour(self, chrome: QWidget | None) -> QWidget | None:
        """The nearest stop, of the innermost around it that has one; one inside of `chrome` only where it was there."""
        avoid = None if chrome is None or any(host is chrome for host, _ in self.around) else chrome
        for host, place in self.around:
            if not shiboken6.isValid(host) or not is_live(host):
                continue
            found = [stop for stop in stops(host) if avoid is None or not avoid.isAncestorOf(stop)]
            if found:
                return min(found, key=lambda stop: _distance(stop, host, place))
        return None


_KEYBOARDS: WeakSet[Keyboard] = WeakSet()


class Keyboard(QObject):
    """Keeps a window's focus: the window's `focusNextPrevChild` is to return `move(forward)`.

    `chrome` is the part of the window in which nobody wants to end up who wasn't there, such as its side bar.
    """

    def __init__(self, window: QWidget, chrome: QWidget | None = None) -> None:
        super().__init__(window)
        self._window, self._chrome = window, chrome
        self._trail: _Trail | None = None
        self._waiting: QWidget | None = None
        self._stand_in: QWidget | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look_again)
        _listen(self)

    def move(self, forward: bool) -> bool:
        """Tab was pressed, or the widget with the focus can't have it any more; False where there is nowhere to go."""
        now: QWidget | None = self._window.focusWidget()
        if now is None or is_live(now):
            return self._step(now, forward=forward)
        trail = _Trail.of(now)
        if now.isVisible():
            return self._wait_for(trail)
        return self._stand_in_for(trail)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.Hide) and watched is self._waiting:
            self._soon.start(0)
        return super().eventFilter(watched, event)

    def _step(self, now: QWidget | None, *, forward: bool) -> bool:
        here = self._waiting if self._waiting is not None and self._parked(now) else now
        found = stops(self._window, here)
        if not found or found == [here]:
            return False
        place = found.index(here) if here in found else -1 if forward else 0
        target = found[(place + (1 if forward else -1)) % len(found)]
        target.setFocus(_BY_TAB[forward])
        _bring_into_view(target)
        return True

    # the widget with the focus can't have it any more

    def _wait_for(self, trail: _Trail) -> bool:
        """A button that is switched off while it works gets the focus back; nothing else gets it meanwhile."""
        host = trail.host()
        if host is None:
            return False
        self._watch(trail.widget)
        self._stand_in = host
        self._trail = trail
        host.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _stand_in_for(self, trail: _Trail) -> bool:
        target = trail.neighbour(self._chrome)
        if target is None:
            return False
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        # who takes its place may be made only now
        self._trail, self._stand_in = trail, target
        self._soon.start(0)
        return True

    def _look_again(self) -> None:
        """Whether what is there by now is nearer to where the focus was, unless somebody has moved it since."""
        trail, now = self._trail, self._window.focusWidget()
        if trail is None or not (self._parked(now) or now is None):
            return
        if trail.alive():
            trail.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not (shiboken6.isValid(trail.widget) and trail.widget.isVisible()):
            target = trail.neighbour(self._chrome)
            if target is not None and target is not now:
                target.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            return
        self._watch(None)
        self._stand_in = None

    def _parked(self, now: QWidget | None) -> bool:
        return now is not None and now is self._stand_in

    def _watch(self, widget: QWidget | None) -> None:
        if self._waiting is not None and shiboken6.isValid(self._waiting):
            self._waiting.removeEventFilter(self)
        self._waiting = widget
        if widget is not None:
            widget.installEventFilter(self)

    def focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        """See `QApplication.focusChanged`."""
        if not shiboken6.isValid(self._window):
            return
        if now is None:
            if old is not None and shiboken6.isValid(old) and self._was_switched_off(old):
                self._watch(old)
                self._trail, self._stand_in = _Trail.of(old), None
            return
        if now.window() is not self._window or self._parked(now):
            return
        from_outside = old is None or not shiboken6.isValid(old) or old.window() is not self._window
        if from_outside and self._trail is not None and self._fell(now):
            target = self._trail.widget if self._trail.alive() else self._trail.neighbour(self._chrome)
            if target is not None:
                target.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._trail, self._stand_in = _Trail.of(now), None
        self._watch(None)

    def _was_switched_off(self, old: QWidget) -> bool:
        return old.window() is self._window and old.isVisible() and not old.isEnabled()

    def _fell(self, now: QWidget) -> bool:
        """Whether Qt put the focus into the chrome because it found nothing else when the window came to the front."""
        chrome = self._chrome
        if chrome is None or not chrome.isAncestorOf(now) or self._trail is None:
            return False
        return not any(host is chrome for host, _ in self._trail.around)


def _listen(keyboard: Keyboard) -> None:
    """Tell of each change of the focus, for as long as somebody holds it.

    The application is asked once, and outlives every window: while Python takes one apart that nobody holds, Qt still
    tells of its focus, and a method that Qt held would be found without its object.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)  # noqa: S101 - there are no widgets without one
    if not application.property(_ASKED):
        application.setProperty(_ASKED, True)
        application.focusChanged.connect(_tell)
    _KEYBOARDS.add(keyboard)


def _tell(old: QWidget | None, now: QWidget | None) -> None:
    for keyboard in list(_KEYBOARDS):
        if shiboken6.isValid(keyboard):
            keyboard.focus_changed(old, now)


def _bring_into_view(widget: QWidget) -> None:
    host = widget.parentWidget()
    while host is not None and not widget.isWindow():
        if isinstance(host, QScrollArea):
            host.ensureWidgetVisible(widget)
        host = host.parentWidget()


def _distance(stop: QWidget, host: QWidget, place: QRect) -> int:
    center = stop.mapTo(host, stop.rect().center()) if stop is not host else stop.rect().center()
    return (center - place.center()).manhattanLength()
