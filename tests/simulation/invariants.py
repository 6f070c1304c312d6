"""What must hold after whatever happened, judged from Neo's model and the records alone, without the rules' code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from idexx_desktop.domain.changes import KnownVisit
from idexx_desktop.domain.decisions import PersonChoice, ReasonCode
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.owner_numbers import Contact
from idexx_desktop.domain.signs import shown_in
from idexx_desktop.domain.visits import VisitState
from tests.simulation.law import lacks_consent, may_be_called
from tests.simulation.neo import (
    ASKED_ABOUT,
    DRAFT,
    NO_VISITS,
    NOT_TO_BE_CALLED,
    NOTES,
    OFF,
    TRIED_OUT,
    UNKNOWN,
    Death,
    NeoVisit,
)
from tests.simulation.numbers import DIALLED, ZONES
from tests.simulation.other_visits import is_asked_about
from tests.simulation.plain import is_finished, is_plain, kind_gets_calls
from tests.simulation.playing import UNDER_WAY, Clinic
from tests.simulation.rows import CANCELLED, MALLORY, QUEUED, Call
from tests.simulation.running import MemoryRun
from tests.simulation.told import is_for_a_death, queued_for_the_dead
from tests.simulation.tried import is_tried_enough, next_try_problem

_DERIVED = (
    ReasonCode.HOUSEHOLD_HELD,
    ReasonCode.REVIEW,
    ReasonCode.CALLS_PAUSED,
    ReasonCode.NOT_LOOKED_AT,
    ReasonCode.ALREADY_CALLED,
    ReasonCode.CALLED_ENOUGH,
)
_DEATHS = (ReasonCode.END_OF_LIFE, ReasonCode.DECEASED, ReasonCode.MAY_HAVE_DIED, ReasonCode.TYPE_UNCLEAR)
_LONGEST_WINDOW = timedelta(days=14)
# why an ordinary visit isn't called about: no time is left, or its call is over, or of somebody who left
_OF_ITS_CALL = (
    ReasonCode.ACCOUNT_LEFT,
    ReasonCode.TOO_LATE,
    ReasonCode.NO_SLOT,
    ReasonCode.CALL_CANCELLED,
    ReasonCode.CALL_FAILED,
    ReasonCode.CALLED_ENOUGH,
)


class Broken(AssertionError):  # noqa: N818 - what was found, not a mistake in the test
    """An invariant does not hold."""


def require(holds: bool, what: str) -> None:
    """Raise where it does not hold."""
    if not holds:
        raise Broken(what)


def check_always(clinic: Clinic) -> None:
    """After every event, whatever it was."""
    records = clinic.records
    for (user, key), visit in records.visits.items():
        require(bool(visit.reason) and bool(visit.trace), f"{key}: no reason, no trace")
        dead = user not in records.standing.gone and queued_for_the_dead(records, user, key, clinic.now)
        require(not dead, f"{key} is on a queued call, and somebody told that the pet has died")
        problem = next_try_problem(records.one(user, key))
        require(not problem, f"{key}: {problem}")
    for (user, key), call_id in records.on_call.items():
        require(user == records.calls[call_id].user, f"{key}: on a call of a stranger")
    for call_id, call in records.calls.items():
        if call.status == QUEUED and call.user != MALLORY:
            require(bool(records.members(call_id)), f"call {call_id} about nobody")
    for seen in clinic.neo.visits.values():
        on = {call_id for (_, key), call_id in records.on_call.items() if key in seen.keys}
        live = sorted(call_id for call_id in on if _reaches(clinic, seen, call_id))
        require(len(live) <= 1, f"calls {live} about one visit, a:{seen.number}")
    for run in records.runs:
        finished = run.status == "completed"
        require(finished == (run.code is None and run.status != "running"), f"{run} says what is not so")


def _reaches(clinic: Clinic, seen: NeoVisit, call_id: str) -> bool:
    """Whether the owner is called, or was: not at a number of before, nor days after it was due."""
    call = clinic.records.calls[call_id]
    # beside one that didn't get through, which a person was told of, another may be wanted, unless they called
    missed = call.status == "failed" and call_id not in clinic.records.outcomes
    overdue = call.status == QUEUED and clinic.now - call.scheduled_for > timedelta(days=3)
    number = clinic.neo.numbers[seen.pet[0]]
    of_owner = {DIALLED[number][0], *DIALLED[number][1]} if number in DIALLED else set()
    of_clinic = call.user != MALLORY and call.user not in clinic.records.standing.gone
    return call.status != CANCELLED and not missed and not overdue and call.phone in of_owner and of_clinic


def check_handed_over(before: dict[str, Call], clinic: Clinic) -> None:
    """What was handed over is as it was."""
    for call_id, call in before.items():
        require(clinic.records.calls[call_id] == call, f"call {call_id} was touched")


def handed_over(clinic: Clinic) -> dict[str, Call]:
    """Copies of the calls that nothing here may change any more."""
    return {call_id: replace(call) for call_id, call in clinic.records.calls.items() if call.status != QUEUED}


def check_brakes(clinic: Clinic, user: str) -> None:
    """A pause and an opt-out hold at once for every call of the user who said so."""
    rules = clinic.records.rules
    for call_id, call in clinic.records.queued(user).items():
        require(not rules.paused and not rules.review, f"call {call_id} in spite of the brake")
        require(
            call.phone not in rules.never_called, f"call {call_id} to a number that opted out, or is wrong"
        )


def check_decided(clinic: Clinic, user: str) -> None:
    """A person's "no call" and "ignore" hold at once."""
    for key, visit in clinic.records.of(user).items():
        if visit.person is None or visit.person.decided_at != clinic.now:
            continue
        queued = visit.call is not None and visit.call.status == QUEUED
        no_call = visit.person.choice is PersonChoice.NO_CALL
        require(not (no_call and queued), f"{key} is on a queued call though a person said no")
        ignored = visit.person.choice is PersonChoice.IGNORE
        require(
            not (ignored and visit.needs_attention), f"{key} asks for attention though a person said ignore"
        )


def check_after_run(clinic: Clinic, run: MemoryRun) -> None:
    """After a run that read everything and finished."""
    user, records = run.user, clinic.records
    history = records.runs[-1]
    require(history.synced + history.failed == len(run.read.keys() | run.waiting), "the counts don't add up")
    visits = records.of(user)
    for key, seen in clinic.neo.by_key().items():
        if _was_listed(clinic, run, seen):
            require(key in visits, f"{key} is unaccounted for")
    for key in run.read:
        _check_state(clinic, user, key, visits[key])
    for call_id, call in records.queued(user).items():
        _check_call(clinic, run, call_id, call, visits)


def _was_listed(clinic: Clinic, run: MemoryRun, seen: NeoVisit) -> bool:
    """Whether this run had to find the visit: since the last full one, two days at least and a fortnight at most."""
    zone = clinic.records.rules.zone
    previous = [row for row in clinic.records.runs[:-1] if row.user == run.user and row.status == "completed"]
    since = max((row.started_at for row in previous if row.everything), default=clinic.now)
    first = max(min(since, clinic.now - timedelta(hours=48)), clinic.now - _LONGEST_WINDOW)
    today = clinic.now.astimezone(zone).date()
    return not seen.gone and seen.at >= first and seen.at.astimezone(zone).date() <= today


def _check_state(clinic: Clinic, user: str, key: str, stored: KnownVisit) -> None:
    """The state is one that the facts explain, and a plain visit is never left out."""
    rules = clinic.records.rules
    seen, state = clinic.neo.by_key().get(key), stored.state
    call = clinic.records.call_of(user, key)
    live = call is not None and call.status != CANCELLED
    if state is VisitState.SCHEDULED:
        others = clinic.records.calls.get(stored.others_call or "")
        resting = others is not None and others.user != user and others.status != CANCELLED
        require(live or resting, f"{key} is scheduled without a call")
    elif call is not None and call.status == QUEUED:
        kept = state is VisitState.FAILED
        require(kept, f"{key} is {stored.reason_code}, and on a queued call")
    if seen is None or seen.gone:
        return
    not_saved = _is_not_saved(stored)
    failed = (seen.unreadable and bool(seen.consultation)) or not_saved
    require(failed or state is not VisitState.FAILED, f"{key} is failed, but it could be read")
    if state is VisitState.WAITING:
        require(not is_finished(seen), f"{key} waits for nothing: {stored.reason}")
    decided = stored.claimed_elsewhere or stored.person is not None
    plain = is_plain(clinic, key, seen) and not decided and not live and not not_saved
    if plain and not _is_held_by_others(clinic, user, key):
        wrong = (
            stored.reason_code is ReasonCode.WRONG_NUMBER
            and stored.phone in clinic.records.rules.wrong_numbers
        )
        fine = (
            wrong
            or stored.reason_code in _OF_ITS_CALL
            or is_asked_about(clinic, key, stored)
            or is_tried_enough(stored, rules)
            or is_for_a_death(clinic.records, stored, clinic.now)
        )
        require(fine, f"{key} should be called about, and is {stored.reason_code}")
    ignored = stored.person is not None and stored.person.choice is PersonChoice.IGNORE
    require(
        stored.needs_attention == (not ignored and _asks_for_attention(stored, clinic.now)),
        f"{key} ({stored.reason_code}): attention is {stored.needs_attention}",
    )


def _is_held_by_others(clinic: Clinic, user: str, key: str) -> bool:
    """Whether another visit of the owner on that day is held, or one of the same pet shows signs of death."""
    neo = clinic.neo.by_key()
    mine = neo[key]
    for other_key, other in clinic.records.of(user).items():
        seen = neo.get(other_key)
        if seen is None or other_key == key or seen.pet[0] != mine.pet[0]:
            continue
        signs = clinic.neo.death(seen) is not Death.NO or other.reason_code in _DEATHS
        # what can't be read now may have shown them when it was read last, and a person may have closed it since
        unread = seen.unreadable or other.state is VisitState.FAILED
        signs = signs or (unread and shown_in(other.trace))
        held = other.state is VisitState.HELD and other.reason_code not in _DERIVED
        unread = seen.unreadable or other.state is VisitState.FAILED
        waits = unread and clinic.records.visits[user, key].reason_code is ReasonCode.NOT_LOOKED_AT
        # it was decided by what was read of a visit that couldn't be saved
        if signs or held or waits or _is_not_saved(other):
            return True
    return False


def _is_not_saved(stored: KnownVisit) -> bool:
    """Whether the records didn't take what was read of a visit."""
    return stored.failure_code == FailureCode.VISIT_NOT_SAVED


def _asks_for_attention(stored: KnownVisit, now: datetime) -> bool:
    if stored.state is VisitState.FAILED:
        return True
    if stored.state is VisitState.HELD:
        begun = stored.visit_at is None or stored.visit_at <= now
        return begun and stored.reason_code not in (ReasonCode.REVIEW, ReasonCode.CALLS_PAUSED)
    late = stored.reason_code in (ReasonCode.NO_NOTES, ReasonCode.DRAFT, ReasonCode.NO_CONSULTATION)
    since = stored.visit_at or stored.first_seen_at
    return stored.state is VisitState.WAITING and late and now - since > timedelta(hours=72)


def _check_call(
    clinic: Clinic, run: MemoryRun, call_id: str, call: Call, visits: dict[str, KnownVisit]
) -> None:
    """A call that would be made: to the right owner, allowed, at a decent time, naming all pets of the day."""
    records, rules = clinic.records, clinic.records.rules
    members = records.members(call_id)
    require(not rules.paused and not rules.review, f"call {call_id} in spite of the brake")
    require(call.phone not in rules.never_called, f"call {call_id} to a number that opted out, or is wrong")
    neo = clinic.neo.by_key()
    require(members <= neo.keys(), f"call {call_id} about a visit that Neo does not have")
    owners = {neo[key].pet[0] for key in members}
    days = {_day(clinic, neo[key]) for key in members if not neo[key].unreadable}
    require(len(owners) == 1 and len(days) <= 1, f"call {call_id} for owners {owners} of days {days}")
    readable = [key for key in members if not neo[key].unreadable and not _is_not_saved(visits[key])]
    for key in members - set(readable):
        signs = not neo[key].unreadable and clinic.neo.death(neo[key]) is not Death.NO
        require(not signs, f"{key}: the pet may have died, and that was not saved")
    for key in readable:
        person = visits[key].person
        if key not in run.read and person is not None and person.decided_at == run.now:
            continue  # decided on while the lists were read, by what was known then
        _check_member(clinic, key, neo[key], visits[key])
    if readable:
        numbers = {DIALLED.get(clinic.neo.numbers[owner], ("",))[0] for owner in owners}
        numbers = {rules.contacts.get(each, Contact()).use_instead or each for each in numbers}
        require(call.phone in numbers, f"call {call_id} to {call.phone}, the owner has {numbers}")
        _check_time(clinic, call_id, call, [visits[key] for key in readable])
    _check_household(clinic, run, call_id, neo[min(members)], visits)
    for key in members & run.read.keys():
        called = visits[key].person is not None or key in run.failed
        require(
            called or not run.read[key].visit.callbacks, f"{key} is called, and Neo has a call-back for it"
        )


def _check_member(clinic: Clinic, key: str, seen: NeoVisit, stored: KnownVisit) -> None:
    rules, person = clinic.records.rules, stored.person
    called = person is not None and person.choice.calls
    require(stored.state is VisitState.SCHEDULED, f"{key} is {stored.state}, and on a queued call")
    require(not seen.gone, f"{key} is gone")
    require(person is None or person.choice is not PersonChoice.NO_CALL, f"{key}: a person said no")
    require(called or seen.planned not in OFF or not seen.appointment, f"{key} was called off")
    require(bool(seen.consultation) and seen.consultation not in (DRAFT, *NO_VISITS), f"{key} is no visit")
    require(called or seen.consultation != UNKNOWN, f"{key} has a status that nobody knows")
    require(bool(NOTES[seen.notes][0]), f"{key} has no notes")
    fit = seen.notes not in ("begun", *ASKED_ABOUT) and seen.pet != TRIED_OUT
    require(called or fit, f"{key}: nobody came, or it isn't written, or it is no patient")
    require(called or kind_gets_calls(rules, seen), f"{key}: its kind or its type is switched off")
    require(called or len(stored.tries) < rules.max_attempts, f"{key}: tried {len(stored.tries)} times")
    require(called or key not in clinic.records.disabled, f"{key}: calls are off for this case")
    require(not lacks_consent(rules), f"{key}: a system calls, and the owner never agreed to that")
    number = clinic.neo.numbers[seen.pet[0]]
    of_owner = {DIALLED[number][0], *DIALLED[number][1]} if number in DIALLED else set()
    require(called or number != NOT_TO_BE_CALLED, f"{key}: the owner asks not to be called")
    require(not of_owner & rules.opted_out, f"{key}: one of the owner's numbers opted out")
    if clinic.neo.death(seen) is not Death.NO:
        as_seen = called and person is not None and person.content_hash == stored.content_hash
        require(as_seen, f"{key}: the pet may have died")


def _check_household(
    clinic: Clinic, run: MemoryRun, call_id: str, one: NeoVisit, visits: dict[str, KnownVisit]
) -> None:
    """One call names every pet of the owner seen that day, and one that is held, or died, holds it."""
    records, neo = clinic.records, clinic.neo.by_key()
    members = records.members(call_id)
    called = any(
        person is not None and person.choice.calls for person in (visits[key].person for key in members)
    )
    for key, stored in visits.items():
        seen = neo.get(key)
        if seen is None or seen.gone or key in members or seen.pet[0] != one.pet[0] or key not in run.read:
            continue
        same_day = _day(clinic, seen) == _day(clinic, one)
        own = records.call_of(run.user, key)
        moved_on = own is not None and own.status in UNDER_WAY
        if same_day and stored.state is VisitState.SCHEDULED and not moved_on:
            require(stored.claimed_elsewhere, f"{key} is missing in the household's call {call_id}")
        held = stored.state is VisitState.HELD and stored.reason_code not in _DERIVED
        if same_day and (held or stored.reason_code in _DEATHS):
            require(called, f"{key} ({stored.reason_code}) holds its household's call {call_id}")
        died = clinic.neo.death(seen) is not Death.NO and seen.pet == one.pet
        if died and _day(clinic, seen) >= _day(clinic, one) and stored.reason_code in _DEATHS:
            require(called, f"{key} tells that the pet of call {call_id} died")


def _check_time(clinic: Clinic, call_id: str, call: Call, visits: list[KnownVisit]) -> None:
    """To come: inside the clinic's window and days, and decent for the owner; overdue: not for long."""
    rules = clinic.records.rules
    require(clinic.now - call.scheduled_for <= timedelta(days=5), f"call {call_id} is days overdue")
    if call.scheduled_for <= clinic.now:
        return
    judged_by = max(call.terms.judged_by, rules.hours.version)
    theirs = call.scheduled_for.astimezone(ZONES[call.phone])
    lawful = may_be_called(call.phone, call.scheduled_for, judged_by)
    require(lawful, f"call {call_id} on {theirs:%A, %H:%M} for the owner, by the law of {judged_by}")
    chosen = {visit.person.scheduled_for for visit in visits if visit.person}
    if call.scheduled_for in chosen:
        return
    ours = call.scheduled_for.astimezone(rules.zone)
    in_window = rules.window_start <= ours.time() <= rules.window_end
    require(in_window, f"call {call_id} at {ours:%H:%M} at the clinic")
    closed = ours.weekday() in rules.closed_weekdays or ours.date() in rules.closed_days
    require(not closed, f"call {call_id} on a closed day")
    require(
        all(visit.visit_at is None or visit.visit_at < call.scheduled_for for visit in visits),
        "before the visit",
    )


def check_again(clinic: Clinic, before: dict[str, KnownVisit], first: MemoryRun, run: MemoryRun) -> None:
    """A second run at once found nothing to change about what the first had read."""
    changed = sorted(run.changed & first.read.keys())
    require(not changed, f"a second run changed {changed}")
    after = clinic.records.of(run.user)
    written = [key for key in sorted(first.read.keys() - run.failed) if after.get(key) != before.get(key)]
    require(not written, f"a second run wrote {written}")


def _day(clinic: Clinic, seen: NeoVisit) -> date:
    return (seen.shown_at or clinic.now).astimezone(clinic.records.rules.zone).date()
