"""The history's order over both of its tables: the runs that were started, and those that were missed.

Each table gives its first rows behind the place, and the database sorts the two parts into one: what a text is more
than, only its collation knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Table,
    TableClause,
    and_,
    case,
    func,
    literal,
    select,
    union_all,
)

from idexx_desktop.db.models import clinic, seed, table_of
from idexx_desktop.db.repositories.keyset import Key, behind, id_key, name_key
from idexx_desktop.db.repositories.orders import clinic_key
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failure_codes import FailureCode
from idexx_desktop.domain.orders import By, Order
from idexx_desktop.domain.places import NEVER_RAN
from idexx_desktop.domain.ranks import ENDING_RANKS, OTHER_TRIGGER, TRIGGER_RANKS, Ending
from idexx_desktop.domain.records import Page

SESSIONS = table_of(seed.SyncSession)
MISSED = table_of(clinic.MissedRunRow)
_FAILED = func.coalesce(SESSIONS.c.consultations_failed, 0)
Part = tuple[Table, Sequence[ColumnElement[bool]]]


def history_page(
    parts: Sequence[Part], order: Order, page: Page, clinics: TableClause, own: UUID
) -> Select[Any]:
    """`id` and `ran` of the next rows, in their order. `parts`: the tables that are asked, each with its conditions."""
    found = []
    for table, conditions in parts:
        keys = _keys(table, order, clinics, own)
        named = [key.column.label(_name(number)) for number, key in enumerate(keys)]
        part = select(table.c.id, literal(int(table is SESSIONS), Integer).label("ran"), *named).where(
            *conditions
        )
        if page.before is not None:
            part = part.where(behind(keys, page.before))
        # what is the same for every row of the table only compares: the rest is what an index has
        varying = [key.ordered() for key in keys if not isinstance(key.column, BindParameter)]
        found.append(part.order_by(*varying).limit(page.limit).subquery())
    both = union_all(*(select(part) for part in found)).subquery()
    ordered = [
        both.c[_name(number)].desc() if key.down else both.c[_name(number)].asc()
        for number, key in enumerate(keys)
    ]
    return select(both.c.id, both.c.ran).order_by(*ordered).limit(page.limit)


def _name(number: int) -> str:
    return f"key_{number}"


def _keys(table: Table, order: Order, clinics: TableClause, own: UUID) -> tuple[Key, ...]:
    ran = table is SESSIONS
    newest_first = order.down if order.by is By.TIME else True
    usual = (
        Key(SESSIONS.c.started_at if ran else MISSED.c.due_at, newest_first),
        Key(literal(int(ran), Integer)),
        id_key(table.c.id),
    )
    match order.by:
        case By.TIME:
            return usual
        case By.COMPUTER:
            first = name_key(table.c.device, down=order.down)
        case By.CLINIC:
            first = clinic_key(clinics, table.c.clinic_id, own, down=order.down)
        case _:
            first = Key(_of_run(order.by) if ran else literal(_OF_MISSED[order.by], Integer), order.down)
    return (first, *usual)


_OF_MISSED = {
    By.FAILED: NEVER_RAN,
    By.STARTED_BY: TRIGGER_RANKS[Trigger.SCHEDULE],
    By.RESULT: ENDING_RANKS[Ending.MISSED],
}


def _of_run(by: By) -> ColumnElement[int]:
    """As `domain.ranks` tells it of a row."""
    if by is By.FAILED:
        return _FAILED
    if by is By.STARTED_BY:
        return case(dict(TRIGGER_RANKS), value=SESSIONS.c.trigger, else_=OTHER_TRIGGER)
    status, code = SESSIONS.c.status, SESSIONS.c.error_details["code"].astext
    found = (
        (status == "running", Ending.SYNCING),
        (and_(status == "completed", _FAILED == 0), Ending.ALL_IN),
        (status == "completed", Ending.LEFT_OVER),
        (status == "timeout", Ending.INTERRUPTED),
        (code == str(FailureCode.CANCELLED), Ending.STOPPED_BY_YOU),
    )
    return case(
        *((condition, ENDING_RANKS[which]) for condition, which in found), else_=ENDING_RANKS[Ending.STOPPED]
    )
