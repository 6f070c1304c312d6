"""Old records for the tests of retention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from idexx_desktop.domain.placing import Where, speak_of
from tests.db.old_record import JANUARY, WEEK, Old, fill, service_of
from tests.support.old_rows import as_root, pretend_exported
from tests.support.postgres import TEMPLATE, AllRecords, ClinicDatabase, People, TestServer


@pytest.fixture(autouse=True)
def records_on_a_server(records_on_this_computer: None) -> None:
    """What is here is about a database that several logins share."""
    speak_of(Where.ON_SERVER)


@pytest.fixture
def old(clinic_records: AllRecords, tmp_path: Path) -> Old:
    """A record that `fill` has filled."""
    url = clinic_records.database.owner_url
    with psycopg.connect(url) as connection:
        fill(connection, clinic_records.database.people)
    return Old(clinic_records, service_of(url), tmp_path)


@pytest.fixture(scope="module")
def waited(postgres: TestServer, people: People, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's address of a record whose January could go now; made once, changes are rolled back."""
    database = ClinicDatabase(postgres, postgres.create(template=TEMPLATE), people)
    with psycopg.connect(database.owner_url) as connection:
        fill(connection, people)
    service = service_of(database.owner_url)
    service.export(tmp_path_factory.mktemp("exports"))
    with psycopg.connect(database.owner_url) as connection:
        as_root(connection)
        pretend_exported(connection, JANUARY, WEEK + timedelta(days=1))
    yield database.owner_url
    postgres.drop(database.name)


@pytest.fixture
def root(waited: str) -> Iterator[psycopg.Connection]:
    """A superuser's transaction, rolled back at the end; triggers are stopped, as only a superuser can."""
    with psycopg.connect(waited) as connection:
        as_root(connection)
        yield connection
        connection.rollback()
