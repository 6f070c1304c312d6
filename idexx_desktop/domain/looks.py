"""Which visits have to be looked at before their calls now, and which calls have waited for it too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.freshness import AGAIN_AFTER, AHEAD, LIMIT, is_fresh, is_last_chance
from idexx_desktop.domain.others_calls import QUEUED
from idexx_desktop.domain.reconcile import with_household


def to_hold(known: Mapping[str, KnownVisit], zone: ZoneInfo, now: datetime) -> dict[str, frozenset[str]]:
    """The visits of each queued call that must not be made as it stands, by the call's id.

    `known`: every open visit.
    """
    return {
        call_id: keys
        for call_id, keys, due in _queued(known)
        if is_last_chance(due, now) and _unread(keys, known, zone, due, now)
    }


def to_read(known: Mapping[str, KnownVisit], zone: ZoneInfo, now: datetime) -> frozenset[str]:
    """The visits to read now, because a call of theirs is due soon or was held for want of a reading.

    Calls that are due near one another are read together; none where nothing has to be read yet, or all of it was tried
    a few minutes ago.
    """
    wanted: set[str] = set()
    is_time = False
    for _, keys, due in _queued(known):
        unread = _unread(keys, known, zone, due, now) if now < due <= now + LIMIT else frozenset()
        if unread:
            wanted |= keys
            is_time = is_time or (due <= now + AHEAD and _may_try(unread, known, now))
    for key, visit in known.items():
        if visit.reason_code is ReasonCode.NOT_LOOKED_AT:
            wanted.add(key)
            needed = {key} | _unread({key}, known, zone, now, now)
            is_time = is_time or (_may_try(needed, known, now) and not _waits(needed, known, now))
    return frozenset(wanted) if is_time else frozenset()


def _queued(known: Mapping[str, KnownVisit]) -> Iterator[tuple[str, frozenset[str], datetime]]:
    calls = {visit.call.call_id: visit.call for visit in known.values() if visit.call is not None}
    for call in calls.values():
        if call.status == QUEUED:
            yield call.call_id, frozenset(call.visit_keys & known.keys()), call.scheduled_for


def _unread(
    keys: frozenset[str] | set[str],
    known: Mapping[str, KnownVisit],
    zone: ZoneInfo,
    due: datetime,
    now: datetime,
) -> frozenset[str]:
    """What these visits depend on, and was not read shortly before."""
    together = with_household(keys, known, zone)
    return frozenset(key for key in together if not is_fresh(known[key].last_read_at, due, now))


def _may_try(keys: frozenset[str] | set[str], known: Mapping[str, KnownVisit], now: datetime) -> bool:
    tried = (known[key].last_attempt_at for key in keys)
    return not any(at is not None and now - AGAIN_AFTER < at <= now for at in tried)


def _waits(keys: frozenset[str] | set[str], known: Mapping[str, KnownVisit], now: datetime) -> bool:
    """Whether any of them was unreadable so often that it is tried again hours later only."""
    return any(at is not None and at > now for at in (known[key].next_try_at for key in keys))
