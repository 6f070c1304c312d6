"""What a row reads in a column of states, and where that stands among the others when the column is sorted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failure_codes import FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import UNDER_WAY
from idexx_desktop.domain.others_calls import CANCELLED, FAILED, QUEUED
from idexx_desktop.domain.records import CallRecord, MissedRun, SessionRecord


class Ending(StrEnum):
    """How a sync of the history ended, from what is well to what isn't."""

    ALL_IN = "all_in"
    SYNCING = "syncing"
    STOPPED_BY_YOU = "stopped_by_you"
    MISSED = "missed"
    LEFT_OVER = "left_over"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"


def ending(row: SessionRecord | MissedRun) -> Ending:
    """How this one ended."""
    if isinstance(row, MissedRun):
        return Ending.MISSED
    if row.status == "running":
        return Ending.SYNCING
    if row.status == "completed":
        return Ending.LEFT_OVER if row.consultations_failed else Ending.ALL_IN
    if row.status == "timeout":
        return Ending.INTERRUPTED
    return Ending.STOPPED_BY_YOU if row.failure_code == FailureCode.CANCELLED else Ending.STOPPED


# a call that a switch of the clinic took back, and gives back
PAUSED = "paused"
# no outcome that somebody has noted changes what these read
NOT_MADE = (QUEUED, PAUSED, CANCELLED)
COMPLETED = "completed"


def call_reads(call: CallRecord) -> str:
    """The status of a call, or what came of it; a status of another program reads `failed`.

    Without the time of day, which is no part of an order: of queued calls those that are due come first by their time.
    """
    if call.status in NOT_MADE:
        return call.status
    said = call.outcomes[-1].outcome if call.outcomes else ""
    if said in set(CallOutcomeKind):
        return said
    return call.status if call.status in CALL_RANKS else FAILED


def _ranks(*words: str) -> Mapping[str, int]:
    return {word: rank for rank, word in enumerate(words)}


ENDING_RANKS = _ranks(*Ending)
CALL_RANKS = _ranks(QUEUED, *UNDER_WAY, COMPLETED, *CallOutcomeKind, FAILED, PAUSED, CANCELLED)
TRIGGER_RANKS = _ranks(*Trigger)
# what starts a sync in a newer version
OTHER_TRIGGER = len(TRIGGER_RANKS)
