"""The calls that visits have, whoever of the clinic made them: asked of the database, which tells no more than that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import text

from idexx_desktop.db.repositories.case_details import external_ids
from idexx_desktop.domain.others_calls import OthersCall, VisitClaim
from idexx_desktop.domain.visits import Visit

# `rows`: what `asked` makes of each visit, as `as_rows` says them
CALLS_BY_SLOT = text("SELECT * FROM idexx_app.calls_by_slot(:clinic, :since, :until)")
CALLS_OF_VISITS = text("SELECT * FROM idexx_app.calls_of_visits(:clinic, :rows)")


def walk_in_key(visit: Visit) -> str | None:
    """The key that a visit has as long as it has no appointment; a colleague may still know it by that."""
    return f"c:{visit.consultation_id}" if visit.consultation_id else None


def asked(visit: Visit, numbers: Collection[str] | None = None) -> dict[str, Any]:
    """How the database is asked for a visit's calls. `numbers`: the owner's; without, no call is said to reach them."""
    return {
        "visit_key": visit.visit_key,
        "walk_in": walk_in_key(visit),
        "external_ids": external_ids(visit),
        "numbers": sorted(numbers) if numbers is not None else None,
    }


def claims_of(rows: Iterable[Any], keys: Iterable[str]) -> dict[str, VisitClaim]:
    """What rows of `CALLS_OF_VISITS` say of each of these visits."""
    found: Mapping[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.visit_key].append(row)
    return {key: _claim(found.get(key, [])) for key in keys}


def _claim(rows: list[Any]) -> VisitClaim:
    if not rows:
        return VisitClaim(is_mine=True)
    others = tuple(
        OthersCall(str(row.call_id), row.call_status, row.call_scheduled_for, row.phone, row.is_left)
        for row in rows
        if not row.is_mine
    )
    # an own one first
    first = min(rows, key=lambda row: not row.is_mine)
    return VisitClaim(first.is_mine, str(first.call_id), first.call_status, first.call_scheduled_for, others)
