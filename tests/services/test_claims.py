"""Who is calling, on real records: told to every account of the clinic, for ten minutes or until the outcome."""

from __future__ import annotations

import pytest

from idexx_desktop.db.watching import RevisionReader
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.services.claims import ClaimService
from tests.support.practice import Practice, Practices
from tests.support.two_accounts import copy_to_colleague


@pytest.fixture
def colleague(synced: Practice, practices: Practices) -> Practice:
    """Another account with a call of its own to the same owner."""
    call = next(call for call in synced.queued() if len(call.visit_keys) == 1)
    made = practices.colleague(synced)
    copy_to_colleague(synced, made, call.visit_keys[0])
    synced.server_is_on_time()
    return made


def claimed_by(practice: Practice, call_id: str) -> str | None:
    claim = next(call for call in practice.calls() if call.id == call_id).claim
    return claim.by if claim else None


def test_nobody_calls_an_owner_who_is_called_without_a_word(synced: Practice, colleague: Practice) -> None:
    [theirs] = colleague.queued()
    mine = next(call for call in synced.queued() if call.customer_phone == theirs.customer_phone)
    me, them = synced.program.identity.email, colleague.program.identity.email
    records = colleague.program.records
    reader = RevisionReader(records.database.single(), records.clinic_id)
    before = reader.read()[Topic.CALLS]
    assert synced.program.claims.claim(mine.id) is None
    assert reader.read()[Topic.CALLS] != before, "the other window reads again within its two seconds"
    reader.close()
    assert (claimed_by(synced, mine.id), claimed_by(colleague, theirs.id)) == (me, me)
    other = colleague.program.claims.claim(theirs.id)
    assert other is not None
    assert (other.by, other.of_account) == (me, False)
    assert claimed_by(colleague, theirs.id) == me, "nothing was claimed by asking"
    assert colleague.program.claims.claim(theirs.id, anyway=True) is None, "a word, never a lock"
    assert claimed_by(synced, mine.id) == them, "whoever began last"
    assert colleague.program.claims.release(theirs.id)
    assert claimed_by(synced, mine.id) == me

    # the same account at another computer is somebody else
    desk = ClaimService(synced.program.records, "Front Desk 2")
    told = desk.claim(mine.id)
    assert told is not None
    assert told.device == synced.program.claims.device
    assert not desk.release(mine.id)


def test_it_ends_with_the_outcome_or_after_ten_minutes(synced: Practice, colleague: Practice) -> None:
    first, second, *_ = synced.queued()
    claims = synced.program.claims
    claims.claim(first.id)
    synced.program.calls.record_outcome(first.id, CallOutcomeKind.NO_ANSWER)
    assert claimed_by(synced, first.id) is None
    claims.claim(first.id)
    claims.claim(second.id)
    assert (claimed_by(synced, first.id), claimed_by(synced, second.id)) == (
        None,
        synced.program.identity.email,
    )
    synced.clock.pass_by(minutes=9, seconds=59)
    synced.server_is_on_time()
    assert claimed_by(synced, second.id) is not None
    synced.clock.pass_by(seconds=1)
    synced.server_is_on_time()
    assert claimed_by(synced, second.id) is None
    assert not claims.release(second.id)
