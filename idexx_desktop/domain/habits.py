"""How a country writes times and days, in English words: as Unicode's CLDR knows it.

What machines read (files, the database, JSON) is ISO 8601 everywhere, and has nothing to do with this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TWELVE_HOURS = _codes(
    "AE AG AL AR AS AU BB BD BH BM BN BO BS BT CA CL CO CR CU CY DJ DM DO DZ EC EG EH ER ET FJ FM GD "
    "GH GM GR GT GU GY HK HN IN IQ JM JO KH KI KN KP KR KW KY LB LC LR LS LY MH MO MP MR MW MX MY NA "
    "NI NZ OM PA PE PG PH PK PR PS PW QA SA SB SD SG SL SO SS SV SY SZ TC TD TN TO TT TW UM US UY VC "
    "VE VG VI VU WS YE ZM"
)
_MONTH_FIRST = _codes("AS CA GU MH MP PH PR UM US VI")
_SUNDAY_FIRST = _codes(
    "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX "
    "MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW"
)
_SATURDAY_FIRST = _codes("AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Habits:
    """`first_weekday` is that of a calendar's week, Monday = 0."""

    twelve_hours: bool = False
    month_first: bool = False
    first_weekday: int = 0

    def clock(self, at: time) -> str:
        """`4:05 pm` or `16:05`."""
        if not self.twelve_hours:
            return f"{at:%H:%M}"
        return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"

    def day(self, day: date, *, year: bool = False) -> str:
        """`Nov 22` or `22 Nov`, and with the year `Nov 22, 2026` or `22 Nov 2026`."""
        month = _MONTHS[day.month - 1]
        if self.month_first:
            return f"{month} {day.day}, {day.year}" if year else f"{month} {day.day}"
        return f"{day.day} {month} {day.year}" if year else f"{day.day} {month}"


def habits_of(country: str) -> Habits:
    """Those of a country (ISO 3166 alpha-2); of one that isn't known, the most common ones."""
    first = 6 if country in _SUNDAY_FIRST else 5 if country in _SATURDAY_FIRST else 0
    return Habits(country in _TWELVE_HOURS, country in _MONTH_FIRST, first)
