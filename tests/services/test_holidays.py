"""Public holidays: those of a country and its regions, from today on; loaded only when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import holidays

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
