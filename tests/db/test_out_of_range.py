"""Every time that a row may hold can be read, and what Python can hold is read as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from idexx_desktop.db.connecting import connect, make_engine
from idexx_desktop.db.out_of_range import EARLIEST, LATEST
from tests.support.postgres import TestServer


def read(server: TestServer, expression: str) -> Any:
    """One value, as the program's own engine reads it."""
    engine = make_engine(server.url())
    try:
        with engine.connect() as connection:
            return connection.execute(text(f"SELECT {expression}")).scalar()
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("'infinity'::timestamptz", LATEST),
        ("'-infinity'::timestamptz", EARLIEST),
        ("'20000-01-01 00:00:00+00'::timestamptz", LATEST),
        ("'0044-03-15 12:00:00+00 BC'::timestamptz", EARLIEST),
        ("'infinity'::date", LATEST.date()),
        ("'-infinity'::date", EARLIEST.date()),
        ("'5874897-12-31'::date", LATEST.date()),
        ("'4713-01-01 BC'::date", EARLIEST.date()),
        ("ARRAY['infinity', '2026-11-19']::date[]", [LATEST.date(), date(2026, 11, 19)]),
        ("'24:00'::time", time(23, 59, 59, 999_999)),
        ("'2026-11-18 15:00:00.25-08'::timestamptz", datetime(2026, 11, 18, 23, 0, 0, 250_000, tzinfo=UTC)),
        ("'0001-01-01 00:00:00+00'::timestamptz", EARLIEST),
        ("'9999-12-31 23:59:59+00'::timestamptz", LATEST),
        ("'9999-12-31 23:59:59-15:59'::timestamptz", LATEST),
        ("'0001-01-01'::date", EARLIEST.date()),
        ("'9999-12-31'::date", LATEST.date()),
        ("'2026-11-18'::date", date(2026, 11, 18)),
        ("'08:30'::time", time(8, 30)),
        ("NULL::timestamptz", None),
    ],
)
def test_whatever_a_row_holds_is_read(postgres: TestServer, expression: str, found: object) -> None:
    assert read(postgres, expression) == found


@pytest.mark.parametrize("style", ["ISO, DMY", "SQL, DMY", "German", "Postgres, MDY"])
def test_a_database_with_another_style_of_dates(postgres: TestServer, style: str) -> None:
    name = postgres.create()
    try:
        postgres.run(sql.SQL("ALTER DATABASE {} SET datestyle = {}").format(sql.Identifier(name), style))
        with connect(postgres.url(name)) as connection:
            row = connection.execute(
                "SELECT '2026-11-18T23:00:00Z'::timestamptz, 'infinity'::date"
            ).fetchone()
        assert row == (datetime(2026, 11, 18, 23, 0, tzinfo=UTC), LATEST.date())
    finally:
        postgres.drop(name)


def test_the_ends_leave_room_for_a_zone_and_a_day() -> None:
    for end in (EARLIEST, LATEST):
        for zone in ("Pacific/Kiritimati", "America/Adak"):
            local = end.astimezone(ZoneInfo(zone))
            assert local + timedelta(days=30) > end > local - timedelta(days=30)


def test_times_are_what_the_driver_would_make_of_them(postgres: TestServer) -> None:
    query = "SELECT now(), now() - interval '90 years', '1883-11-18 12:00:00.000001+00'::timestamptz"
    with connect(postgres.url()) as ours, psycopg.connect(postgres.url(), options="-c timezone=UTC") as plain:
        assert ours.execute("SELECT now()").fetchone() is not None
        known = plain.execute(query).fetchone()
        assert known is not None
        assert (
            ours.execute("SELECT %s::timestamptz, %s::timestamptz, %s::timestamptz", known).fetchone()
            == known
        )
