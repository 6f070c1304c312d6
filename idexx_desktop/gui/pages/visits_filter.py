"""The filters above the table of visits: search, days, states, provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui import timewords
from idexx_desktop.gui.days_chip import DaysChip
from idexx_desktop.gui.kit.chips import MenuChip, RemovableChip, SearchField, TickChip
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.states import VISIT_LOOKS
from idexx_desktop.gui.strings import attention, kit, tr, visits
from idexx_desktop.gui.tokens import Tone

USUAL_DAYS = 2
_DAYS = (USUAL_DAYS, 7, 30)
_YESTERDAY = "yesterday"
_ONE_DAY = timedelta(days=1)


class VisitFilterBar(FlowRow):
    """`changed` when a person changes a filter. Opens with the last two days, as Today counts them.

    `today` is the clinic's day, whenever it is asked for.
    """

    changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._text = ""
        self._day: date | None = None
        self.search = SearchField(tr(attention.SEARCH))
        spans = [(days, tr(visits.LAST_DAYS, count=days)) for days in _DAYS]
        self.days = DaysChip(
            tr(visits.ANY_TIME), [(_YESTERDAY, tr(kit.YESTERDAY)), *spans], today, self._usual_days
        )
        self.days.set_value(USUAL_DAYS)
        self.day = RemovableChip("", self._day_removed)
        self.day.hide()
        self._key: str | None = None
        self.one = RemovableChip(tr(visits.ONE_VISIT), self._one_removed)
        self.one.hide()
        looks = [(state, look.label) for state, look in VISIT_LOOKS.items()]
        pictures: dict[object, tuple[str, Tone]] = {
            state: (look.icon, look.tone) for state, look in VISIT_LOOKS.items()
        }
        self.states = TickChip(tr(visits.ANY_STATE), looks, _some_states, pictures=pictures)
        self.provider = MenuChip(tr(visits.ANY_PROVIDER))
        for part in (self.search, self.days, self.day, self.one, self.states, self.provider):
            self.add(part)
        self.search.searched.connect(self._searched)
        for chosen in (self.days, self.states, self.provider):
            chosen.picked.connect(self._picked)

    def which(self, now: datetime, zone: ZoneInfo) -> VisitFilter:
        """The filter at this moment: whole local days, to the end of today."""
        if self._key is not None:
            return VisitFilter(visit_key=self._key)
        first, last = self._first_and_last(now.astimezone(zone).date())
        states = frozenset(VisitState(str(value)) for value in self.states.choices.chosen())
        provider = self.provider.value
        return VisitFilter(
            text=self._text,
            states=states,
            provider=provider if isinstance(provider, str) else None,
            since=datetime.combine(first, time.min, zone) if first else None,
            until=datetime.combine(last + _ONE_DAY, time.min, zone) if last else None,
        )

    @property
    def narrowed(self) -> bool:
        """Whether a person asked for less than the usual days."""
        unusual_days = self.days.value not in (None, USUAL_DAYS)
        chosen = self._day or self._key or self.states.choices.chosen() or self.provider.value
        return bool(self._text or chosen or unusual_days)

    @property
    def any_time(self) -> bool:
        """Whether visits of every day are shown."""
        return self._day is None and self.days.value is None

    def is_one(self, visit_key: str) -> bool:
        """Whether this visit and no other is shown."""
        return self._key == visit_key

    def clear(self) -> None:
        """Show every visit, without a signal."""
        self._reset()
        self.days.set_value(None)

    def show_state(self, state: VisitState) -> None:
        """One state of the usual days, without a signal."""
        self._reset()
        self.states.set_values({state})

    def show_day(self, day: date, today: date) -> None:
        """One local day, without a signal."""
        self._reset()
        self._day = day
        self.day.set_words(timewords.day(day, today))
        self.day.show()
        self.days.hide()

    def show_one(self, visit_key: str) -> None:
        """One visit, without a signal."""
        self._reset()
        self._key = visit_key
        self.one.show()
        for other in (self.search, self.days, self.states, self.provider):
            other.hide()

    def _reset(self) -> None:
        self._text, self._day, self._key = "", None, None
        self.one.hide()
        for other in (self.search, self.states, self.provider):
            other.show()
        self.search.clear_quietly()
        self.days.set_value(USUAL_DAYS)
        self.days.show()
        self.day.hide()
        self.states.set_values(())
        self.provider.set_value(None)

    def _first_and_last(self, today: date) -> tuple[date | None, date | None]:
        if self._day:
            return self._day, self._day
        if self.days.chosen:
            return self.days.chosen
        if self.days.value == _YESTERDAY:
            return today - _ONE_DAY, today - _ONE_DAY
        if isinstance(self.days.value, int):
            return today - timedelta(days=self.days.value), today
        return None, None

    def _usual_days(self) -> tuple[date, date]:
        return self._today() - timedelta(days=USUAL_DAYS), self._today()

    def _searched(self, text: str) -> None:
        self._text = text
        self.changed.emit()

    def _picked(self, _: object) -> None:
        self.changed.emit()

    def _one_removed(self) -> None:
        self.clear()
        self.changed.emit()

    def _day_removed(self) -> None:
        self._day = None
        self.day.hide()
        self.days.show()
        self.changed.emit()


def _some_states(count: int) -> str:
    return tr(visits.SOME_STATES, count=count)
