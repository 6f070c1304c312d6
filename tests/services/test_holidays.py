"""Public holidays: those of a country and its regions, from today on; loaded only when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import psycopg
import pytest

from idexx_desktop.db import provision
from idexx_desktop.domain.days_off import DaysOff
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import holidays, setting_up
from idexx_desktop.services.setting_up import SetUp

TODAY = date(2026, 11, 22)
offered = pytest.mark.skipif(not holidays.are_offered(), reason="the package holidays is not installed")


@offered
def test_those_of_a_country_to_the_end_of_next_year() -> None:
    days = holidays.public_holidays("US", None, TODAY)
    assert {date(2026, 11, 26), date(2026, 12, 25), date(2027, 7, 4)} <= days
    assert min(days) >= TODAY
    assert max(days) <= date(2027, 12, 31)


@offered
def test_a_region_has_some_of_its_own() -> None:
    assert ("CA", "California") in holidays.regions("US")
    independence_of_texas = date(2027, 3, 2)
    assert independence_of_texas in holidays.public_holidays("US", "TX", TODAY)
    assert independence_of_texas not in holidays.public_holidays("US", "CA", TODAY)


@offered
@pytest.mark.parametrize("country", ["US", "CA", "GB", "IE", "AU", "NZ"])
def test_the_countries_where_neo_is_sold_are_known(country: str) -> None:
    assert len(holidays.public_holidays(country, None, TODAY)) >= 6
    regions = holidays.regions(country)
    assert [name for _, name in regions] == sorted(name for _, name in regions)


@offered
@pytest.mark.parametrize(("country", "region"), [("XX", None), ("US", "Atlantis")])
def test_unknown_places_are_said(country: str, region: str | None) -> None:
    with pytest.raises(Failure) as raised:
        holidays.public_holidays(country, region, TODAY)
    assert raised.value.code is FailureCode.INVALID_INPUT
    assert country in raised.value.title


def test_nothing_is_loaded_before() -> None:
    code = (
        "import sys, idexx_desktop.services.holidays as h; h.are_offered(); print('holidays' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert shown.stdout.strip() == "False"


def test_a_new_clinic_makes_no_calls_on_sundays_and_holidays() -> None:
    closed = setting_up._days_off(SetUp("Oak", "America/Los_Angeles", "pm@oak.example"))
    assert closed.weekdays == {6}
    assert {(day.month, day.day) for day in closed.days} >= {(12, 25), (1, 1)}
    nowhere = setting_up._days_off(SetUp("Oak", "UTC", "pm@oak.example", country="XX"))
    assert nowhere.weekdays == {6}
    assert nowhere.days == frozenset()


def test_the_days_off_of_a_new_clinic_are_kept(empty_database: str) -> None:
    closed = DaysOff(frozenset({6}), frozenset({date(2026, 12, 25)}))
    provision.prepare(empty_database)
    clinic = provision.create_clinic(empty_database, "Oak", "UTC", neo_url="https://x.example", closed=closed)
    provision.create_clinic(empty_database, "Oak", "UTC", neo_url="https://x.example")
    with psycopg.connect(empty_database) as owner:
        row = owner.execute(
            "SELECT closed_weekdays, closed_days FROM clinic_settings WHERE clinic_id::text = %s", (clinic,)
        ).fetchone()
    assert row == ([6], [date(2026, 12, 25)]), "a clinic that is there keeps its own"
