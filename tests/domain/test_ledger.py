"""Which end a visit has, case by case; the database's own judgement is compared in `db_repositories/test_ledger.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.handed_over import LOOKED_BACK
from idexx_desktop.domain.ledger import OURS, Call, End, Facts, Standing, Step, standing
from idexx_desktop.domain.visits import VisitState

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCHEDULED = Facts(VisitState.SCHEDULED, NOW - DAY)
DUE = NOW + HOUR


def with_call(status: str, due: datetime | None = DUE, reason: str = "", outcome: str = "") -> Facts:
    return replace(SCHEDULED, call=Call(status, due, reason, outcome))


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (with_call("queued"), Standing(End.OPEN, Step.CALL, DUE)),
        (with_call("queued", None), Standing(End.LEAK)),
        (with_call("ringing", NOW), Standing(End.OPEN, Step.CALL_UNDER_WAY, NOW + HOUR)),
        (with_call("in_progress", NOW - LOOKED_BACK - HOUR), Standing(End.LEAK)),
        (with_call("in_progress", NOW - 9 * DAY, outcome="no_answer"), Standing(End.COULDNT_REACH)),
        (with_call("failed"), Standing(End.OPEN, Step.CALL_BY_HAND, NOW)),
        (with_call("failed", outcome="reached_well"), Standing(End.REACHED)),
        (with_call("cancelled"), Standing(End.LEAK)),
        (with_call("completed", reason="opted_out"), Standing(End.NOT_TO_BE_CALLED)),
        (with_call("completed", reason="", outcome="voicemail"), Standing(End.COULDNT_REACH)),
        (SCHEDULED, Standing(End.LEAK)),
        (replace(SCHEDULED, closed_by_person=True), Standing(End.NOT_TO_BE_CALLED)),
        (replace(SCHEDULED, rests_on_colleague=True), Standing(End.OPEN, Step.SYNC, NOW)),
        (replace(SCHEDULED, shared=Call("queued", DUE)), Standing(End.OPEN, Step.CALL, DUE)),
        (replace(SCHEDULED, shared=Call("completed", DUE, "wrong_number")), Standing(End.COULDNT_REACH)),
        (replace(SCHEDULED, state=VisitState.EXCLUDED), Standing(End.NOT_TO_BE_CALLED)),
        (replace(SCHEDULED, state=VisitState.HELD), Standing(End.OPEN, Step.DECIDE, NOW)),
        (replace(SCHEDULED, state=VisitState.HELD, closed_by_person=True), Standing(End.NOT_TO_BE_CALLED)),
        (replace(SCHEDULED, state=VisitState.WAITING), Standing(End.OPEN, Step.NOTES, NOW + 2 * DAY)),
        (
            replace(SCHEDULED, state=VisitState.FAILED, next_try_at=DUE),
            Standing(End.OPEN, Step.READ_AGAIN, DUE),
        ),
        # a newer version's state is held here
        (replace(SCHEDULED, state="postponed"), Standing(End.OPEN, Step.DECIDE, NOW)),
        # what came of a call stays, whatever is decided of the visit later
        (
            replace(with_call("completed", reason="reached_well"), state=VisitState.HELD),
            Standing(End.REACHED),
        ),
    ],
)
def test_where_a_visit_stands(visit: Facts, expected: Standing) -> None:
    assert standing(visit, NOW) == expected


def ended(word: str, outcome: str = "") -> End:
    return standing(with_call("completed", reason=word, outcome=outcome), NOW).end


def test_every_outcome_has_an_end() -> None:
    assert {ended(word) for word in OURS} == {End.REACHED, End.COULDNT_REACH, End.NOT_TO_BE_CALLED}
    assert ended(CallOutcomeKind.DIED) is End.NOT_TO_BE_CALLED
    for word in ("Customer-Did-Not-Answer", "no answer", "VOICEMAIL", "customer_busy"):
        assert ended(word) is End.COULDNT_REACH
    for word in ("", "customer-ended-call", "it was busy here"):
        assert ended(word) is End.REACHED
    # who called where a calling system couldn't knows better
    assert ended("voicemail-reached", "reached_well") is End.REACHED
