"""The host tables with the columns that this database really has.

An adopted platform may lack optional columns (`cases.clinic_id`, `cases.call_enabled`, ...) and always has
more than we know. So nothing is read by `*`, and what is written is cut down to what is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Enum,
    TableClause,
    Text,
    case,
    cast,
    column,
    func,
    literal_column,
    table,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from idexx_desktop.db.models import Base, clinic, host, table_of

_SETTINGS = table_of(clinic.ClinicSettings)
_FOUND = text("""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(:tables)
      AND a.attnum > 0 AND NOT a.attisdropped
""")


class Word(UserDefinedType[str]):
    """A word that the server reads as whatever type its column has: text, or somebody's own enum."""

    cache_ok = True

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def get_col_spec(self, **_: Any) -> str:
        """The server's own name of that type."""
        return self.type_name


@dataclass(frozen=True, eq=False)
class HostTables:
    """The host tables, each with those of our columns that it has.

    `reported`: of calls, each column of a calling system as JSON, by its own name after `said_`, and bounded.
    """

    users: TableClause
    clinics: TableClause
    cases: TableClause
    patients: TableClause
    calls: TableClause
    reported: tuple[ColumnElement[Any], ...] = ()


# what calling systems write about a call, where a platform's table has it; never needed, whatever type it has
_REPORTED = (
    "ended_reason", "duration_seconds", "attention_types", "attention_severity", "attention_summary", "call_summary",
    "summary", "structured_data",
)  # fmt: skip
_LONGEST_REPORTED = 20_000


_MODELS: dict[str, type[Base]] = {
    "users": host.User,
    "clinics": host.Clinic,
    "cases": host.Case,
    "patients": host.Patient,
    "calls": host.DischargeCall,
}
_seen: WeakKeyDictionary[Engine, HostTables] = WeakKeyDictionary()


def host_tables(session: Session) -> HostTables:
    """The host tables of the session's database; looked up once per engine."""
    engine = session.get_bind().engine
    tables = _seen.get(engine)
    if tables is None:
        tables = _seen[engine] = _look_up(session)
    return tables


def present(target: TableClause, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values whose column is there."""
    return {name: value for name, value in values.items() if name in target.c}


def _look_up(session: Session) -> HostTables:
    names = [table_of(model).name for model in _MODELS.values()]
    found = {(row.relname, row.attname): row.type for row in session.execute(_FOUND, {"tables": names})}
    calls = table_of(host.DischargeCall).name
    reported = tuple(_reported(calls, name) for name in _REPORTED if (calls, name) in found)
    return HostTables(**{name: _cut(model, found) for name, model in _MODELS.items()}, reported=reported)


def _reported(calls: str, name: str) -> ColumnElement[Any]:
    whole: ColumnElement[Any] = literal_column(f"public.{calls}.{name}")  # two names of this program's own
    as_text = cast(whole, Text)
    whole_or_cut = case(
        (func.octet_length(as_text) <= _LONGEST_REPORTED, func.to_jsonb(whole)),
        else_=func.to_jsonb(func.left(as_text, _LONGEST_REPORTED)),
    )
    return type_coerce(whole_or_cut, JSONB).label(f"said_{name}")


def _cut(model: type[Base], found: Mapping[tuple[str, str], str]) -> TableClause:
    whole = table_of(model)
    return table(
        whole.name,
        *(
            column(each.name, Word(found[whole.name, each.name]) if _is_word(each) else each.type)
            for each in whole.columns
            if (whole.name, each.name) in found
        ),
        schema="public",
    )


def _is_word(described: Column[Any]) -> bool:
    return isinstance(described.type, Enum) or described.name == "status"


def clinic_phone(tables: HostTables) -> ColumnElement[str]:
    """The clinic's number in `clinic_settings`, else the platform's own where it keeps one."""
    numbers: list[ColumnElement[str]] = [func.nullif(_SETTINGS.c.clinic_phone, "")]
    if "phone" in tables.clinics.c:
        numbers.append(tables.clinics.c.phone)
    return func.coalesce(*numbers, "")
