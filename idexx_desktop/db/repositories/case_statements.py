"""The statements of `cases.py`, built once for the columns that a database has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    TableClause,
    Text,
    Update,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from idexx_desktop.db.models import seed, table_of
from idexx_desktop.db.repositories.case_details import CONSULTATION
from idexx_desktop.db.repositories.host import HostTables
from idexx_desktop.db.rows import insert_rows, rows_with

_STATUSES = table_of(seed.ConsultationStatus)

WRITTEN = ("user_id", "created_at", "updated_at")
CASE_COLUMNS = (
    "clinic_id", "visibility", "type", "status", "source", "external_id", "metadata", "scheduled_at", "is_urgent",
    *WRITTEN,
)  # fmt: skip
PATIENT_COLUMNS = (
    "name", "species", "breed", "owner_name", "owner_phone", "owner_email", "source", "external_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseStatements:
    """Parameters: `user` and `clinic`; and `rows` (see `rows_with`), one for each visit.

    `find`: the cases of visits (`visit_key`), by `external_ids` (the best first), else by their consultations' status.
    `noted`: the cases from `start` to `end` whose details name one of the `consultations`; reads every case between.
    `refresh` and `refresh_patient` say which cases (`id`) they brought up to date. `metadata` holds objects whose
    entries are put into the objects of that name.
    """

    find: Select[Any]
    noted: Select[Any]
    refresh: ReturningUpdate[Any]
    close: Update
    add: ReturningInsert[Any]
    refresh_patient: ReturningUpdate[Any]
    add_patient: Insert


@lru_cache(maxsize=8)
def case_statements(tables: HostTables) -> CaseStatements:
    """The statements for these tables."""
    cases, patients = tables.cases, tables.patients
    mine: tuple[ColumnElement[bool], ...] = (cases.c.user_id == bindparam("user"),)
    if "clinic_id" in cases.c:
        mine += (or_(cases.c.clinic_id == bindparam("clinic"), cases.c.clinic_id.is_(None)),)
    closed = {
        "status": bindparam("b_status"),
        "metadata": _merged(cases, bindparam("b_metadata", type_=JSONB)),
    }
    if "updated_at" in cases.c:
        closed["updated_at"] = bindparam("b_updated_at")
    return CaseStatements(
        find=_find(cases, mine),
        noted=_noted(cases, mine),
        refresh=_refresh(cases, mine),
        close=update(cases).where(cases.c.id == bindparam("b_id"), *mine).values(closed),
        add=insert_rows(cases, CASE_COLUMNS)
        .on_conflict_do_nothing()
        .returning(cases.c.id, cases.c.external_id),
        refresh_patient=_refresh_patient(patients),
        add_patient=insert_rows(patients, ("case_id", *PATIENT_COLUMNS, *WRITTEN)),
    )


def _refresh(cases: TableClause, mine: tuple[ColumnElement[bool], ...]) -> ReturningUpdate[Any]:
    names = [name for name in ("id", "status", "scheduled_at", "metadata", "updated_at") if name in cases.c]
    given = rows_with({name: cases.c[name].type for name in names})
    values = {name: given.c[name] for name in names[1:]} | {"metadata": _merged(cases, given.c["metadata"])}
    return update(cases).where(cases.c.id == given.c.id, *mine).values(values).returning(cases.c.id)


def _refresh_patient(patients: TableClause) -> ReturningUpdate[Any]:
    """What is known already stays where nothing was read this time."""
    names = [name for name in ("case_id", *PATIENT_COLUMNS, "updated_at") if name in patients.c]
    given = rows_with({name: patients.c[name].type for name in names})
    values: dict[str, Any] = {
        name: func.coalesce(func.nullif(given.c[name], ""), patients.c[name])
        for name in names
        if name in PATIENT_COLUMNS
    }
    if "updated_at" in names:
        values["updated_at"] = given.c.updated_at
    of_case = patients.c.case_id == given.c.case_id, patients.c.user_id == bindparam("user")
    return update(patients).where(*of_case).values(values).returning(patients.c.case_id)


def _find(cases: TableClause, mine: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    given = rows_with({"visit_key": Text(), "external_ids": ARRAY(Text), "consultation_id": Text()})
    ids = given.c.external_ids
    by_id = select(cases.c.id, func.array_position(ids, cast(cases.c.external_id, Text)).label("way")).where(
        *mine, cases.c.external_id == func.any(ids)
    )
    by_status = (
        select(cases.c.id, (func.cardinality(ids) + 1).label("way"))
        .join(_STATUSES, _STATUSES.c.case_id == cases.c.id)
        .where(
            _STATUSES.c.user_id == bindparam("user"),
            _STATUSES.c.clinic_id == bindparam("clinic"),
            _STATUSES.c.consultation_id == given.c.consultation_id,
            *mine,
        )
    )
    found = union_all(by_id.correlate(given), by_status.correlate(given)).subquery()
    best = select(found.c.id).order_by(found.c.way, found.c.id).limit(1).lateral()
    return select(given.c.visit_key, best.c.id).select_from(given.join(best, true()))


def _noted(cases: TableClause, mine: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    consultation = cases.c["metadata"][CONSULTATION]["id"].astext
    near = or_(
        cases.c.scheduled_at.between(bindparam("start"), bindparam("end")), cases.c.scheduled_at.is_(None)
    )
    wanted = consultation == func.any(bindparam("consultations", type_=ARRAY(Text)))
    return (
        select(cases.c.id, consultation.label("consultation_id"))
        .where(*mine, near, wanted)
        .order_by(cases.c.id.desc())
    )


def _merged(cases: TableClause, more: ColumnElement[Any]) -> Any:
    metadata = cases.c["metadata"]
    each = func.jsonb_each(more).table_valued("key", "value")
    inner = object_of(metadata[each.c.key]).op("||")(each.c.value)
    objects = select(func.jsonb_object_agg(each.c.key, inner)).select_from(each).scalar_subquery()
    return object_of(metadata).concat(func.coalesce(objects, _EMPTY))


_EMPTY = cast(literal("{}", Text), JSONB)


def object_of(value: Any) -> Any:
    """The JSON value if it is an object, an empty one otherwise."""
    return case((func.jsonb_typeof(value) == "object", value), else_=_EMPTY)
