"""Playing a week: each event changes the model of Neo or the records in memory, and says what it did."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from idexx_desktop.domain.decisions import LARGEST_SLOT_SIZE, CallRules, PersonChoice, PersonDecision
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.phones import dialable
from idexx_desktop.domain.practice_words import NO_CALL
from idexx_desktop.domain.routing import consequence
from idexx_desktop.domain.visits import VisitKind, keys_of
from tests.simulation import by_hand, hostile, numbers_said, telling, tried
from tests.simulation import events as ev
from tests.simulation.in_office import play_computers, play_sign_in
from tests.simulation.law import CALLERS, LAWS
from tests.simulation.memory import MemoryRecords
from tests.simulation.neo import FINISHED, OFF, NeoModel, NeoVisit
from tests.simulation.numbers_said import tell_wrong
from tests.simulation.often import caps_of
from tests.simulation.opted_out import stop_calls
from tests.simulation.reaching import failure_mark
from tests.simulation.rows import CANCELLED, MALLORY, QUEUED
from tests.simulation.running import Ending, MemoryRun, redecide

UNDER_WAY = ("ringing", "in_progress", "completed", "failed")
LEASE = timedelta(seconds=30)
# of every decision: against signs of death nobody decides without a reason
WHY = "as the owner wished"


@dataclass(frozen=True, slots=True)
class Left:
    """A lease that a run left behind when its computer was switched off."""

    user: str
    computer: str
    at: datetime


@dataclass(slots=True)
class Clinic:
    """A clinic of the simulation: the moment, its Neo, its records, a lease that nobody gave back."""

    now: datetime
    neo: NeoModel
    records: MemoryRecords
    lease: Left | None = None
    # whose program is open on which computer, and when it last looked at the clock, or was begun
    at_work_on: dict[str, str] = field(default_factory=dict)
    looked_at: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def at_work(cls, week: ev.Week) -> Clinic:
        """As the week begins: nothing has been synced."""
        a_day, in_all = caps_of(week.seed)
        rules = CallRules(zone=week.zone, review=week.review, calls_per_day=a_day, calls_per_month=in_all)
        return cls(week.begins.astimezone(UTC), NeoModel(), MemoryRecords(rules))

    def time_of(self, user: str) -> datetime:
        """What the clock of this user's computer shows."""
        return self.now + self.records.standing.wrong_by(user)

    def meet(self, code: FailureCode) -> None:
        """Count a failure that somebody is told of."""
        self.records.reached[failure_mark(code)] += 1

    def key_at(self, user: str, place: int) -> str | None:
        """The key of one of a user's visits."""
        keys = sorted(key for owner, key in self.records.visits if owner == user)
        return keys[place % len(keys)] if keys else None

    def queued_at(self, user: str, place: int) -> str | None:
        """The id of one of a user's queued calls."""
        calls = sorted(self.records.queued(user))
        return calls[place % len(calls)] if calls else None

    def live_call_at(self, place: int) -> str | None:
        """The id of one of the calls that may still move on."""
        calls = self.records.calls.items()
        live = sorted(
            key for key, call in calls if call.status in (QUEUED, "ringing") and call.user != MALLORY
        )
        return live[place % len(live)] if live else None

    def visit_at(self, place: int) -> NeoVisit | None:
        """One of Neo's visits; -1 is the newest."""
        visits = list(self.neo.visits.values())
        return visits[place % len(visits)] if visits else None


def play_neo(clinic: Clinic, event: ev.Event) -> bool:
    """What happens in Neo. False for an event of another kind."""
    neo, now = clinic.neo, clinic.now
    number = len(neo.visits) + 1
    match event:
        case ev.Book(pet, minutes, kind):
            neo.add(NeoVisit(number, pet, now + timedelta(minutes=minutes), kind))
        case ev.WalkIn(pet, notes):
            neo.add(
                NeoVisit(number, pet, now, "", appointment=False, consultation=FINISHED, notes=notes),
            )
        case ev.Consult(place, status):
            _change(clinic, place, consultation=status)
        case ev.Write(place, notes):
            visit = clinic.visit_at(place)
            if visit is not None and visit.consultation:
                neo.change(visit.number, notes=notes)
        case ev.ChangeVisit(place, how):
            _change_visit(clinic, place, how)
        case ev.PetDies(pet, status):
            neo.pets[pet] = replace(neo.pets[pet], status=status)
        case ev.NewNumber(owner, phone):
            neo.numbers[owner] = phone
        case _:
            return False
    return True


def play_person(clinic: Clinic, event: ev.Event) -> bool:
    """What people do with the program, and what the calling system does. False for an event of another kind."""
    records, now = clinic.records, clinic.time_of(getattr(event, "user", ""))
    refused = records.standing.refused(event)
    if refused is not None:
        clinic.meet(refused)
        return True
    match event:
        case ev.Decide():
            _decide(clinic, event)
        case ev.OptOut(user, number, on):
            _opt_out(clinic, user, dialable(number, records.rules.country).e164, on)
        case ev.Switch(user, how):
            rules = records.rules
            turned_on = how == "turn on"
            records.rules = (
                replace(rules, review=False) if turned_on else replace(rules, paused=how == "pause")
            )
            redecide(records, user, now)
        case ev.NewRules(user, what):
            records.rules = new_rules(records.rules, what, now)
            redecide(records, user, now)
        case ev.Outcome(user, place, kind):
            _record(clinic, user, clinic.queued_at(user, place), kind)
        case ev.CallMovesOn(place, status):
            _move_call_on(clinic, place, status)
        case _:
            office = play_sign_in(clinic, event) or play_computers(clinic, event)
            told = numbers_said.play(clinic, event) or telling.play(clinic, event)
            return office or told or by_hand.play(clinic, event, _opt_out)
    return True


def play_sync(clinic: Clinic, event: ev.Sync, ending: Ending | None) -> MemoryRun | None:
    """A run that ends so; None where none begins, because of the records, the sign-in or another computer's lease."""
    refused = hindrance(clinic, event)
    if refused is not None:
        clinic.meet(refused)
        return None
    meanwhile = event.meanwhile
    run = MemoryRun(
        clinic.records,
        clinic.neo,
        event.user,
        clinic.time_of(event.user),
        only_of(clinic, event),
        event.trouble is not ev.Trouble.HALF_LISTS,
        ending,
        None if meanwhile is None else lambda: play_person(clinic, meanwhile),
        refused=refused_visits(clinic, event),
        ahead=clinic.records.standing.wrong_by(event.user),
    )
    run.run()
    if ending is not None and ending.code is not None:
        clinic.meet(ending.code)
    if ending is not None and ending.code is not None and consequence(ending.code).suspends:
        clinic.records.suspended[event.user] = ending.code
    left = ending is not None and ending.keeps_lease
    clinic.lease = Left(event.user, event.computer, clinic.now) if left else None
    return run


def only_of(clinic: Clinic, event: ev.Sync) -> frozenset[str] | None:
    """The visits that a run is about, None for all."""
    if event.look is not None:
        return event.look
    only = None if event.only is None else clinic.key_at(event.user, event.only)
    return None if only is None else frozenset({only})


def refused_visits(clinic: Clinic, event: ev.Sync) -> frozenset[str]:
    """Every key of the visit that the records refuse in this run."""
    seen = clinic.visit_at(event.after) if event.trouble is ev.Trouble.REFUSED else None
    return frozenset(seen.keys) if seen is not None else frozenset()


def hindrance(clinic: Clinic, event: ev.Sync) -> FailureCode | None:
    """Why no run can begin; a lease of the same computer's own dead program is no obstacle."""
    lease, records = clinic.lease, clinic.records
    refused = records.standing.refusal(event.user)
    if refused is not None:
        return refused
    if event.user in records.standing.without_sign_in:
        return FailureCode.NO_CREDENTIALS
    if event.user in records.suspended:
        return records.suspended[event.user]
    free = lease is None or (lease.user, lease.computer) == (event.user, event.computer)
    return None if free else FailureCode.OTHER_COMPUTER


# what the one line to Neo may raise, or what is behind it: where a run signs in, and while it reads
MET_AT_SIGN_IN = (
    FailureCode.WRONG_PASSWORD, FailureCode.LOCKED_OUT, FailureCode.ACCOUNT_DISABLED, FailureCode.PASSWORD_EXPIRED,
    FailureCode.NOT_FROM_HERE, FailureCode.CODE_ASKED, FailureCode.SIGN_IN_REJECTED, FailureCode.SIGN_IN_REDIRECTED,
    FailureCode.PAGE_CHANGED, FailureCode.PAGE_NEEDS_HOST, FailureCode.NO_BROWSER, FailureCode.MAINTENANCE,
    FailureCode.SESSION_EXPIRED, FailureCode.KEY_MISSING, FailureCode.VAULT_LOCKED, FailureCode.VAULT_UNAVAILABLE,
    FailureCode.KEY_FILE_PUT_BACK, FailureCode.SEAL_BROKEN, FailureCode.NOT_APPROVED, FailureCode.COMPUTERS_CHANGED,
    FailureCode.ADDRESS_CHANGED, FailureCode.NEO_ASKS, FailureCode.BRANCH_ASKED, FailureCode.PROXY_SIGN_IN,
)  # fmt: skip
MET_WHILE_READING = (
    FailureCode.UNREACHABLE, FailureCode.TOO_SLOW, FailureCode.TOO_MANY_REQUESTS, FailureCode.SERVER_PROBLEM,
    FailureCode.BROWSER_CLOSED, FailureCode.SOMETHING_BETWEEN, FailureCode.PAYLOAD_CHANGED, FailureCode.LISTS_EMPTIED,
    FailureCode.DATABASE_UNREACHABLE, FailureCode.DATABASE_REFUSED, FailureCode.CANCELLED, FailureCode.OURS,
    FailureCode.LISTS_CLOSED, FailureCode.NEO_REFUSED, FailureCode.CALLING_HOURS_UNREADABLE,
)  # fmt: skip


def code_of(event: ev.Sync) -> FailureCode:
    """Which failure the trouble of this run is."""
    found = MET_AT_SIGN_IN if event.trouble is ev.Trouble.REJECTED else MET_WHILE_READING
    return found[event.code % len(found)]


def ending_of(event: ev.Sync) -> Ending | None:
    """How a run ends where nothing but the event says so; a crash may come before anything is read."""
    match event.trouble:
        case ev.Trouble.CRASH:
            return Ending(FailureCode.CRASHED, event.after - 1, keeps_lease=True)
        case ev.Trouble.OUTAGE:
            return Ending(code_of(event), event.after // 2)
        case ev.Trouble.LEASE_TAKEN:
            return Ending(FailureCode.LEASE_LOST, event.after // 2)
        case ev.Trouble.REJECTED:
            return Ending(code_of(event), -1)
        case _:
            return None


def new_rules(rules: CallRules, what: str, now: datetime) -> CallRules:
    """The clinic's rules after this change."""
    tomorrow = (now + timedelta(days=1)).astimezone(rules.zone).date()
    dental = rules.kinds[VisitKind.DENTAL]
    changes: dict[str, dict[str, object]] = {
        "Dental off": {"kinds": {**rules.kinds, VisitKind.DENTAL: replace(dental, enabled=False)}},
        "Dental on": {"kinds": {**rules.kinds, VisitKind.DENTAL: replace(dental, enabled=True)}},
        "weekday closed": {"closed_weekdays": rules.closed_weekdays | {tomorrow.weekday()}},
        "all days open": {"closed_weekdays": frozenset(), "closed_days": frozenset()},
        "tomorrow closed": {"closed_days": rules.closed_days | {tomorrow}},
        "late window": {"window_start": time(15), "window_end": time(20)},
        "usual window": {"window_start": time(9), "window_end": time(19)},
        hostile.ROOM_FOR_ALL: {"slot_size": LARGEST_SLOT_SIZE},
        tried.ONE_TRY: {"max_attempts": 1},
        tried.THREE_TRIES: {"max_attempts": 3},
        **{change: {"hours": hours} for change, hours in LAWS.items()},
        **CALLERS,
        ev.WITHOUT_CALLS: {"types": {"wellness": NO_CALL}},
        ev.WITH_CALLS: {"types": {}},
    }
    return replace(rules, **changes[what])  # type: ignore[arg-type]  # fields by name


def chosen_time(clinic: Clinic, minutes: int | None) -> datetime | None:
    """The instant that a person chooses for a call."""
    return None if minutes is None else clinic.now + timedelta(minutes=minutes)


def refused_decision(clinic: Clinic, event: ev.Decide, key: str) -> FailureCode | None:
    """Why a person can't decide this: about a call that is under way, or for a time that has passed."""
    if event.minutes is not None and event.minutes <= 0:
        return FailureCode.INVALID_INPUT
    call = clinic.records.call_of(event.user, key)
    under_way = call is not None and call.status in UNDER_WAY and event.choice is not PersonChoice.IGNORE
    return FailureCode.HANDED_OVER if under_way else None


def _decide(clinic: Clinic, event: ev.Decide) -> None:
    records, key = clinic.records, clinic.key_at(event.user, event.visit)
    if key is None:
        return
    refused = refused_decision(clinic, event, key)
    if refused is not None:
        clinic.meet(refused)
        return
    stored = records.visits[event.user, key]
    for each in keys_of(key, stored.consultation_id):
        records.decisions.pop(each, None)
    if event.choice is not None:
        seen = stored.content_hash
        records.decisions[key] = PersonDecision(
            event.choice, event.user, clinic.now, seen, WHY, chosen_time(clinic, event.minutes)
        )
    redecide(records, event.user, clinic.time_of(event.user), [key])


def _record(clinic: Clinic, user: str, call_id: str | None, kind: CallOutcomeKind) -> None:
    if call_id is None:
        return
    records, now = clinic.records, clinic.time_of(user)
    call, members = records.calls[call_id], records.members(call_id)
    tried.record(records, call_id, kind, now)
    if kind in tried.GOES_ON:
        redecide(records, user, now, members)
    if kind is CallOutcomeKind.OPTED_OUT:
        _opt_out(clinic, user, call.phone, on=True)
    if kind is CallOutcomeKind.WRONG_NUMBER:
        tell_wrong(clinic, user, call.phone)


def _opt_out(clinic: Clinic, user: str, number: str | None, on: bool) -> None:
    records = clinic.records
    if number is None:
        clinic.meet(FailureCode.INVALID_INPUT)
        return
    opted = records.rules.opted_out | {number} if on else records.rules.opted_out - {number}
    records.rules = replace(records.rules, opted_out=opted)
    redecide(records, user, clinic.time_of(user))
    if on:
        stop_calls(records, user, clinic.now)


def _move_call_on(clinic: Clinic, place: int, status: str) -> None:
    call_id = clinic.live_call_at(place)
    if call_id is None:
        return
    call = clinic.records.calls[call_id]
    if status == "removed":
        clinic.records.remove_call(call_id)
    elif call.status == QUEUED or status == "completed":
        call.status = status
        call.ended_at = clinic.now if status in (CANCELLED, "completed") else None
        call.begun_at = clinic.now if status == "ringing" else call.begun_at


def _change(clinic: Clinic, place: int, **values: object) -> None:
    visit = clinic.visit_at(place)
    if visit is not None:
        clinic.neo.change(visit.number, **values)


def _change_visit(clinic: Clinic, place: int, how: str) -> None:
    changes: dict[str, dict[str, object]] = {
        "gone": {"gone": True},
        "back": {"gone": False},
        "unreadable": {"unreadable": FailureCode.CONSULTATION_UNREADABLE},
        "page gone": {"unreadable": FailureCode.CONSULTATION_MISSING},
        "unavailable": {"unreadable": FailureCode.CONSULTATION_UNAVAILABLE},
        "closed": {"unreadable": FailureCode.CONSULTATION_CLOSED},
        "readable": {"unreadable": None},
        "put to sleep": {"put_to_sleep": True},
    }
    visit = clinic.visit_at(place)
    if visit is None:
        return
    if how in (*OFF, "Completed", "Confirmed"):
        values: dict[str, object] = {"planned": how}
    elif how == "moved":
        if not visit.appointment or visit.consultation:
            return
        values = {"at": visit.at + timedelta(days=1)}
    elif how == "no time":
        values = {"timeless": True}
    elif how == "appointed":
        values = {"appointment": True, "kind": visit.kind or "Wellness"}
    elif how == "call-back":
        clinic.neo.plan_call_back(visit.pet)
        return
    elif how == "call disabled":
        _disable(clinic.records, visit.key)
        return
    else:
        values = changes[how]
    clinic.neo.change(visit.number, **values)


def _disable(records: MemoryRecords, key: str) -> None:
    """Somebody switches calls off for a case, which only the user has who wrote it first."""
    owner = records.cases.get(key)
    if owner is not None and (owner, key) in records.visits:
        records.disabled.add(key)
