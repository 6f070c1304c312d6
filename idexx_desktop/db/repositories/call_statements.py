"""The statements of `calls.py` that run for every visit, built once for the columns that a database has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Select, Text, Update, Uuid, and_, bindparam, func, literal, select, update
from sqlalchemy.sql.dml import ReturningInsert

from idexx_desktop.db.models import clinic, table_of, visits
from idexx_desktop.db.repositories.case_statements import object_of
from idexx_desktop.db.repositories.host import HostTables, clinic_phone
from idexx_desktop.db.repositories.visit_pages import CALL_VISITS, NOTES, VISITS
from idexx_desktop.db.rows import insert_rows, rows_with

_SETTINGS = table_of(clinic.ClinicSettings)
_READINGS = table_of(visits.VisitReading)
_NOTES_OF_VISIT = and_(
    NOTES.c.clinic_id == VISITS.c.clinic_id,
    NOTES.c.visit_key == VISITS.c.visit_key,
    NOTES.c.user_id == VISITS.c.user_id,
)

_READING_OF_VISIT = and_(
    _READINGS.c.clinic_id == VISITS.c.clinic_id,
    _READINGS.c.visit_key == VISITS.c.visit_key,
    _READINGS.c.user_id == VISITS.c.user_id,
)

# in a call's metadata, for a calling system: the sentences that say why it is made with care
WITH_CARE = "with_care"
# there, too: the pets for which nothing was written for the owner, so that what is told of them are the vet's notes
FROM_NOTES = "from_notes"
_CALL_COLUMNS = (
    "user_id", "case_id", "customer_phone", "scheduled_for", "status", "dynamic_variables", "metadata", "created_at",
    "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallStatements:
    """Parameters: `user`, `clinic`, and `keys` (of visits), `calls` or `rows` (see `rows_with`).

    `tell` brings queued calls up to their visits; number and time stay where they are NULL.
    `household` locks the calls that visits are on: none is handed over before the transaction ends.
    """

    household: Select[Any]
    members: Select[Any]
    pets: Select[Any]
    tell: Update
    add: ReturningInsert[Any]


@lru_cache(maxsize=8)
def call_statements(tables: HostTables) -> CallStatements:
    """The statements for these tables."""
    add = insert_rows(tables.calls, _CALL_COLUMNS)
    return CallStatements(
        household=_household(tables),
        members=_members(),
        pets=_pets(tables),
        tell=_tell(tables),
        add=add.returning(tables.calls.c.id, tables.calls.c.case_id),
    )


def _household(tables: HostTables) -> Select[Any]:
    calls = tables.calls
    return (
        select(CALL_VISITS.c.visit_key, CALL_VISITS.c.call_id, calls.c.status)
        .join(calls, calls.c.id == CALL_VISITS.c.call_id)
        .where(
            CALL_VISITS.c.user_id == bindparam("user"),
            CALL_VISITS.c.clinic_id == bindparam("clinic"),
            CALL_VISITS.c.visit_key == func.any(bindparam("keys", type_=ARRAY(Text))),
            CALL_VISITS.c.active,
            calls.c.user_id == bindparam("user"),
        )
        .order_by(CALL_VISITS.c.call_id)
        .with_for_update(of=calls)
    )


def _tell(tables: HostTables) -> Update:
    calls = tables.calls
    names = (
        "id",
        "case_id",
        "customer_phone",
        "scheduled_for",
        "dynamic_variables",
        "metadata",
        "updated_at",
    )
    given = rows_with({name: calls.c[name].type for name in names if name in calls.c})
    values: dict[str, Any] = {column.name: column for column in given.c if column.name != "id"}
    for kept in ("customer_phone", "scheduled_for"):
        values[kept] = func.coalesce(given.c[kept], calls.c[kept])
    # what else stands there stays
    ours = literal([WITH_CARE, FROM_NOTES], ARRAY(Text))
    values["metadata"] = object_of(calls.c.metadata).op("-")(ours).op("||")(given.c.metadata)
    return (
        update(calls)
        .where(calls.c.id == given.c.id, calls.c.user_id == bindparam("user"), calls.c.status == "queued")
        .values(values)
    )


def _members() -> Select[Any]:
    return select(CALL_VISITS.c.call_id, CALL_VISITS.c.visit_key).where(
        CALL_VISITS.c.call_id == func.any(bindparam("calls", type_=ARRAY(Uuid))),
        CALL_VISITS.c.user_id == bindparam("user"),
        CALL_VISITS.c.clinic_id == bindparam("clinic"),
        CALL_VISITS.c.active,
    )


def _pets(tables: HostTables) -> Select[Any]:
    """Each visit with its text and its own discharge summary and notes, and with how the clinic is named and reached.

    `read` has the last two; it is NULL where what was read of the visit isn't kept any more.
    """
    clinics = tables.clinics
    named = ("visit_key", "case_id", "patient_name", "owner_name", "provider", "visit_at", "kind", "trace")
    of_clinic = clinics.join(_SETTINGS, _SETTINGS.c.clinic_id == clinics.c.id)
    # one look for each visit: joined, all notes would be read, as long as the server hasn't noticed how many there are
    text = select(NOTES.c.current_text).where(_NOTES_OF_VISIT).correlate(VISITS).scalar_subquery()
    page = _READINGS.c.content["consultation"]
    written = [part for name in ("discharge_summary", "notes") for part in (name, page[name].astext)]
    read = (
        select(func.jsonb_build_object(*written)).where(_READING_OF_VISIT).correlate(VISITS).scalar_subquery()
    )
    return (
        select(
            *(VISITS.c[name] for name in named),
            text.label("current_text"),
            read.label("read"),
            clinics.c.name.label("clinic_name"),
            clinic_phone(tables).label("clinic_phone"),
            _SETTINGS.c.emergency_phone,
            _SETTINGS.c.timezone,
        )
        .select_from(VISITS.join(of_clinic, clinics.c.id == VISITS.c.clinic_id))
        .where(
            VISITS.c.user_id == bindparam("user"),
            VISITS.c.clinic_id == bindparam("clinic"),
            VISITS.c.visit_key == func.any(bindparam("keys", type_=ARRAY(Text))),
        )
        .order_by(VISITS.c.visit_at, VISITS.c.visit_key)
    )
