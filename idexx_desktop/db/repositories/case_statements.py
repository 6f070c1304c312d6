"""The statements of `cases.py`, built once for the columns that a database has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Insert,
    Select,
    TableClause,
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
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from idexx_desktop.db.models import seed, table_of
from idexx_desktop.db.repositories.case_details import CONSULTATION
from idexx_desktop.db.repositories.host import HostTables

_STATUSES = table_of(seed.ConsultationStatus)

PATIENT_COLUMNS = (
    "name", "species", "breed", "owner_name", "owner_phone", "owner_email", "source", "external_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseStatements:
    """`find`: the case of a visit, by `b_ids` (external ids, the best first), else by its `b_consultation`'s status.

    `noted`: the cases from `b_from` to `b_to` whose details name one of `b_consultations`; reads every case between.
    Parameters of an UPDATE are `b_` and the column's name, `b_user`, `b_clinic`, and `b_id` of the case.

    `b_metadata` holds objects whose entries are put into the objects of that name.
    """

    mine: tuple[ColumnElement[bool], ...]
    find: Select[Any]
    noted: Select[Any]
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
        find=_find(cases, mine),
        noted=_noted(cases, mine),
        refresh=this.values(refreshed),
        close=this.values(closed),
        add=upsert(cases).on_conflict_do_nothing().returning(cases.c.id),
        refresh_patient=update(patients).where(*of_case).values(known),
        add_patient=insert(patients).inline(),  # its own id is asked of nobody
    )


def _find(cases: TableClause, mine: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    ids: BindParameter[Any] = bindparam("b_ids", type_=ARRAY(Text))
    by_id = select(cases.c.id, func.array_position(ids, cast(cases.c.external_id, Text)).label("way")).where(
        *mine, cases.c.external_id == func.any(ids)
    )
    by_status = (
        select(cases.c.id, (func.cardinality(ids) + 1).label("way"))
        .join(_STATUSES, _STATUSES.c.case_id == cases.c.id)
        .where(
            _STATUSES.c.user_id == bindparam("b_user"),
            _STATUSES.c.clinic_id == bindparam("b_clinic"),
            _STATUSES.c.consultation_id == bindparam("b_consultation", type_=Text),
            *mine,
        )
    )
    found = union_all(by_id, by_status).subquery()
    return select(found.c.id).order_by(found.c.way, found.c.id).limit(1)


def _noted(cases: TableClause, mine: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    consultation = cases.c["metadata"][CONSULTATION]["id"].astext
    near = or_(
        cases.c.scheduled_at.between(bindparam("b_from"), bindparam("b_to")), cases.c.scheduled_at.is_(None)
    )
    wanted = consultation == func.any(bindparam("b_consultations", type_=ARRAY(Text)))
    return (
        select(cases.c.id, consultation.label("consultation_id"))
        .where(*mine, near, wanted)
        .order_by(cases.c.id.desc())
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
