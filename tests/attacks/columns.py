"""From the catalogue: every column of the schema `public` that a login may write, and what may stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import psycopg
from psycopg import sql

_WRITABLE = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           has_column_privilege(c.oid, a.attnum, 'INSERT'), has_column_privilege(c.oid, a.attnum, 'UPDATE'),
           coalesce((SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
                     FROM pg_enum e WHERE e.enumtypid = a.atttypid), '{}'),
           coalesce((SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
                     WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)), ''),
           EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u')
                   AND a.attnum = ANY (k.conkey))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND (has_column_privilege(c.oid, a.attnum, 'INSERT') OR has_column_privilege(c.oid, a.attnum, 'UPDATE'))
    ORDER BY c.relname, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that may be written. `labels`: of its enumeration, or those that a check names."""

    table: str
    name: str
    type: str
    may_insert: bool
    may_update: bool
    labels: tuple[str, ...]
    in_key: bool

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


class Attack(NamedTuple):
    """A value for a column; None is NULL."""

    column: Column
    value: str | None

    def __str__(self) -> str:
        return f"{self.column} = {self.value if self.value is None else self.value[:60]!r}"


def written_columns(url: str) -> list[Column]:
    """Those that this login may insert or update."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(_WRITABLE).fetchall()
    return [
        Column(table, name, kind, insert, update, (*labels, *_named(checks)), in_key)
        for table, name, kind, insert, update, labels, checks, in_key in rows
    ]


def _named(checks: str) -> Sequence[str]:
    """The texts that a check compares with."""
    return tuple(dict.fromkeys(re.findall(r"'([^']*)'::(?:text|character varying)", checks)))


def literal(value: str | None, kind: str) -> sql.Composed:
    """A value as SQL, of the column's type."""
    return sql.SQL("{}::{}").format(sql.Literal(value), sql.SQL(kind))


class Rows(NamedTuple):
    """Rows of one table as texts by column, as the database's owner sees them."""

    table: str
    rows: list[dict[str, str | None]]


def rows_of(owner_url: str, table: str, user: str | None, limit: int) -> list[dict[str, str | None]]:
    """The first rows of a user's, or of anybody where the table names none."""
    with psycopg.connect(owner_url) as owner:
        names = [
            name
            for (name,) in owner.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                (f"public.{table}",),
            )
        ]
        texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
        query = sql.SQL("SELECT {} FROM public.{}").format(texts, sql.Identifier(table))
        if "user_id" in names and user is not None:
            query += sql.SQL(" WHERE user_id = {}").format(sql.Literal(user))
        query += sql.SQL(" ORDER BY ctid LIMIT {}").format(sql.Literal(limit))
        return [dict(zip(names, row, strict=True)) for row in owner.execute(query)]
