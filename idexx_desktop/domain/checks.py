"""The rules of a discharge call, one function each, in the order in which people read them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.attempts import are_left, day_after
from idexx_desktop.domain.call_times import (
    LATEST_DELAY,
    SlotProblem,
    is_allowed,
    is_decent,
    next_slot,
)
from idexx_desktop.domain.consents import missing_consent
from idexx_desktop.domain.decisions import DEFAULT_KIND_RULES, CallRules, KindRule, ReasonCode, StepOutcome
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.findings import Facts, Finding, moment_words, passed, stopped
from idexx_desktop.domain.kinds import KIND_LABELS, NeoStatus, neo_status
from idexx_desktop.domain.law_words import not_then
from idexx_desktop.domain.odd_names import odd_name
from idexx_desktop.domain.owner_numbers import at_best_time, told_wrong
from idexx_desktop.domain.phones import PhoneProblem
from idexx_desktop.domain.practice_words import (
    END_OF_LIFE,
    NO_CALL,
    looks_like_the_end,
    plain,
    products_of,
    types_of,
)
from idexx_desktop.domain.refusals import Refusal, find_refusal
from idexx_desktop.domain.second_reader import READER_RULE, takes_back
from idexx_desktop.domain.signs import SIGNS_RULE, Sign, SignPlace
from idexx_desktop.domain.told_deaths import TOLD_RULE
from idexx_desktop.domain.unwritten import nobody_came, says_nothing

TOOK_PLACE = "Visit took place"
COUNTS = "Counts as a visit"
NOTES = "Notes are in"
KIND = "Kind of visit gets calls"
CONSENT = "Owner wants calls"
PHONE = "Phone number"
WINDOW = "Call window"
CALLS_ON = "Calls are on"
RULES = (TOOK_PLACE, COUNTS, SIGNS_RULE, NOTES, KIND, CONSENT, READER_RULE, PHONE, WINDOW, CALLS_ON)

_EXCLUDED, _HELD, _WAITING = StepOutcome.EXCLUDED, StepOutcome.HELD, StepOutcome.WAITING
_OFF = {
    NeoStatus.CANCELLED: (ReasonCode.CANCELLED, "The visit was cancelled."),
    NeoStatus.NO_SHOW: (ReasonCode.NO_SHOW, "Nobody came to this visit."),
}
_NO_VISIT = {
    NeoStatus.VOIDED: (ReasonCode.VOIDED, "The consultation was voided."),
    NeoStatus.COUNTER_SALE: (ReasonCode.COUNTER_SALE, "This is a counter sale, not a visit."),
    NeoStatus.PREPAYMENT: (ReasonCode.PREPAYMENT, "This is a prepayment, not a visit."),
}


_FEE = re.compile(r"\b(?:no[ -]?show|missed|cancel\w*|fee|deposit|late)\b", re.IGNORECASE)

CALL_ON, WOULD_BE_ON = "Call on", "In review mode. The call would be on"


def took_place(facts: Facts) -> Finding:
    """Whether the visit is over: not cancelled, not to come, not under way, and with a consultation."""
    visit = facts.visit
    if facts.vanished:
        return stopped(TOOK_PLACE, _EXCLUDED, ReasonCode.VANISHED, "Neo doesn't show this visit any more.")
    off = _called_off(facts)
    if off is not None:
        return off
    status = facts.consultation_status
    if status is NeoStatus.NONE:
        status = facts.appointment_status
    if visit.visit_at is not None and visit.visit_at > facts.now and status is not NeoStatus.COMPLETED:
        when = moment_words(visit.visit_at, facts.rules.zone, facts.rules.country)
        return stopped(TOOK_PLACE, _WAITING, ReasonCode.NOT_YET, f"The visit is still to come: {when}.")
    if status is NeoStatus.DRAFT:
        return _draft(facts, "is still a draft in Neo")
    if visit.consultation_id is None:
        reason = f"Neo has no consultation for this visit yet{facts.by_provider}."
        return stopped(TOOK_PLACE, _WAITING, ReasonCode.NO_CONSULTATION, reason)
    if visit.visit_at is None:
        return _unless_called(facts, TOOK_PLACE, ReasonCode.NO_TIME, "Neo shows no time for this visit.")
    if status in (NeoStatus.CHECKED_IN, NeoStatus.IN_PROGRESS) and _is_today(visit.visit_at, facts):
        return _draft(facts, "is still under way in Neo")
    if status is NeoStatus.UNKNOWN and visit.has_notes:
        reason = f"Neo's status “{visit.status[:60]}” isn't known to us."
        return _unless_called(facts, TOOK_PLACE, ReasonCode.UNKNOWN_STATUS, reason)
    return passed(TOOK_PLACE, f"Status in Neo: {visit.status[:60]}" if visit.status else "No status in Neo")


def counts_as_visit(facts: Facts) -> Finding:
    """Whether it is a visit at all: no voided consultation, counter sale or prepayment."""
    appointment = facts.visit.appointment
    of_type = neo_status(appointment.type_description) if appointment else NeoStatus.NONE
    statuses = {facts.consultation_status, facts.appointment_status}
    if of_type is NeoStatus.COUNTER_SALE:
        statuses.add(of_type)
    for status, (code, reason) in _NO_VISIT.items():
        if status in statuses:
            return stopped(COUNTS, _EXCLUDED, code, reason)
    if odd := odd_name(facts.visit):
        reason = f"Is “{odd[:60]}” the name of a patient, or of a record that nobody should use?"
        return _unless_called(facts, COUNTS, ReasonCode.ODD_NAME, reason)
    return passed(COUNTS)


def no_signs_of_death(facts: Facts) -> Finding:
    """Whether anything that was read says that the pet died. A person's decision covers the record that they saw."""
    signs = facts.signs
    if signs and not takes_back(facts):
        return _signs_found(facts, signs[0])
    if facts.failure is not None and facts.earlier_signs:
        reason = f"{facts.pet} may have died, as an earlier reading showed."
        return stopped(SIGNS_RULE, _HELD, ReasonCode.MAY_HAVE_DIED, reason)
    said = _practice_says(facts)
    if signs and said.passed:
        return passed(
            SIGNS_RULE, f"“{signs[0].quote}” ({signs[0].where}), but the record as a whole reads well"
        )
    return said


def told_by_a_person(facts: Facts) -> Finding:
    """Whether anybody told that the pet has died; nobody's decision goes beyond that, but taking it back."""
    if facts.told_dead is None:
        return passed(TOLD_RULE)
    reason = facts.told_dead.reason(facts.pet, facts.rules.zone, facts.rules.country)
    return stopped(TOLD_RULE, _EXCLUDED, ReasonCode.TOLD_DEAD, reason)


def notes_are_in(facts: Facts) -> Finding:
    """Whether there are notes to call about, and they are those of a visit that took place."""
    text = facts.visit.discharge_text
    if nobody := nobody_came(text):
        return _nobody_came(facts, nobody)
    if text.strip() and says_nothing(text) and not facts.called_by:
        reason = f"The notes say nothing yet{facts.by_provider}."
        return stopped(NOTES, _WAITING, ReasonCode.NO_NOTES, reason)
    if not text.strip():
        return stopped(NOTES, _WAITING, ReasonCode.NO_NOTES, f"There are no notes yet{facts.by_provider}.")
    return passed(NOTES, f"By {facts.visit.provider}" if facts.visit.provider else "")


def could_not_be_read(failure: Failure, signs: Finding) -> Finding:
    """The consultation could not be read; signs of death that are known nevertheless are said, too."""
    reason = failure.title if signs.passed else f"{failure.title} {signs.reason}"
    return stopped(NOTES, StepOutcome.FAILED, ReasonCode.UNREADABLE, reason, failure.title)


def kind_gets_calls(facts: Facts) -> Finding:
    """Whether calls are switched on for this kind of visit; a person's decision goes beyond that."""
    label = KIND_LABELS[facts.kind]
    if facts.type_meaning == NO_CALL:
        name = types_of(facts.visit)[0]
        if facts.called_by:
            return passed(KIND, f"No calls for “{name}”, but {facts.called_by} decided to call")
        return stopped(KIND, _EXCLUDED, ReasonCode.TYPE_OFF, f"This clinic makes no calls for “{name}”.")
    if kind_rule(facts).enabled:
        return passed(KIND, label)
    if facts.called_by:
        return passed(KIND, f"{label}: switched off, but {facts.called_by} decided to call")
    return stopped(
        KIND, _EXCLUDED, ReasonCode.KIND_OFF, f"Calls are switched off for this kind of visit: {label}."
    )


def owner_wants_calls(facts: Facts) -> Finding:
    """Whether the owner or the clinic has ruled out calls; nobody's decision goes beyond that."""
    if not facts.call_enabled:
        return stopped(CONSENT, _EXCLUDED, ReasonCode.CALL_DISABLED, "Calls are switched off for this case.")
    if facts.numbers & facts.rules.opted_out:
        return stopped(CONSENT, _EXCLUDED, ReasonCode.OPTED_OUT, "The owner doesn't want to be called.")
    refusal = find_refusal(facts.visit)
    found = _refused(facts, refusal) if refusal else passed(CONSENT)
    return (missing_consent(facts, CONSENT) or found) if found.passed else found


def number_can_be_called(facts: Facts) -> Finding:
    """Whether there is a number that can be dialled."""
    phone = facts.phone
    if phone.problem is PhoneProblem.MISSING:
        return stopped(PHONE, _HELD, ReasonCode.NO_PHONE, "Neo has no phone number for this owner.")
    if phone.problem is PhoneProblem.UNDIALABLE:
        typed = " · ".join(telephone.number for telephone in facts.visit.telephones)
        reason = f"The phone number can't be dialled: “{typed[:80]}”."
        return stopped(PHONE, _HELD, ReasonCode.UNDIALABLE, reason)
    if reason := told_wrong(phone.e164 or "", facts.rules):
        return stopped(PHONE, _HELD, ReasonCode.WRONG_NUMBER, reason)
    extension = f", extension {phone.extension}" if phone.extension else ""
    return passed(PHONE, f"{phone.e164}{extension}")


def call_time(facts: Facts) -> datetime | Finding:
    """The instant of the call, or why there is none.

    The time that a person chose comes first, then that of the call that is queued already, then the rules'; these two
    in the part of the day that suits the owner.
    """
    areas, rules, now = facts.areas, facts.rules, facts.now
    tries, since = facts.tries, _decided_since(facts)
    if tries and not since and not are_left(tries, rules):
        return _no_time(ReasonCode.UNREACHED, f"{_often(len(tries))}, and nobody was reached.")
    chosen = facts.person.scheduled_for if facts.person and facts.called_by and since else None
    if chosen is not None and chosen > now:
        if is_decent(chosen, rules, areas):
            return chosen
        return _no_time(ReasonCode.NO_SLOT, not_then(chosen, rules, areas))
    queued = facts.queued_for if not tries or (facts.queued_for or now) > max(tries) else None
    # overdue it stays, unless the owner lives elsewhere by now, where it is night
    is_overdue = queued is not None and queued <= now and is_decent(queued, rules, areas)
    is_late = queued is not None and now - queued > LATEST_DELAY
    if queued is not None and not is_late and (is_overdue or is_allowed(queued, rules, areas)):
        return at_best_time(queued, facts.suits, rules, areas, now)
    visit_at = facts.visit.over_at or facts.first_seen_at or now
    wanted = (max(tries), day_after(tries, rules)) if tries else (visit_at, kind_rule(facts))
    slot = next_slot(*wanted, rules, areas, now)
    if slot is SlotProblem.TOO_LATE:
        return _no_time(ReasonCode.TOO_LATE, _TOO_LATE)
    if slot is SlotProblem.NO_SLOT:
        return _no_time(ReasonCode.NO_SLOT, "No time fits both the clinic's call hours and the owner's day.")
    # a call that nobody made stays due as long as a new one would be scheduled in its place
    return queued if queued is not None and is_overdue else at_best_time(slot, facts.suits, rules, areas, now)


def _decided_since(facts: Facts) -> bool:
    """Whether nobody has tried yet, or a person decided after the last try."""
    return not facts.tries or (facts.person is not None and facts.person.decided_at > max(facts.tries))


def _often(tries: int) -> str:
    return {1: "There was one try", 2: "There were two tries"}.get(tries, f"There were {tries} tries")


def calls_are_on(facts: Facts, due: datetime) -> Finding:
    """Whether calls are scheduled at all; a decision about one visit doesn't go beyond the clinic's switch."""
    if facts.rules.paused:
        return stopped(CALLS_ON, _HELD, ReasonCode.CALLS_PAUSED, "All calls are paused.")
    if facts.rules.review:
        when = moment_words(due, facts.rules.zone, facts.rules.country)
        return stopped(CALLS_ON, _HELD, ReasonCode.REVIEW, f"{WOULD_BE_ON} {when}.")
    return passed(CALLS_ON)


def window_words(due: datetime, rules: CallRules, owner: tuple[ZoneInfo, ...]) -> str:
    """The time of the call, and what it is for the owner where that differs."""
    here = moment_words(due, rules.zone, rules.country)
    theirs = {moment_words(due, zone, rules.country) for zone in owner} - {here}
    there = f" ({' or '.join(sorted(theirs))} for the owner)" if theirs else ""
    return here + there


def kind_rule(facts: Facts) -> KindRule:
    """How calls for this kind of visit are timed."""
    return facts.rules.kinds.get(facts.kind, DEFAULT_KIND_RULES[facts.kind])


_TOO_LATE = f"More than {LATEST_DELAY.days} days have passed since the call was due."


def _no_time(code: ReasonCode, reason: str) -> Finding:
    return stopped(WINDOW, _HELD, code, reason)


def _called_off(facts: Facts) -> Finding | None:
    """Cancelled or no show; an invoice beside it (a fee?) is a contradiction that a person resolves."""
    if facts.consultation_status in _OFF:
        return stopped(TOOK_PLACE, _EXCLUDED, *_OFF[facts.consultation_status])
    if facts.appointment_status not in _OFF:
        return None
    if facts.consultation_status is NeoStatus.COMPLETED:
        appointment = facts.visit.appointment
        planned = appointment.status if appointment else ""
        reason = f"Neo's calendar says “{planned}”, its consultation “{facts.visit.status}”."
        return _unless_called(facts, TOOK_PLACE, ReasonCode.UNKNOWN_STATUS, reason)
    return stopped(TOOK_PLACE, _EXCLUDED, *_OFF[facts.appointment_status])


def _draft(facts: Facts, is_what: str) -> Finding:
    reason = f"The consultation {is_what}{facts.by_provider}."
    return stopped(TOOK_PLACE, _WAITING, ReasonCode.DRAFT, reason)


def _is_today(visit_at: datetime, facts: Facts) -> bool:
    """A status that nobody moved on by the next day says nothing any more."""
    zone = facts.rules.zone
    return facts.now.astimezone(zone).date() - visit_at.astimezone(zone).date() < timedelta(days=1)


def _unless_called(facts: Facts, rule: str, code: ReasonCode, reason: str) -> Finding:
    if facts.called_by:
        return passed(rule, f"{reason} {facts.called_by} decided to call.")
    return stopped(rule, _HELD, code, reason)


def _practice_says(facts: Facts) -> Finding:
    """Whether the practice's own words speak of the end of a life, as people said or as it looks."""
    for names, said, where in (
        (types_of(facts.visit), facts.rules.types, SignPlace.APPOINTMENT_TYPE),
        (products_of(facts.visit), facts.rules.products, SignPlace.PRODUCT),
    ):
        for name in names:
            meaning, detail = said.get(plain(name)), f"“{name[:60]}” ({where})"
            if meaning != END_OF_LIFE and (meaning is not None or not looks_like_the_end(name)):
                continue
            if facts.as_decided:
                return passed(SIGNS_RULE, f"{detail}; {facts.called_by} decided to call")
            if meaning is None:
                reason = f"Does it mean the end of a life? Nobody has said yet what it means: {detail}."
                return stopped(SIGNS_RULE, _HELD, ReasonCode.TYPE_UNCLEAR, reason, detail)
            if where is SignPlace.APPOINTMENT_TYPE:
                reason = f"An end-of-life visit: {detail}."
                return stopped(SIGNS_RULE, _EXCLUDED, ReasonCode.END_OF_LIFE, reason, detail)
            reason = f"{facts.pet} may have died: {detail}."
            return stopped(SIGNS_RULE, _HELD, ReasonCode.MAY_HAVE_DIED, reason, detail)
    return passed(SIGNS_RULE, "None found")


def _refused(facts: Facts, refusal: Refusal) -> Finding:
    detail = f"“{refusal.quote}” ({refusal.where})"
    if facts.as_decided:
        return passed(CONSENT, f"{detail}; {facts.called_by} decided to call")
    return stopped(CONSENT, _HELD, ReasonCode.DO_NOT_CALL, f"Neo may say not to call: {detail}.", detail)


def _nobody_came(facts: Facts, quote: str) -> Finding:
    """An invoice beside such notes is a contradiction that a person resolves, unless it is for not having come."""
    reason = f"Nobody came to this visit, as the notes say: “{quote}”."
    if facts.called_by:
        return passed(NOTES, f"{reason} {facts.called_by} decided to call.")
    page = facts.visit.consultation
    billed = [line.name for line in page.products if not line.is_declined] if page else []
    if any(not _FEE.search(name) for name in billed):
        return stopped(NOTES, _HELD, ReasonCode.NOBODY_CAME, f"{reason} But there is an invoice.")
    return stopped(NOTES, _EXCLUDED, ReasonCode.NOBODY_CAME, reason)


def _signs_found(facts: Facts, sign: Sign) -> Finding:
    detail = f"“{sign.quote}” ({sign.where})"
    if facts.called_by and facts.person is not None:
        if facts.as_decided:
            return passed(SIGNS_RULE, f"{detail}; {facts.called_by} decided to call")
        reason = f"The record changed after {facts.called_by} decided to call: {detail}."
        return stopped(SIGNS_RULE, _HELD, ReasonCode.MAY_HAVE_DIED, reason, detail)
    if sign.certain:
        died = sign.code is ReasonCode.DECEASED
        reason = f"{facts.pet} has died: {detail}." if died else f"An end-of-life visit: {detail}."
        return stopped(SIGNS_RULE, _EXCLUDED, sign.code, reason, detail)
    reason = f"{facts.pet} may have died: {detail}."
    if sign.asks:
        reason = (
            f"Neo says {detail}, which isn't known to us: {facts.pet} may have died. "
            "What it means can be said once for all visits, under Settings."
        )
    if sign.is_unread:
        detail = f"Too long to be read to its end ({sign.where})"
        reason = f"{facts.pet} may have died: a text in Neo ({sign.where}) is too long to be read to its end."
    return stopped(SIGNS_RULE, _HELD, ReasonCode.MAY_HAVE_DIED, reason, detail)
