"""What the rules of a call look at, and what one rule found: the shared ground of `checks` and `rules`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from idexx_desktop.domain.areas import areas_of
from idexx_desktop.domain.calling_hours import Area
from idexx_desktop.domain.decisions import (
    CallRules,
    PersonDecision,
    ReasonCode,
    RuleStep,
    StepOutcome,
)
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.habits import habits_of
from idexx_desktop.domain.kinds import NeoStatus, classify, neo_status
from idexx_desktop.domain.known_sentences import without_known
from idexx_desktop.domain.owner_numbers import PartOfDay, in_its_place
from idexx_desktop.domain.phones import Phone, dialable, first_dialable
from idexx_desktop.domain.practice_words import plain, types_of
from idexx_desktop.domain.signs import Sign, find_signs
from idexx_desktop.domain.told_deaths import ToldDeath
from idexx_desktop.domain.visits import Visit, VisitKind


@dataclass(frozen=True, slots=True)
class Finding:
    """How one rule ended. `code` and `reason` say why there is no call; a rule that passed has neither."""

    rule: str
    outcome: StepOutcome
    detail: str = ""
    code: ReasonCode | None = None
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether the next rule is asked."""
        return self.outcome is StepOutcome.PASSED

    def step(self) -> RuleStep:
        """The line of the trace."""
        return RuleStep(self.rule, self.outcome, self.detail)


@dataclass(frozen=True)
class Facts:
    """Everything that the rules know of one visit. See `rules.decide` for the meaning of each."""

    visit: Visit
    rules: CallRules
    now: datetime
    person: PersonDecision | None = None
    call_enabled: bool = True
    vanished: bool = False
    failure: Failure | None = None
    first_seen_at: datetime | None = None
    queued_for: datetime | None = None
    earlier_signs: bool = False
    more_areas: frozenset[Area] = frozenset()
    owners_number: str | None = None
    earlier_care: tuple[str, ...] = ()
    told_dead: ToldDeath | None = None
    tries: tuple[datetime, ...] = ()

    @cached_property
    def kind(self) -> VisitKind:
        """What kind of visit it was: as the practice says of its type, unless anything speaks of the end of a life."""
        found = classify(self.visit)
        if found is VisitKind.END_OF_LIFE or self.type_meaning not in list(VisitKind):
            return found
        return VisitKind(self.type_meaning)

    @cached_property
    def type_meaning(self) -> str:
        """What people of the clinic said that its types of appointment mean, "" for nothing, or not the same."""
        said = {self.rules.types.get(plain(name), "") for name in types_of(self.visit)}
        return said.pop() if len(said) == 1 else ""

    @cached_property
    def heard(self) -> Visit:
        """The visit without the sentences of which people of the clinic said that they tell nothing of its animal."""
        return without_known(self.visit, self.rules.known_sentences)

    @cached_property
    def signs(self) -> tuple[Sign, ...]:
        """Every sign of death that the careful phrases and Neo's own fields give, the certain ones first.

        What leaves no doubt does so whatever people said of its sentence.
        """
        found = find_signs(self.heard, self.rules.life_answers)
        if self.heard == self.visit:
            return found
        certain = (sign for sign in find_signs(self.visit, self.rules.life_answers) if sign.certain)
        return tuple(dict.fromkeys((*certain, *found)))

    @cached_property
    def phone(self) -> Phone:
        """The number that would be called."""
        own = phone_to_call(self.visit, self.rules)
        return own if own.e164 or not self.owners_number else dialable(self.owners_number, self.rules.country)

    @cached_property
    def suits(self) -> PartOfDay | None:
        """The part of the day that suits the owner, as somebody said of the number that Neo has."""
        contact = self.rules.contacts.get(phone_of(self.visit, self.rules.country).e164 or "")
        return contact.suits if contact else None

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Where a call has to be allowed: where the number may ring, and where the household's other numbers may."""
        own = areas_of(self.phone, self.rules)
        return (*own, *sorted(self.more_areas - set(own), key=str))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number of the owner in any of the places that were read: an opt-out of one of them counts."""
        lent = frozenset({self.phone.e164} if self.phone.e164 else ())
        return numbers_of(self.visit, self.rules) | lent

    @cached_property
    def consultation_status(self) -> NeoStatus:
        """The class of the consultation's own status, from its page or the search."""
        for source in (self.visit.consultation, self.visit.summary):
            if source and (status := neo_status(source.status)) is not NeoStatus.NONE:
                return status
        return NeoStatus.NONE

    @cached_property
    def appointment_status(self) -> NeoStatus:
        """The class of the appointment's status."""
        return neo_status(self.visit.appointment.status) if self.visit.appointment else NeoStatus.NONE

    @property
    def called_by(self) -> str:
        """Who decided that this owner be called, "" for nobody."""
        return self.person.decided_by if self.person and self.person.choice.calls else ""

    @property
    def as_decided(self) -> bool:
        """Whether a person decided to call on seeing the record as it is now."""
        seen = self.person.content_hash if self.person and self.called_by else None
        return seen is not None and self.failure is None and self.visit.is_as(seen)

    @property
    def pet(self) -> str:
        """The pet's name, or words for it that can begin a sentence."""
        return self.visit.patient_name or "The pet"

    @property
    def by_provider(self) -> str:
        """ " (Dr. Kim)", "" where Neo names nobody."""
        return f" ({self.visit.provider})" if self.visit.provider else ""


def numbers_of(visit: Visit, rules: CallRules) -> frozenset[str]:
    """Every number of the owner (E.164) in any of the places that were read, and the one that is used instead."""
    phone = phone_to_call(visit, rules)
    return frozenset(number for number in (phone.e164, *phone.others) if number is not None)


def phone_to_call(visit: Visit, rules: CallRules) -> Phone:
    """The number that would be called: the first in Neo, or what a person said to use in its place."""
    return in_its_place(phone_of(visit, rules.country), rules)


def phone_of(visit: Visit, country: str) -> Phone:
    """The first number in Neo: mobile, then home, then work, then the calendar's; the rest are its `others`."""
    return first_dialable((telephone.number for telephone in visit.telephones), country)


def passed(rule: str, detail: str = "") -> Finding:
    """The rule raises no objection."""
    return Finding(rule, StepOutcome.PASSED, detail)


def stopped(rule: str, outcome: StepOutcome, code: ReasonCode, reason: str, detail: str = "") -> Finding:
    """The rule decides; its detail is the reason where there is no more to say."""
    return Finding(rule, outcome, detail or reason, code, reason)


def moment_words(moment: datetime, zone: ZoneInfo, country: str) -> str:
    """ "22 Nov, 16:00", local, as the clinic's country writes it."""
    local, habits = moment.astimezone(zone), habits_of(country)
    return f"{habits.day(local.date())}, {habits.clock(local.time())}"
