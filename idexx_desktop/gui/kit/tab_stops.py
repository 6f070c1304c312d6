"""Where Tab stops inside of a widget, in the order in which it is seen, however it was built."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QWidget


class _Part(NamedTuple):
    place: QRect
    stops: list[QWidget]


def stops(host: QWidget, also: QWidget | None = None) -> list[QWidget]:
    """Top to bottom, and what stands side by side from left to right; block after block.

    A part of the window that is cut off from the others by a free line across, or down, is left before the next is
    entered. `also` counts as a stop, whatever state it is in.
    """
    parts = [
        _Part(child.geometry(), found)
        # widgets only: a layout that is looked at here would take its items along when nobody looks any more
        for child in host.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if (child.isVisible() or child is also) and not child.isWindow()
        if (found := stops(child, also))
    ]
    inner = [stop for part in _as_seen(parts) for stop in part.stops]
    own = [host] if host is also or takes_tab(host) else []
    # the header of a table stands above its rows
    return [*inner, *own] if isinstance(host, QAbstractItemView) else [*own, *inner]


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab may lead to it."""
    if not is_live(widget) or widget.focusProxy() is not None:
        return False
    chosen = _chosen_beside(widget) if isinstance(widget, QAbstractButton) else None
    if chosen is not None and is_live(chosen):
        # of several buttons of which one is chosen the arrow keys lead to the others; Qt's own policy lags behind
        return widget is chosen
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def is_live(widget: QWidget) -> bool:
    """Whether it can have the focus."""
    return widget.isVisible() and widget.isEnabled()


def _chosen_beside(button: QAbstractButton) -> QAbstractButton | None:
    """The chosen one of the exclusive group of a button, itself perhaps; None without such a group."""
    group = button.group()
    if group is not None:
        return group.checkedButton() if group.exclusive() else None
    host = button.parentWidget()
    if not button.autoExclusive() or host is None:
        return None
    beside = host.findChildren(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next((each for each in beside if each.autoExclusive() and each.isChecked()), None)


def _as_seen(parts: list[_Part]) -> list[_Part]:
    for cut in (_cut_across, _cut_down):
        groups = cut(parts)
        if len(groups) > 1:
            return [part for group in groups for part in _as_seen(group)]
    # what lies above others comes last, as it was put there
    return sorted(parts, key=lambda part: (part.place.top(), part.place.left()))


def _cut_across(parts: list[_Part]) -> list[list[_Part]]:
    return _cut(parts, QRect.top, QRect.bottom)


def _cut_down(parts: list[_Part]) -> list[list[_Part]]:
    return _cut(parts, QRect.left, QRect.right)


def _cut(parts: list[_Part], start: Callable[[QRect], int], end: Callable[[QRect], int]) -> list[list[_Part]]:
    """Groups with nothing of one beside another's."""
    groups: list[list[_Part]] = []
    reached = -(2**30)
    for part in sorted(parts, key=lambda part: start(part.place)):
        if start(part.place) > reached:
            groups.append([])
        groups[-1].append(part)
        reached = max(reached, end(part.place))
    return groups
