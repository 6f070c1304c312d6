"""Many rows in one statement: sent as JSON, and a table to the server. What a statement costs is paid once for all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, TableClause, TableValuedAlias, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.types import TypeEngine


def rows_with(columns: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """The parameter `rows`, made by `as_rows`, as a table `given` with these columns; what a row lacks is NULL."""
    rows = func.jsonb_to_recordset(cast(bindparam("rows", type_=Text), JSONB))
    named = [column(name, kind) for name, kind in columns.items()]
    return rows.table_valued(*named).render_derived(name="given", with_types=True)


def insert_rows(into: TableClause, names: Iterable[str]) -> Insert:
    """Insert the parameter `rows`: of these columns those that the table has, and no others."""
    columns = {name: into.c[name].type for name in names if name in into.c}
    given: Select[Any] = select(*rows_with(columns).c)
    return insert(into).from_select(list(columns), given, include_defaults=False)


def as_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """Objects as the parameter `rows`; ids and instants become the text that the server reads."""
    return json.dumps(list(rows), default=str)
