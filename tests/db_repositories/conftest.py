"""One transaction of user A, and the superuser's look at the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from idexx_desktop.db.transaction import Transaction
from tests.support.postgres import AllRecords, ClinicDatabase

Rows = list[dict[str, Any]]
Query = Callable[..., Rows]


@pytest.fixture
def tx(clinic_records: AllRecords) -> Iterator[Transaction]:
    """A transaction of user A, committed at the end."""
    with clinic_records.a.transaction() as transaction:
        yield transaction


@pytest.fixture
def as_owner(clinic_database: ClinicDatabase) -> Iterator[Query]:
    """Give a statement as the superuser, committed at once; the rows it returns."""
    with psycopg.connect(clinic_database.owner_url, autocommit=True, row_factory=dict_row) as connection:

        def query(statement: str, *values: object) -> Rows:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

        yield query
