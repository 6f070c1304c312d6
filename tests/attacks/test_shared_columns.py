"""Every column that an ordinary login may write is thought about, by name; and no name is left of one that is gone."""

from __future__ import annotations

import psycopg
import pytest

from tests.attacks.expectations import HOST
from tests.attacks.filled import Filled
from tests.attacks.shared_columns import SHARED

WRITABLE = """
    SELECT c.relname::text, a.attname::text
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (has_column_privilege('idexx_user', c.oid, a.attnum, 'INSERT')
        OR has_column_privilege('idexx_user', c.oid, a.attnum, 'UPDATE'))
"""


def named() -> set[tuple[str, str]]:
    """What the table names, by table and column."""
    return {(table, name) for table, lines in SHARED.items() for line in lines for name in line.names()}


def writable(filled: Filled) -> set[tuple[str, str]]:
    """What the catalogue lets a login of the group write; a platform's grants on its own tables are its own."""
    with psycopg.connect(filled.database.owner_url) as owner:
        found = set(owner.execute(WRITABLE).fetchall())
    return {(table, column) for table, column in found if not (filled.is_adopted and table in HOST)}


def test_the_table_and_the_catalogue_name_the_same_columns(filled: Filled) -> None:
    expected = {(table, name) for table, name in named() if not (filled.is_adopted and table in HOST)}
    assert writable(filled) == expected


def test_each_column_is_named_once() -> None:
    for table, lines in SHARED.items():
        names = [name for line in lines for name in line.names()]
        assert len(names) == len(set(names)), table


@pytest.mark.parametrize("word", ["path", "file", "folder", "program", "command", "host", "port"])
def test_nobody_writes_what_names_a_place_of_a_computer(our_own: Filled, word: str) -> None:
    assert [column for _, column in writable(our_own) if word in column.split("_")] == []
