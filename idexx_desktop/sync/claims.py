"""Whose a visit's call is, where several accounts of a clinic sync it: the first to have one that reaches its owner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from idexx_desktop.db.repositories.others_calls import asked
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.bereaved import members_of, with_told_deaths
from idexx_desktop.domain.cases import known_case, member_of
from idexx_desktop.domain.changes import KnownVisit, VisitRead, seen_first_now
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.findings import numbers_of, phone_to_call
from idexx_desktop.domain.households import households
from idexx_desktop.domain.others_calls import QUEUED, OthersCall, VisitClaim
from idexx_desktop.domain.visits import keys_of


def with_claims(
    tx: Transaction,
    reads: Sequence[VisitRead],
    known: Mapping[str, KnownVisit],
    rules: CallRules,
    now: datetime,
) -> dict[str, KnownVisit]:
    """Say of each visit that was read which calls other accounts have for it, and at which numbers its owner is.

    A visit that this user never read may be decided on already: decisions are the clinic's.
    """
    visits = {read.visit.visit_key: read.visit for read in reads}
    persons = tx.decisions.of(visits.values())
    claims = tx.calls.claim(map(asked, visits.values()))
    shared = {key for key, claim in claims.items() if claim.others}
    numbers = numbers_by_visit(reads, known, rules, now) if shared else {}
    claims |= tx.calls.claim(
        asked(visits[key], {*numbers[key], *_former(known.get(key))}) for key in sorted(shared)
    )
    switched_off = tx.cases.switched_off(visits.values())
    result = dict(known)
    for key, claim in claims.items():
        before = result.get(key)
        found = numbers.get(key, frozenset())
        others = _of_others(claim, before, found)
        # of a visit with a case of one's own, that case says whether calls are on
        off = key in switched_off and (before is None or before.case_id is None)
        if before is None and (key in persons or others or off):
            before = seen_first_now(visits[key], now)
        if before is not None:
            result[key] = replace(
                before,
                claimed_elsewhere=False,
                others=others,
                numbers=found,
                off_elsewhere=off,
                person=persons.get(key),
            )
    return _with_deaths(tx, reads, result, rules, now)


def _with_deaths(
    tx: Transaction,
    reads: Sequence[VisitRead],
    known: Mapping[str, KnownVisit],
    rules: CallRules,
    now: datetime,
) -> dict[str, KnownVisit]:
    """What people told of these visits' pets and of their owners' others: whoever told it, and however long ago."""
    members = members_of(reads, known, rules, now)
    visits = [read.visit for read in reads]
    keys = {each for visit in visits for each in keys_of(visit.visit_key, visit.consultation_id)}
    deaths = tx.deaths.near(members.values(), keys)
    return with_told_deaths(reads, known, members, deaths, now)


def _of_others(
    claim: VisitClaim, before: KnownVisit | None, numbers: Collection[str]
) -> tuple[OthersCall, ...]:
    """What others have for a visit that is not this user's alone.

    A call that was made at the number that the owner had before was made; one that is still to be made isn't theirs.
    """
    if claim.is_mine and (before is None or before.call is None):
        return ()
    return tuple(
        replace(other, phone=None) if other.status == QUEUED and other.phone not in numbers else other
        for other in claim.others
    )


def _former(before: KnownVisit | None) -> set[str]:
    return {before.phone} if before is not None and before.phone else set()


def numbers_by_visit(
    reads: Iterable[VisitRead], known: Mapping[str, KnownVisit], rules: CallRules, now: datetime
) -> dict[str, frozenset[str]]:
    """The numbers of each visit's owner, those of the household's other visits included: it gets one call."""
    of_visit = {key: frozenset({visit.phone} if visit.phone else ()) for key, visit in known.items()}
    members = {key: known_case(visit, rules.zone, now).member for key, visit in known.items()}
    for read in reads:
        key = read.visit.visit_key
        of_visit[key] = numbers_of(read.visit, rules)
        phone = phone_to_call(read.visit, rules).e164
        members[key] = member_of(read.visit, known.get(key), phone, rules, now)
    for group in households(members.values()):
        together = frozenset[str]().union(*(of_visit[member.visit_key] for member in group))
        of_visit |= {member.visit_key: together for member in group}
    return of_visit
