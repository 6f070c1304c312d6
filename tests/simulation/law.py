"""The law in the simulated weeks, by hand: what each version of the data says of the numbers of the model.

The program reads its own file; what may be called when is written down here a second time, so that it can be judged.
"""

from __future__ import annotations

from datetime import datetime, time

import pytest

from idexx_desktop.domain.calling_hours import Binds, CallingHours, HoursLaw, Law, Source
from idexx_desktop.domain.calling_hours_file import calling_hours
from idexx_desktop.domain.decisions import CallRules
from tests.simulation.numbers import ZONES

HAWAII, FLORIDA = "+18085550145", "+13055550134"
_ANYWHERE = (time(8), time(21))
_IN_FLORIDA = (time(8), time(20))
_SUNDAY = 6
LAW_CHANGES, LAW_AS_IT_CAME = "the law changes", "the law as it came"
_NEWER = "2099-01-01"
# who calls: a system, for which the owners of the model never agreed to anything; or people
CALLERS: dict[str, dict[str, object]] = {
    "a system calls": {"automated": True, "hold_without_consent": True},
    "people call": {"automated": False},
}


def _made_up() -> CallingHours:
    """A later version: in Hawaii from ten to five, not on Sundays; all else as it came."""
    came = calling_hours()
    source = Source("made up for the simulated weeks", "https://example.org", "1")
    law = Law("US-HI", "Hawaii", Binds.ALL_CALLS, source, verified=False)
    week = (*[((time(10), time(17)),)] * 6, ())
    return CallingHours(_NEWER, (*came.laws, HoursLaw(law, week)), came.say_first, came.states)


LAWS = {LAW_AS_IT_CAME: calling_hours(), LAW_CHANGES: _made_up()}


def lacks_consent(rules: CallRules) -> bool:
    """Whether nobody may be called: a system would, and nobody of the model has agreed to that."""
    return rules.automated and rules.hold_without_consent


# puts other data in the place of what came with the program, until it is undone
OTHER_LAW = pytest.MonkeyPatch()


def may_be_called(number: str, moment: datetime, judged_by: str) -> bool:
    """Whether this number of the model may be called then, by this version of the law."""
    there = moment.astimezone(ZONES[number])
    if number == HAWAII and judged_by == _NEWER:
        return there.weekday() != _SUNDAY and time(10) <= there.time() < time(17)
    first, last = _IN_FLORIDA if number == FLORIDA else _ANYWHERE
    return first <= there.time() < last
