"""The pages in their order. A page is imported when it is first shown, so that the window paints at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.strings import shell


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One entry of the side bar: the page's id, title (a phrase of the catalogue), icon, how it is made."""

    page_id: str
    title: str
    icon: str
    make: Callable[[Desk], Page]


def _today(desk: Desk) -> Page:
    from idexx_desktop.gui.pages.today import TodayPage

    return TodayPage(desk)


def _attention(desk: Desk) -> Page:
    from idexx_desktop.gui.pages.attention import AttentionPage

    return AttentionPage(desk)


def _visits(desk: Desk) -> Page:
    from idexx_desktop.gui.pages.visits import VisitsPage

    return VisitsPage(desk)


def _calls(desk: Desk) -> Page:
    from idexx_desktop.gui.pages.calls import CallsPage

    return CallsPage(desk)


def _history(desk: Desk) -> Page:
    from idexx_desktop.gui.pages.history import HistoryPage

    return HistoryPage(desk)


def _activity(desk: Desk) -> Page:
    from idexx_desktop.gui.pages.activity import ActivityPage

    return ActivityPage(desk)


def _settings(desk: Desk) -> Page:
    from idexx_desktop.gui.pages.settings import SettingsPage

    return SettingsPage(desk)


PAGES: tuple[PageEntry, ...] = (
    PageEntry("today", shell.TODAY, "sun", _today),
    PageEntry("attention", shell.ATTENTION, "triangle-alert", _attention),
    PageEntry("visits", shell.VISITS, "paw-print", _visits),
    PageEntry("calls", shell.CALLS, "phone-outgoing", _calls),
    PageEntry("history", shell.HISTORY, "history", _history),
    PageEntry("activity", shell.ACTIVITY, "scroll-text", _activity),
    PageEntry("settings", shell.SETTINGS, "settings", _settings),
)
