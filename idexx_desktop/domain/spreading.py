"""Calls that are due at once are spread over the call window: a few in each quarter of an hour.

The number for each quarter is a wish and no rule: it moves a call within its day and its window and nothing else. No
call waits for another day, is held, or comes too late because of it. What is scheduled already keeps its time, so
times are the same from run to run and on every computer. The quarters are the clinic's: what its other accounts have
queued counts, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from idexx_desktop.domain.call_times import Span
from idexx_desktop.domain.visits import VisitKind

SLOT = timedelta(minutes=15)
# where calls are wished for at the very end of the window, those that find it full share this much of it
_SHARED_AT_THE_END = timedelta(hours=1)
# where a quarter is full: at whole minutes, then closer together
_CLOSER = (timedelta(minutes=1), timedelta(seconds=10), timedelta(seconds=1))
_FIRST_CALLED = (VisitKind.SURGERY, VisitKind.EMERGENCY, VisitKind.DENTAL, VisitKind.SICK_VISIT)
_SECOND = timedelta(seconds=1)
NOTHING_ELSEWHERE: Mapping[datetime, int] = {}


def risk(kinds: Iterable[VisitKind]) -> int:
    """How early a call about visits of these kinds chooses its time: 0 chooses first."""
    places = (_FIRST_CALLED.index(kind) for kind in kinds if kind in _FIRST_CALLED)
    return min(places, default=len(_FIRST_CALLED))


class Spread:
    """The instants of an account's calls that are `taken`; at most `size` in each quarter while there is room.

    `others`: those of other accounts that are known by their instant. `elsewhere`: how many those have in each quarter
    of an hour (UTC), as the database counts them; what is in both counts once.
    """

    def __init__(
        self,
        size: int,
        taken: Iterable[datetime] = (),
        others: Iterable[datetime] = (),
        elsewhere: Mapping[datetime, int] = NOTHING_ELSEWHERE,
    ) -> None:
        self._size = max(1, size)
        self._taken: set[datetime] = set()
        self._counts: Counter[datetime] = Counter()
        for moment in others:
            self._take(moment)
        for quarter, count in elsewhere.items():
            self._counts[quarter] = max(self._counts[quarter], count)
        for moment in taken:
            self._take(moment)

    def place(self, wished: datetime, spans: Sequence[Span], earliest: datetime) -> datetime:
        """Take the first free instant from the wished one on; `spans` are those in which the call may start that day.

        Where none is free before the end of the window, the quarters that are left are shared as evenly as they can
        be. Nothing starts before `earliest`. The wished instant itself where the spans leave no other.
        """
        slots = list(_slots(spans, wished))
        for slot in slots:
            if self._counts[_quarter(slot.first)] < self._size and (free := self._free(slot)) is not None:
                return self._take(free)
        return self._take(self._shared(wished, spans, earliest) or wished)

    def _shared(self, wished: datetime, spans: Sequence[Span], earliest: datetime) -> datetime | None:
        if not spans:
            return None
        last = spans[-1].last
        begin = max(wished if last - wished >= SLOT else last - _SHARED_AT_THE_END, earliest + _SECOND)
        free = ((slot, self._free(slot, crowded=True)) for slot in _slots(spans, begin))
        options = [(slot, instant) for slot, instant in free if instant is not None]
        if not options:
            return None
        _, instant = min(options, key=lambda option: (self._load(option[0]), option[0].first))
        return instant

    def _load(self, slot: Span) -> float:
        """How full a quarter is, or the part of one that the window leaves."""
        room = sum(1 for instant in self._even(slot)) or 1
        return self._counts[_quarter(slot.first)] / room

    def _free(self, slot: Span, *, crowded: bool = False) -> datetime | None:
        """The first instant that isn't taken: the slot's own, those of its even parts; `crowded`: any other."""
        in_order = [slot.first, *self._even(slot)]
        if crowded:
            in_order += [instant for step in _CLOSER for instant in _steps(slot, step)]
        return next((instant for instant in in_order if instant not in self._taken), None)

    def _even(self, slot: Span) -> Iterator[datetime]:
        quarter, seconds = _quarter(slot.first), int(SLOT.total_seconds())
        for place in range(self._size):
            offset = place * seconds // self._size
            if self._size * 60 <= seconds:
                offset -= offset % 60  # people read whole minutes
            instant = quarter + timedelta(seconds=offset)
            if slot.first <= instant <= slot.last:
                yield instant

    def _take(self, moment: datetime) -> datetime:
        whole = moment.astimezone(UTC).replace(microsecond=0)
        self._taken.add(whole)
        self._counts[_quarter(whole)] += 1
        return moment


def _slots(spans: Sequence[Span], begin: datetime) -> Iterator[Span]:
    """The quarters of an hour of these spans from `begin` on, each cut down to what the spans leave of it."""
    for span in spans:
        first = max(span.first, begin).astimezone(UTC)
        while first <= span.last:
            following = _quarter(first) + SLOT
            yield Span(first, min(span.last.astimezone(UTC), following - _SECOND))
            first = following


def _steps(slot: Span, step: timedelta) -> Iterator[datetime]:
    instant = slot.first.replace(microsecond=0)
    if instant < slot.first:
        instant += _SECOND
    while instant <= slot.last:
        yield instant
        instant += step


def _quarter(moment: datetime) -> datetime:
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(SLOT.total_seconds()), UTC)
