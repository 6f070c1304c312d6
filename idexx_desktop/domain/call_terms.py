"""What a queued call carries beside number and time: the version of the law it was judged by, and whose voice speaks.

A calling system reads it in the call's `metadata`; this program reads it there to see what has to be judged again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idexx_desktop.domain.areas import areas_of
from idexx_desktop.domain.decisions import CallPlan, CallRules
from idexx_desktop.domain.phones import dialable

PERSON, ARTIFICIAL = "person", "artificial"
JUDGED_BY, VOICE, SAY_FIRST = CARRIED = ("calling_hours", "voice", "say_first")


@dataclass(frozen=True, slots=True)
class CallTerms:
    """`judged_by` is a version of `domain.calling_hours`, "" for a call from before there were any.

    `say_first` is what an artificial voice has to say before all else, "" for nothing.
    """

    judged_by: str = ""
    voice: str = PERSON
    say_first: str = ""

    def is_superseded(self, by: CallTerms) -> bool:
        """Whether the call has to be told these terms; what a newer version of the data judged is left alone."""
        return self != by and self.judged_by <= by.judged_by

    def as_metadata(self) -> dict[str, str]:
        """As the call's `metadata` has it."""
        return {JUDGED_BY: self.judged_by, VOICE: self.voice, SAY_FIRST: self.say_first}


UNJUDGED = CallTerms()


def terms_of(plan: CallPlan, rules: CallRules) -> CallTerms:
    """What a call to this number at this time carries."""
    if not rules.automated:
        return CallTerms(rules.hours.version)
    areas = areas_of(dialable(plan.phone, rules.country), rules)
    said = dict.fromkeys(
        rules.hours.first_words(area.place, plan.scheduled_for.astimezone(area.zone).date()) for area in areas
    )
    return CallTerms(rules.hours.version, ARTIFICIAL, " ".join(filter(None, said)))


def terms_in(metadata: Mapping[str, Any]) -> CallTerms:
    """What stands in a call's metadata, whoever wrote it."""
    told = (metadata.get(name) for name in CARRIED)
    judged_by, voice, say_first = (each if isinstance(each, str) else "" for each in told)
    return CallTerms(judged_by, voice or PERSON, say_first)
