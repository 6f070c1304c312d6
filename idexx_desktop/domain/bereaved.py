"""What people told of pets that died, in the course of a reconcile: whose visits those are, and the owner's others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from idexx_desktop.domain.cases import Case, held, member_of
from idexx_desktop.domain.changes import KnownVisit, VisitRead, seen_first_now
from idexx_desktop.domain.decisions import CallRules, ReasonCode
from idexx_desktop.domain.findings import phone_of
from idexx_desktop.domain.holding import too_late_without_call, without_time
from idexx_desktop.domain.households import Member
from idexx_desktop.domain.told_deaths import ToldDeath, of_owners_other, of_pet

HOUSEHOLD_RULE = "Other pets of this owner"


def members_of(
    reads: Sequence[VisitRead], known: Mapping[str, KnownVisit], rules: CallRules, now: datetime
) -> dict[str, Member]:
    """Whose each visit is that was read, by key."""
    return {
        read.visit.visit_key: member_of(
            read.visit,
            known.get(read.visit.visit_key),
            phone_of(read.visit, rules.country).e164,
            rules,
            now,
        )
        for read in reads
    }


def with_told_deaths(
    reads: Sequence[VisitRead],
    known: Mapping[str, KnownVisit],
    members: Mapping[str, Member],
    deaths: Collection[ToldDeath],
    now: datetime,
) -> dict[str, KnownVisit]:
    """Say of each visit that was read whether its pet has died, or another pet of its owner: see `KnownVisit`."""
    result = dict(known)
    for read in reads:
        visit, key = read.visit, read.visit.visit_key
        before = result.get(key)
        consultation = visit.consultation_id or (before.consultation_id if before else None)
        at = visit.visit_at or (before.visit_at if before else None) or now
        own = of_pet(deaths, members[key], consultation)
        other = of_owners_other(deaths, members[key], at, consultation)
        if before is None and (own or other):
            before = seen_first_now(visit, now)
        if before is not None and (before.told_dead, before.bereaved) != (own, other):
            result[key] = replace(before, told_dead=own, bereaved=other)
    return result


def hold_for_told_deaths(cases: dict[str, Case], rules: CallRules, now: datetime) -> None:
    """Hold what would be called about another pet of the owner, until a person decides who knows of the death."""
    for key in sorted(cases):
        case = cases[key]
        death = case.known.bereaved if case.known else None
        if death is None or case.decision is None or not case.could_be_called:
            continue
        if case.called_at is not None and case.called_at > death.told_at:
            continue
        late = too_late_without_call(case, rules, now)
        if late is not None:
            cases[key] = replace(case, decision=late)
            continue
        reason = death.reason_for_others(rules.zone, rules.country)
        decision = held(case.decision, ReasonCode.HOUSEHOLD_HELD, reason, HOUSEHOLD_RULE)
        cases[key] = replace(case, decision=without_time(decision))
