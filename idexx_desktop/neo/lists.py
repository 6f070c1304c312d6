"""Reading both of Neo's lists to their ends: the calendar, and the consultation search page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.joining import join
from idexx_desktop.domain.visits import ConsultationSummary, VisitList
from idexx_desktop.neo.fields import local_text
from idexx_desktop.neo.finishing import both, side_by_side
from idexx_desktop.neo.payloads import Calendar, SearchPage, read_calendar, read_search

_CALENDAR_PATH = "/appointments/getCalendarEventData"
_SEARCH_PATH = "/consultations/search"
_CALENDAR_TIME = "%Y-%m-%d %H:%M:%S"
_SEARCH_TIME = "%d.%m.%Y %H:%M:%S"
_MOST_PAGES = 500  # a fortnight of a large practice has about 50
_MOST_AT_ONCE = 10  # however many Neo says there are

Ask = Callable[[str, dict[str, str]], Awaitable[object]]


@dataclass(slots=True)
class _Found:
    """What the pages of the search held so far."""

    summaries: dict[str, ConsultationSummary] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    largest_page: int = 0
    rows: int = 0
    total: int | None = None
    is_steady: bool = True

    @property
    def count(self) -> int:
        """Rows seen; one that stands on two pages counts once."""
        return len(self.summaries) + len(self.unreadable)

    @property
    def pages_expected(self) -> int:
        """How many pages there are, the one included that shows that a full one was the last."""
        return (self.total or 0) // max(1, self.largest_page) + 1

    @property
    def is_whole(self) -> bool:
        """Whether what was seen agrees with Neo's total, which may count twice a row that stands twice.

        A total that moved in between means that rows moved, too, and one may have slipped from page to page.
        """
        return self.is_steady and self.total in (None, self.count, self.rows)

    def add(self, page: SearchPage) -> bool:
        """Whether the page brought anything new."""
        before = self.count
        self.summaries.update((row.consultation_id, row) for row in page.summaries)
        self.unreadable.update(page.unreadable)
        self.rows += page.rows
        self.is_steady = self.is_steady and (self.largest_page == 0 or page.total == self.total)
        self.total = page.total
        self.largest_page = max(self.largest_page, page.per_page or 0, page.rows)
        return self.count > before


async def read_lists(ask: Ask, zone: ZoneInfo, start: datetime, end: datetime) -> VisitList:
    """Everything between two instants. `ask` gets a path and its parameters and returns the JSON.

    The list is complete where every page was read, their number agrees with Neo's own total, and every row
    that couldn't be read at least said which visit it is.
    """
    calendar, (found, is_whole) = await both(
        _read_calendar(ask, zone, start, end), _read_search(ask, zone, start, end)
    )
    unreadable = (*calendar.unreadable, *found.unreadable)
    return join(
        calendar.appointments,
        found.summaries.values(),
        blocks=calendar.blocks,
        complete=is_whole and all(":" in key for key in unreadable),
        unreadable=calendar.unreadable,
        unreadable_found=found.unreadable,
        blocked=calendar.blocked,
    )


async def _read_calendar(ask: Ask, zone: ZoneInfo, start: datetime, end: datetime) -> Calendar:
    span = {
        "start": local_text(start, zone, _CALENDAR_TIME),
        "end": local_text(end, zone, _CALENDAR_TIME),
    }
    return read_calendar(await ask(_CALENDAR_PATH, span), zone)


async def _read_search(ask: Ask, zone: ZoneInfo, start: datetime, end: datetime) -> tuple[_Found, bool]:
    """All rows of the search, and whether they are as many as Neo says there are.

    A total is believed only where the page isn't full; otherwise the next page is asked for, too. Pages may
    move while they are read (somebody finishes a visit), so rows are told apart by id, never by place.
    """
    found = _Found()
    number, count = 1, 1
    while number <= _MOST_PAGES:
        pages = await side_by_side(
            _search_page(ask, zone, start, end, each) for each in range(number, number + count)
        )
        for page in pages:
            brought_more = found.add(page)
            reached = found.total is not None and found.count >= found.total
            if not brought_more or (reached and page.rows < found.largest_page):
                return found, found.is_whole
        number += count
        count = min(max(1, found.pages_expected - number + 1), _MOST_AT_ONCE)
    return found, False


async def _search_page(ask: Ask, zone: ZoneInfo, start: datetime, end: datetime, number: int) -> SearchPage:
    span = {
        "page": str(number),
        "date_start": local_text(start, zone, _SEARCH_TIME),
        "date_end": local_text(end, zone, _SEARCH_TIME),
        "order[]": "consultedAt:desc",
    }
    return read_search(await ask(_SEARCH_PATH, span), zone)
