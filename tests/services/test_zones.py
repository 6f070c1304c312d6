"""A clinic's time zone is one that every computer knows."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.places import time_zones
from idexx_desktop.services.settings import check_zone

OWN = "Oak/Street"


@pytest.fixture
def own_zone(tmp_path: Path) -> Iterator[None]:
    """A zone that somebody has put among this computer's own."""
    before = zoneinfo.TZPATH
    (tmp_path / "Oak").mkdir()
    known = resources.files("tzdata") / "zoneinfo" / "America" / "New_York"
    (tmp_path / OWN).write_bytes(known.read_bytes())
    zoneinfo.reset_tzpath([str(tmp_path)])
    time_zones.cache_clear()
    yield
    zoneinfo.reset_tzpath(before)
    time_zones.cache_clear()


@pytest.mark.usefixtures("own_zone")
def test_a_zone_that_only_this_computer_knows() -> None:
    assert OWN in zoneinfo.available_timezones()
    with pytest.raises(Failure) as refused:
        check_zone(OWN)
    assert refused.value.code is FailureCode.INVALID_INPUT
    assert "Only this computer knows the time zone" in refused.value.title
    assert OWN not in time_zones()


@pytest.mark.parametrize("name", ["America/Los_Angeles", "UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_zones_of_the_world(name: str) -> None:
    assert check_zone(name).key == name
