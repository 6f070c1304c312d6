"""The statements of `cases.py`, built once for the columns that a database has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Text,
    Update,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from idexx_desktop.db.repositories.host import HostTables

PATIENT_COLUMNS = (
    "name", "species", "breed", "owner_name", "owner_phone", "owner_email", "source", "external_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseStatements:
    """Parameters of an UPDATE are `b_` and the column's name, `b_user`, `b_clinic`, and `b_id` of the case.

    `b_metadata` holds objects whose entries are put into the objects of that name.
    """

    mine: tuple[ColumnElement[bool], ...]
    refresh: Update
    close: Update
    add: Insert
    refresh_patient: Update
    add_patient: Insert


@lru_cache(maxsize=8)
def case_statements(tables: HostTables) -> CaseStatements:
    """The statements for these tables."""
    cases, patients = tables.cases, tables.patients
    mine: tuple[ColumnElement[bool], ...] = (cases.c.user_id == bindparam("b_user"),)
    if "clinic_id" in cases.c:
        mine += (or_(cases.c.clinic_id == bindparam("b_clinic"), cases.c.clinic_id.is_(None)),)
    closed = {"status": bindparam("b_status"), "metadata": _merged(cases.c["metadata"])}
    if "updated_at" in cases.c:
        closed["updated_at"] = bindparam("b_updated_at")
    refreshed = {**closed, "scheduled_at": bindparam("b_scheduled_at")}
    this = update(cases).where(cases.c.id == bindparam("b_id"), *mine)
    of_case = patients.c.case_id == bindparam("b_id"), patients.c.user_id == bindparam("b_user")
    # what is known already stays where nothing was read this time
    known: dict[str, Any] = {
        name: func.coalesce(func.nullif(bindparam(f"b_{name}", type_=Text), ""), patients.c[name])
        for name in PATIENT_COLUMNS
        if name in patients.c
    }
    if "updated_at" in patients.c:
        known["updated_at"] = bindparam("b_updated_at")
    return CaseStatements(
        mine=mine,
        refresh=this.values(refreshed),
        close=this.values(closed),
        add=upsert(cases).on_conflict_do_nothing().returning(cases.c.id),
        refresh_patient=update(patients).where(*of_case).values(known),
        add_patient=insert(patients),
    )


def _merged(metadata: Any) -> Any:
    whole = _object(metadata)
    each = func.jsonb_each(bindparam("b_metadata", type_=JSONB)).table_valued("key", "value")
    inner = _object(metadata[each.c.key]).op("||")(each.c.value)
    objects = select(func.jsonb_object_agg(each.c.key, inner)).scalar_subquery()
    return whole.concat(func.coalesce(objects, _EMPTY))


_EMPTY = cast(literal("{}", Text), JSONB)


def _object(value: Any) -> Any:
    """The JSON value if it is an object, an empty one otherwise."""
    return case((func.jsonb_typeof(value) == "object", value), else_=_EMPTY)
