"""The lists of a run: those of its window, and of every older day that has a visit which is still open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.changes import KnownVisit, from_known
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.sync import plan
from idexx_desktop.sync.reading import Listed, NeoReader


async def lists_of_open_days(
    reader: NeoReader, window: plan.Span, zone: ZoneInfo, known: Mapping[str, KnownVisit]
) -> Listed:
    """Both lists, whole days. Raises what ends a run."""
    times = [visit.visit_at for visit in known.values() if visit.visit_at is not None]
    listed = await reader.lists(plan.spans_to_read(window, times, zone))
    told = [at for at in await _told_by_pages(reader, known, listed) if at < window.start]
    if not told:
        return listed
    return await reader.lists(plan.spans_to_read(window, [*times, *told], zone))


async def _told_by_pages(
    reader: NeoReader, known: Mapping[str, KnownVisit], listed: Listed
) -> list[datetime]:
    """When the visits are that had no time, and are in no list any more: only their own pages tell.

    One of these has an appointment by now, on a day whose lists would else not be asked for: a call would be made
    about a walk-in that isn't one.
    """
    shown = {visit.consultation_id for visit in listed.visits.values()}
    timeless = [
        from_known(key, visit)
        for key, visit in known.items()
        if visit.visit_at is None and visit.reason_code != ReasonCode.VANISHED and listed.complete
    ]
    reads = [
        await reader.read(visit, listed=False)
        for visit in timeless
        if visit.consultation_id not in (None, *shown)
    ]
    return [read.visit.visit_at for read in reads if read.visit.visit_at is not None]
