"""What people read of the law: why a time can't be, and what holds in a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idexx_desktop.domain.call_times import forbidden_by
from idexx_desktop.domain.calling_hours import NEVER_AFTER, NEVER_BEFORE, Area, Hours, HoursLaw
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.findings import moment_words
from idexx_desktop.domain.habits import habits_of

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
UNVERIFIED = "unverified"


def not_then(moment: datetime, rules: CallRules, owner: Sequence[Area]) -> str:
    """Why nobody may be called at this instant, which a person chose."""
    when, clock = moment_words(moment, rules.zone, rules.country), habits_of(rules.country).clock
    locals_there = [moment.astimezone(area.zone).time() for area in owner] or [
        moment.astimezone(rules.zone).time()
    ]
    if not all(NEVER_BEFORE <= there < NEVER_AFTER for there in locals_there):
        return f"{when} is before {clock(NEVER_BEFORE)} or after {clock(NEVER_AFTER)} where the owner lives."
    law = forbidden_by(moment, rules, owner)
    if law is None:
        raise AssertionError("a time at which owners may be called")
    mark = "" if law.law.verified else f" ({UNVERIFIED})"
    return f"{when} is outside the hours of calls in {law.law.name}: {hours_words(law, rules.country)}{mark}."


def hours_words(law: HoursLaw, country: str) -> str:
    """ "9:00 AM to 8:00 PM, none on Sundays and public holidays": days with the same hours together."""
    kinds: dict[Hours, list[str]] = {}
    for name, hours in zip(_DAYS, law.week, strict=True):
        kinds.setdefault(hours, []).append(name)
    off = kinds.pop((), [])
    usual = max(kinds, key=lambda hours: len(kinds[hours]))
    said = [_span_words(usual, country)]
    said += [
        f"{_listed(days)} {_span_words(hours, country)}" for hours, days in kinds.items() if hours != usual
    ]
    if law.not_on_holidays:
        off = [*off, "public holidays"]
    return ", ".join([*said, *([f"none on {_listed(off)}"] if off else [])])


def _span_words(hours: Hours, country: str) -> str:
    clock = habits_of(country).clock
    return " and ".join(f"{clock(first)} to {clock(last)}" for first, last in hours)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
