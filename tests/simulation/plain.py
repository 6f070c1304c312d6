"""An ordinary visit, about which its owner is called: judged from Neo's model."""

from __future__ import annotations

from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.practice_words import NO_CALL
from idexx_desktop.domain.visits import VisitKind
from tests.simulation.law import lacks_consent
from tests.simulation.neo import (
    ASKED_ABOUT,
    FINISHED,
    NOT_TO_BE_CALLED,
    NOT_WRITTEN,
    OFF,
    TRIED_OUT,
    TYPES,
    Death,
    NeoVisit,
)
from tests.simulation.numbers import DIALLED
from tests.simulation.playing import Clinic


def is_finished(seen: NeoVisit) -> bool:
    """Whether everything that a call waits for is there."""
    return seen.consultation == FINISHED and seen.notes not in NOT_WRITTEN


def kind_gets_calls(rules: CallRules, seen: NeoVisit) -> bool:
    """Whether calls are on for its kind, and nobody said that its type goes without."""
    if not seen.appointment:
        return rules.kinds[VisitKind.GENERAL].enabled
    return rules.kinds[TYPES[seen.kind][0]].enabled and rules.types.get(seen.kind.lower()) != NO_CALL


def is_plain(clinic: Clinic, key: str, seen: NeoVisit) -> bool:
    """An ordinary finished visit whose owner can be called."""
    rules, records = clinic.records.rules, clinic.records
    number = clinic.neo.numbers[seen.pet[0]]
    return (
        is_finished(seen)
        and seen.shown_at is not None
        and seen.at <= clinic.now
        and not seen.unreadable
        and (seen.planned not in OFF or not seen.appointment)
        and clinic.neo.death(seen) is Death.NO
        and number in DIALLED
        and number != NOT_TO_BE_CALLED
        and seen.notes not in ASKED_ABOUT
        and seen.pet != TRIED_OUT
        and not {DIALLED[number][0], *DIALLED[number][1]} & rules.opted_out
        and not (DIALLED[number][0] in rules.contacts and rules.never_called)
        and kind_gets_calls(rules, seen)
        and key not in records.disabled
        and not rules.paused
        and not rules.review
        and not lacks_consent(rules)
    )
