"""Where the telephones of owners may ring: the times and the laws that a call to them has to suit."""

from __future__ import annotations

from collections.abc import Iterable

from idexx_desktop.domain.calling_hours import Area
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.phones import Phone, dialable


def areas_of(phone: Phone, rules: CallRules) -> tuple[Area, ...]:
    """Where this number may ring; where it doesn't tell, it is in the clinic's zone and country."""
    place = rules.hours.place_of(phone.e164 or "", phone.region or rules.country)
    return tuple(Area(zone, place) for zone in phone.zones or (rules.zone,))


def areas_of_all(numbers: Iterable[str], rules: CallRules) -> tuple[Area, ...]:
    """Where any of these numbers may ring, each place once, always in the same order."""
    found = {area for number in numbers for area in areas_of(dialable(number, rules.country), rules)}
    return tuple(sorted(found, key=lambda area: (area.zone.key, area.place)))


def of_clinic(rules: CallRules) -> Area:
    """Where the clinic is, as far as its settings say."""
    return Area(rules.zone, rules.country)
