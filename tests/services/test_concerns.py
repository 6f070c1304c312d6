"""A concern stands from the call on until somebody of the clinic answers, whatever else happens."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from idexx_desktop.domain.concerns import NO_WORDS, Concern, NewConcern, Urgency
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.undoing import Undo
from tests.support.practice import Practice, Practices

CONCERN = CallOutcomeKind.REACHED_CONCERN
LIMPING = NewConcern(Urgency.NOW, " limping since noon ", "Dr. Lee")


@pytest.fixture
def call(synced: Practice) -> CallRecord:
    """A call about one pet, and a server whose clock is the program's."""
    synced.server_is_on_time()
    return next(each for each in synced.queued() if len(each.visit_keys) == 1)


def record(practice: Practice, call: CallRecord, concern: NewConcern | None = None, note: str = "") -> Undo:
    return practice.program.calls.record_outcome(call.id, CONCERN, note, concern=concern)


def only(practice: Practice) -> Concern:
    [found] = practice.program.concerns.open()
    return found


def added(practice: Practice, before: dict[str, int]) -> dict[str, int]:
    now = practice.actions()
    return {name: now[name] - before.get(name, 0) for name in now if name.startswith("concern.")}


def test_opened_with_its_call_and_closed_with_words(synced: Practice, call: CallRecord) -> None:
    before, service = synced.actions(), synced.program.concerns
    visit = synced.visits()[call.visit_keys[0]]
    record(synced, call, LIMPING)
    found = only(synced)
    assert (found.call_id, found.patient_names, found.owner_name) == (
        call.id,
        (visit.patient_name,),
        visit.owner_name,
    )
    assert (found.urgency, found.words, found.for_whom) == (Urgency.NOW, "limping since noon", "Dr. Lee")
    assert (found.phone, found.opened_by, found.is_mine) == (
        call.customer_phone,
        synced.program.identity.email,
        True,
    )
    assert (found.opened_at, found.due_at) == (synced.clock.now(), synced.clock.now() + timedelta(minutes=15))
    assert synced.program.status.today().needs(synced.clock.now()).concerns == 1
    synced.clock.pass_by(minutes=20)
    synced.server_is_on_time()
    assert found.is_late(synced.clock.now())
    for nothing in ("", "  \n "):
        with pytest.raises(Failure) as wordless:
            service.close(found.id, nothing)
        assert wordless.value.code is FailureCode.INVALID_INPUT
    closed = service.close(found.id, " vet called back ")
    assert (closed.what, closed.closed_by, closed.is_open) == ("vet called back", found.opened_by, False)
    assert closed.waits(synced.clock.now()) == timedelta(minutes=20)
    assert (service.open(), [each.id for each in service.recent()]) == ([], [found.id])
    assert synced.program.status.today().needs(synced.clock.now()).concerns == 0
    assert added(synced, before) == {"concern.opened": 1, "concern.closed": 1}


def test_without_words_it_still_stands(synced: Practice, call: CallRecord) -> None:
    record(synced, call)
    found = only(synced)
    assert (found.urgency, found.words) == (Urgency.TODAY, NO_WORDS)
    visit = synced.visits()[call.visit_keys[0]]
    assert found.for_whom == visit.provider != ""


def test_the_note_is_its_words(synced: Practice, call: CallRecord) -> None:
    record(synced, call, note="won't eat")
    assert only(synced).words == "won't eat"


def test_every_act_has_its_undo(synced: Practice, call: CallRecord) -> None:
    before, service = synced.actions(), synced.program.concerns
    undo = record(synced, call, LIMPING)
    found = only(synced)
    closed = service.close(found.id, "booked 15:00")
    service.undo(closed.end_id or "")
    assert only(synced) == found
    closed = service.close(found.id, "booked 16:00")
    reopened = service.reopen(found.id)
    assert reopened.is_open
    with pytest.raises(Failure) as stale:
        service.undo(closed.end_id or "")
    assert stale.value.code is FailureCode.HANDED_OVER
    service.undo(reopened.end_id or "")
    assert service.recent() == [closed], "as it was, by whom and when"
    service.undo(closed.end_id or "")
    synced.program.calls.undo(undo)
    assert service.recent() == []
    undone = service.reopen(found.id)
    assert only(synced) == undone, "even what was a slip can come back"
    assert added(synced, before) == {
        "concern.opened": 1, "concern.closed": 2, "concern.reopened": 2, "concern.undone": 4,
    }  # fmt: skip


def test_what_was_answered_stays_answered_when_the_result_is_taken_back(
    synced: Practice, call: CallRecord
) -> None:
    undo = record(synced, call, LIMPING)
    closed = synced.program.concerns.close(only(synced).id, "vet called back")
    synced.program.calls.undo(undo)
    assert synced.program.concerns.recent() == [closed]
    record(synced, call, LIMPING)
    assert only(synced).id != closed.id, "another call, another concern"


def test_what_cannot_be_is_said_with_what_can(synced: Practice, call: CallRecord) -> None:
    service = synced.program.concerns
    record(synced, call, LIMPING)
    found = only(synced)
    acts: list[Callable[[], object]] = [
        lambda: service.close("nonsense", "done"),
        lambda: service.close("00000000-0000-4000-8000-000000000000", "done"),
        lambda: service.reopen(found.id),
        lambda: service.close(found.id, "x" * 1001),
    ]
    failures = []
    for act in acts:
        with pytest.raises(Failure) as refused:
            act()
        failures.append(refused.value)
    assert {each.words.exit_code for each in failures} == {2}
    assert found.id in failures[0].advice
    service.close(found.id, "done")
    with pytest.raises(Failure) as twice:
        service.close(found.id, "again")
    assert "done" in twice.value.title
    with pytest.raises(Failure) as none_open:
        service.close("nonsense", "x")
    assert none_open.value.advice == "No concern is open."


def test_too_many_words_record_nothing(synced: Practice, call: CallRecord) -> None:
    with pytest.raises(Failure):
        record(synced, call, NewConcern(words="x" * 2001))
    assert call.id in {each.id for each in synced.queued()}
    assert synced.program.concerns.open() == []


def test_never_lost(synced: Practice, practices: Practices, call: CallRecord) -> None:
    """Opt-out, death, a decision, a sync, an older program, a row and an account that are removed."""
    record(synced, call, LIMPING)
    found, key = only(synced), call.visit_keys[0]
    colleague = practices.colleague(synced)
    synced.program.calls.opt_out(call.customer_phone)
    synced.program.visits.decide(key, PersonChoice.IGNORE)
    consultation = synced.visits()[key].consultation_id or ""
    synced.site.world.write_notes(consultation, "<p>Euthanized today.</p>")
    synced.sync()
    synced.program.calls.pause_all()
    assert synced.program.concerns.open() == [found]
    for table in ("consultation_sync_status", "visits", "scheduled_discharge_calls"):
        synced.query(
            f"DELETE FROM public.{table} WHERE user_id = %s RETURNING 1", synced.program.identity.user_id
        )
    [left] = colleague.program.concerns.open()
    assert (left.id, left.call_id, left.patient_names, left.words) == (
        found.id, None, found.patient_names, found.words,
    )  # fmt: skip
    closed = colleague.program.concerns.close(left.id, "vet called back")
    assert closed.closed_by == colleague.program.identity.email
    assert synced.program.concerns.open() == []


def test_an_older_program_opens_one_too(synced: Practice, call: CallRecord) -> None:
    """It knows the result only: as its transaction ends there is a concern, with its note as the words."""
    before = synced.actions()
    with synced.program.records.transaction() as tx:
        assert tx.outcomes.record(call.id, CONCERN, "won't eat")
    found = only(synced)
    assert (found.urgency, found.words, found.phone) == (Urgency.TODAY, "won't eat", call.customer_phone)
    assert found.due_at == datetime(2026, 11, 19, 8, tzinfo=UTC), "local midnight"
    assert added(synced, before) == {"concern.opened": 1}
    synced.program.calls.undo_outcome(call.id)
    assert synced.program.concerns.open() == []


def test_a_clinic_without_a_zone_opens_one_all_the_same(synced: Practice, call: CallRecord) -> None:
    synced.query("ALTER TABLE public.clinic_settings DISABLE TRIGGER USER")
    synced.query("UPDATE public.clinic_settings SET timezone = 'Mars/Olympus' RETURNING 1")
    with synced.program.records.transaction() as tx:
        assert tx.outcomes.record(call.id, CONCERN, "")
    [row] = synced.query("SELECT due_at, opened_at FROM public.concerns")
    assert row["due_at"] == row["opened_at"]


FLAGS = """
  ALTER TABLE public.scheduled_discharge_calls ADD attention_types text[], ADD attention_severity text,
    ADD attention_summary text
"""
FLAG = (
    "UPDATE public.scheduled_discharge_calls SET status = 'completed', attention_types = %s, attention_severity = %s,"
    " attention_summary = %s WHERE id = %s RETURNING 1"
)


def test_what_a_calling_system_flags_is_opened_once(synced_template: str, practices: Practices) -> None:
    practice = practices("demo-day", template=synced_template)
    practice.server_is_on_time()
    practice.query(FLAGS)
    second = practices.second(practice)
    grave, mild, quiet = practice.queued()[:3]
    hostile = "\x1b[2J\u202e<b>Can't stand</b>" * 2_000
    practice.query(FLAG, ["pain"], "critical", hostile, grave.id)
    practice.query(FLAG, None, "low", "Drinks a lot.", mild.id)
    practice.query(FLAG, [], "none", "", quiet.id)
    assert practice.program.concerns.gather() == 2
    assert (practice.program.concerns.gather(), second.program.concerns.gather()) == (0, 0)
    first, other = practice.program.concerns.open()
    assert (first.call_id, first.urgency, first.severity) == (grave.id, Urgency.NOW, "critical")
    assert (other.call_id, other.urgency, other.words) == (mild.id, Urgency.TODAY, "Drinks a lot.")
    assert first.words.startswith("pain: ")
    assert first.words.isprintable()
    assert len(first.words) <= 1000
    second.program.concerns.close(first.id, "vet called back")
    assert practice.program.concerns.gather() == 0
    assert [each.id for each in practice.program.concerns.open()] == [other.id]


def test_what_one_computer_says_another_shows_within_five_seconds(
    synced: Practice, practices: Practices, call: CallRecord
) -> None:
    record(synced, call, LIMPING)
    found, other = only(synced), practices.colleague(synced)
    told = threading.Event()
    other.program.watcher.look_first()
    end = other.program.watcher.subscribe(lambda event: told.set() if event.topic is Topic.CALLS else None)
    told.clear()
    synced.program.concerns.close(found.id, "vet called back")
    assert told.wait(5)
    assert other.program.concerns.open() == []
    end()


def attempt(act: Callable[[], Any]) -> Any:
    """What came of it; None where it was refused."""
    try:
        return act()
    except Failure:
        return None


def stands_as_its_ends_say(practice: Practice) -> None:
    standing = "SELECT c.closed_at, c.undone_at, s.* FROM concerns c, idexx_app.concern_standing(c.id) s"
    for row in practice.query(standing):
        assert (row["closed_at"], row["undone_at"]) == (row["closed"], row["undone"])


OPEN = "SELECT 1 FROM concerns WHERE closed_at IS NULL AND undone_at IS NULL"


@pytest.mark.long(item=63)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_in_whatever_order_none_is_lost(
    synced: Practice, practices: Practices, call: CallRecord, seed: int
) -> None:
    """An own memory of what must stand: open once noted, until words close it or its result is taken back."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    programs = [synced.program, practices.second(synced).program, practices.colleague(synced).program]
    own, must_be_open, end = programs[0], False, ""
    undo: Undo | None = None

    for _ in range(120):
        service = chance.choice(programs).concerns
        standing = service.open()
        assert bool(standing) == must_be_open
        match chance.choice(("note", "undo", "close", "reopen", "end", "world")):
            case "note":
                made = attempt(lambda: own.calls.record_outcome(call.id, CONCERN, "limping"))
                undo, must_be_open = made or undo, must_be_open or made is not None
            case "undo" if undo is not None:
                attempt(partial(own.calls.undo, undo))
                undo, must_be_open = None, bool(synced.query(OPEN))
            case "close" if standing:
                end = service.close(standing[0].id, "vet called back").end_id or ""
                must_be_open = len(standing) > 1
            case "reopen":
                closed = [each for each in service.recent() if not each.is_open]
                if closed:
                    end = service.reopen(chance.choice(closed).id).end_id or ""
                    must_be_open = True
            case "end" if end:
                attempt(partial(service.undo, end))
                must_be_open = bool(synced.query(OPEN))
            case "world":
                synced.clock.pass_by(minutes=chance.randint(1, 90))
                synced.server_is_on_time()
                attempt(lambda: own.calls.opt_out(call.customer_phone))
                attempt(lambda: own.calls.withdraw_opt_out(call.customer_phone))
        stands_as_its_ends_say(synced)
