"""The pages in their order. A page is imported when it is first shown, so that the window paints at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.strings import shell


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One entry of the side bar: the page's id, its title (a phrase of the catalogue), its icon, how it is made."""

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


PAGES: tuple[PageEntry, ...] = (
    PageEntry("today", shell.TODAY, "sun", _today),
    PageEntry("attention", shell.ATTENTION, "triangle-alert", _attention),
)
