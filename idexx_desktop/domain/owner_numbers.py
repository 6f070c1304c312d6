"""What people said of owners' numbers: that one is wrong, which to use in its place, and when its owner likes calls.

All of it hangs on the number as Neo has it: with another number in Neo it is another owner's telephone, and nothing
that was said of the one before holds any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from idexx_desktop.domain.call_times import spans_of
from idexx_desktop.domain.habits import habits_of
from idexx_desktop.domain.local_time import instant
from idexx_desktop.domain.newer import is_known
from idexx_desktop.domain.phones import Phone, dialable

if TYPE_CHECKING:
    from idexx_desktop.domain.calling_hours import Area
    from idexx_desktop.domain.decisions import CallRules

_SECOND = timedelta(seconds=1)


class PartOfDay(StrEnum):
    """When an owner likes to be called, where they live."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


# from when, the hour that is tried first, and until when
HOURS: Mapping[PartOfDay, tuple[time, time, time]] = {
    PartOfDay.MORNING: (time(8), time(10), time(12)),
    PartOfDay.AFTERNOON: (time(12), time(14), time(17)),
    PartOfDay.EVENING: (time(17), time(17, 30), time(21)),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """What holds of a number that Neo has: another one (E.164) in its place, and the part of the day that suits."""

    use_instead: str | None = None
    suits: PartOfDay | None = None


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A number (E.164) at which somebody else answered, who said so, and when."""

    phone: str
    told_at: datetime
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class OwnerContact:
    """A contact with the number (E.164) that it hangs on, who said it, and when."""

    phone: str
    contact: Contact
    said_at: datetime
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class OwnerNumbers:
    """All that a page shows of one owner's numbers.

    `phone`: the first in Neo that can be dialled, None where there is none; `called`: the one that is called, which
    `contact` may have put in its place. `others`: further ones of the owner that may be called, in Neo or at their
    other visits. `wrong`: those among all of these that are wrong.
    """

    phone: str | None
    called: str | None
    others: tuple[str, ...] = ()
    wrong: tuple[WrongNumber, ...] = ()
    contact: OwnerContact | None = None


def contact_of(use_instead: str | None, suits: str | None) -> Contact:
    """A row's contact; a part of the day that only a newer version knows is as if nobody had said it."""
    return Contact(use_instead, PartOfDay(suits) if suits and is_known(PartOfDay, suits) else None)


def in_its_place(phone: Phone, rules: CallRules) -> Phone:
    """The number that a person said to use instead; its own zones count. The others of its owner stay the others."""
    contact = rules.contacts.get(phone.e164 or "")
    if contact is None or contact.use_instead is None:
        return phone
    instead = dialable(contact.use_instead, rules.country)
    if instead.e164 is None:  # what a newer version can dial
        return phone
    all_others = (phone.e164 or "", *phone.others)
    others = tuple(number for number in all_others if number != instead.e164)
    return replace(instead, extension="", others=others)


def told_wrong(number: str, rules: CallRules) -> str:
    """Since when a number is known as wrong, in words; "" where it isn't."""
    told_at = rules.wrong_numbers.get(number)
    if told_at is None:
        return ""
    when = habits_of(rules.country).day(told_at.astimezone(rules.zone).date())
    return f"{spoken(number)} was the wrong number on {when}."


def at_best_time(
    due: datetime, suits: PartOfDay | None, rules: CallRules, areas: Sequence[Area], now: datetime
) -> datetime:
    """The same day, in the part of it that suits the owner, as far as the windows leave anything of that."""
    if suits is None or due <= now:
        return due
    zone = areas[0].zone if areas else rules.zone
    first, wished, end = (instant(due.astimezone(zone).date(), hour, zone) for hour in HOURS[suits])
    if first <= due < end:
        return due
    for span in spans_of(due, rules, areas):
        earliest, latest = max(span.first, first, now + _SECOND), min(span.last, end - _SECOND)
        if earliest <= latest:
            return min(max(wished, earliest), latest)
    return due


def spoken(number: str) -> str:
    """A North American number in groups, `+1 510 555 0123`; any other as it is."""
    digits = number[2:]
    if number.startswith("+1") and len(digits) == 10 and digits.isascii() and digits.isdigit():
        return f"+1 {digits[:3]} {digits[3:6]} {digits[6:]}"
    return number
