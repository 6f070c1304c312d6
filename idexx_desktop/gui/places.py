"""Time zones, countries and Neo's regions, as forms offer them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QLocale, QTimeZone

from idexx_desktop.domain.local_time import zones_everywhere
from idexx_desktop.gui.strings import settings

# Neo's addresses by region (public help pages), with what a person reads
NEO_REGIONS: tuple[tuple[str, str], ...] = (
    ("https://us.idexxneo.com", settings.REGION_US),
    ("https://ca.idexxneo.com", settings.REGION_CA),
    ("https://uk.idexxneo.com", settings.REGION_UK),
)
_REGION_OF_COUNTRY = {"CA": 1, "GB": 2, "IE": 2}
_NOT_PLACES = ("Etc/", "US/", "SystemV/", "posix/", "right/")
_FALLBACK_ZONE = "America/New_York"


@cache
def time_zones() -> tuple[str, ...]:
    """The IANA names that name a place, in alphabetical order."""
    return tuple(
        sorted(name for name in zones_everywhere() if "/" in name and not name.startswith(_NOT_PLACES))
    )


def zone_words(name: str) -> str:
    """`America/Los Angeles`: an IANA name as a person reads it."""
    return name.replace("_", " ")


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 alpha-2, English name) of every country, by name."""
    found = {}
    for territory in QLocale.Country:
        code = QLocale.territoryToCode(territory)
        if len(code) == 2 and code.isalpha():
            found[code] = QLocale.territoryToString(territory)
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def system_zone() -> str:
    """The time zone of this computer where it names a place, else one to start from."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    # UTC, as servers have it, is no clinic's time: a person chooses in the form that shows this
    return name if name in time_zones() else _FALLBACK_ZONE


def system_country() -> str:
    """The country of this computer's language settings, as ISO 3166 alpha-2; US where it says none."""
    code = QLocale.territoryToCode(QLocale.system().territory())
    return code if len(code) == 2 and code.isalpha() else "US"


def region_of(country: str) -> str:
    """Neo's address for a country: the one of the United States where none is nearer."""
    return NEO_REGIONS[_REGION_OF_COUNTRY.get(country, 0)][0]
