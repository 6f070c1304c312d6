"""Addresses, places and preferences, as the first run uses them."""

from __future__ import annotations

import pytest

from idexx_desktop.gui import places
from idexx_desktop.gui.first_run.clinic_step import is_address
from idexx_desktop.gui.preferences import Preferences


@pytest.mark.parametrize(
    ("text", "good"),
    [("a@b.co", True), ("a@b", False), ("@b.co", False), ("a b@c.de", False), ("", False), ("a@.", False)],
)
def test_addresses(text: str, good: bool) -> None:
    assert is_address(text) is good


def test_places_are_usable() -> None:
    assert places.system_zone() in places.time_zones()
    assert "America/Los_Angeles" in places.time_zones()
    names = dict(places.countries())
    assert (names["US"], names["CA"], names["GB"]) == ("United States", "Canada", "United Kingdom")
    assert places.system_country() in names
    assert places.region_of("US") == places.region_of("NZ") == "https://us.idexxneo.com"


def test_preferences_without_a_folder_last_until_the_end() -> None:
    kept = Preferences(None)
    kept.put("a", "b")
    assert kept.get("a") == "b"
    assert Preferences(None).get("a") == ""
