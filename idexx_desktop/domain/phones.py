"""Owners' numbers as typed into Neo, turned into numbers that can be dialled.

The rules of numbering come from `phonenumbers`; it is imported at first use, because it is large.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


class PhoneProblem(StrEnum):
    """Why a number cannot be called."""

    MISSING = "missing"
    UNDIALABLE = "undialable"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164, or the problem with it.

    `zones` are the time zones where it may ring, () where that cannot be known from the number. `region` is its country
    (ISO 3166), "" where it belongs to none.
    `others` are further numbers of the same field, in E.164.
    """

    e164: str | None = None
    extension: str = ""
    zones: tuple[ZoneInfo, ...] = ()
    others: tuple[str, ...] = ()
    problem: PhoneProblem | None = None
    region: str = ""


@lru_cache(maxsize=4096)
def dialable(raw: str, country: str) -> Phone:
    """The first number of a field that can be dialled. `country` (ISO 3166) is that of numbers without a code.

    A field may hold several numbers and words ("555-1234 / 510-555-9999 wife").
    """
    if not re.search(r"\d", raw):
        return Phone(problem=PhoneProblem.MISSING)
    numbers = _numbers(raw, country)
    if not numbers:
        return Phone(problem=PhoneProblem.UNDIALABLE)
    first, *others = numbers
    e164 = _e164(first)
    more = tuple(dict.fromkeys(number for number in map(_e164, others) if number != e164))
    return Phone(e164, first.extension or "", _zones(first), more, region=_region(first))


def first_dialable(typed: Iterable[str], country: str) -> Phone:
    """The first of an owner's fields with a number that can be dialled; all other numbers are its `others`."""
    found = [dialable(text, country) for text in typed]
    usable = [phone for phone in found if phone.e164 is not None]
    if not usable:
        missing = Phone(problem=PhoneProblem.MISSING)
        return next((phone for phone in found if phone.problem is PhoneProblem.UNDIALABLE), missing)
    first, *rest = usable
    more = (*first.others, *(number for phone in rest for number in (phone.e164, *phone.others) if number))
    return replace(first, others=tuple(dict.fromkeys(number for number in more if number != first.e164)))


def _numbers(raw: str, country: str) -> list[PhoneNumber]:
    from phonenumbers import Leniency, PhoneNumberMatcher

    found = PhoneNumberMatcher(raw[:200], country.upper(), Leniency.VALID)
    return [match.number for match in found if _can_be_called(match.number)]


def _can_be_called(number: PhoneNumber) -> bool:
    """Whether a person answers it: no premium-rate lines, pagers or mailboxes, and nothing like 555 555 5555."""
    from phonenumbers import PhoneNumberType, number_type

    callable_types = {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.TOLL_FREE,
    }
    return number_type(number) in callable_types and len(set(str(number.national_number))) > 1


def _e164(number: PhoneNumber) -> str:
    from phonenumbers import PhoneNumberFormat, format_number

    return format_number(number, PhoneNumberFormat.E164)


def _zones(number: PhoneNumber) -> tuple[ZoneInfo, ...]:
    from phonenumbers import PhoneNumberType, number_type
    from phonenumbers.timezone import time_zones_for_number

    nowhere = {PhoneNumberType.VOIP, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.TOLL_FREE}
    if number_type(number) in nowhere:
        return ()
    return tuple(zone for name in time_zones_for_number(number) if (zone := _zone(name)) is not None)


def _region(number: PhoneNumber) -> str:
    from phonenumbers import region_code_for_number

    region = region_code_for_number(number) or ""
    return region if region.isalpha() else ""  # "001" is what belongs to no country


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name != "Etc/Unknown" else None
    except ZoneInfoNotFoundError:
        return None


def can_be_spoken(number: str, country: str) -> bool:
    """Whether an owner who hears this number of the clinic can dial it; "" is said to nobody."""
    return not number.strip() or dialable(number, country).e164 is not None
