"""The keys of every order that visits and calls may have; `domain.places` tells a row's place in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TableClause, and_, case, func, literal, select

from idexx_desktop.db.models import table_of, visits
from idexx_desktop.db.repositories.keyset import Key, id_key, name_key
from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.kinds import KIND_LABELS
from idexx_desktop.domain.orders import STATE_RANKS, By, Order, usual_of_calls
from idexx_desktop.domain.others_calls import FAILED
from idexx_desktop.domain.places import OWN_CLINIC
from idexx_desktop.domain.ranks import CALL_RANKS, NOT_MADE, PAUSED
from idexx_desktop.domain.visits import VisitKind

_VISITS = table_of(visits.VisitRow)
_CALL_VISITS = table_of(visits.CallVisit)
_OUTCOMES = table_of(visits.CallOutcomeRow)
_NAMES = {
    By.PET: _VISITS.c.patient_name,
    By.OWNER: _VISITS.c.owner_name,
    By.PROVIDER: _VISITS.c.provider,
    By.IN_NEO: _VISITS.c.neo_status,
    By.BRANCH: _VISITS.c.branch,
}


def clinic_key(clinics: TableClause, clinic_id: ColumnElement[Any], own: UUID, *, down: bool) -> Key:
    """By the clinic's name; a place holds the clinic's id."""

    def name_of(wanted: ColumnElement[Any]) -> ColumnElement[Any]:
        found = select(func.lower(clinics.c.name)).where(clinics.c.id == wanted).scalar_subquery()
        return func.coalesce(found, "")

    def given(place: str) -> ColumnElement[Any]:
        if not place:
            return literal("")
        return name_of(literal(own if place == OWN_CLINIC else UUID(place)))

    return Key(name_of(clinic_id), down, given)


def visit_keys(order: Order, reads: ColumnElement[str], clinics: TableClause, own: UUID) -> tuple[Key, ...]:
    """Of rows that are equal in it, the newest come first. `reads`: the state that a visit shows."""
    usual = (
        Key(_VISITS.c.visit_at, order.down if order.by is By.TIME else True, nullable=True),
        Key(_VISITS.c.visit_key),
        id_key(_VISITS.c.id),
    )
    match order.by:
        case By.TIME:
            return usual
        case By.STATE:
            first = Key(case(STATE_RANKS, value=reads), order.down)
        case By.READ:
            first = Key(_VISITS.c.last_read_at, order.down, nullable=True)
        case By.KIND:
            # of a newer version's kind, too, the word is the general one
            first = name_key(_kind(_VISITS.c.kind, literal(KIND_LABELS[VisitKind.GENERAL])), down=order.down)
        case By.CLINIC:
            first = clinic_key(clinics, _VISITS.c.clinic_id, own, down=order.down)
        case _:
            first = name_key(_NAMES[order.by], down=order.down)
    return (first, *usual)


def call_keys(
    calls: TableClause, group: str, order: Order, set_aside: ColumnElement[bool], clinic: Key
) -> tuple[Key, ...]:
    """Of rows that are equal in it, those come first that do in the group's own order. `clinic`: the key for that."""
    down = order.down if order.by is By.TIME else usual_of_calls(group).down
    usual = (Key(calls.c.scheduled_for, down), id_key(calls.c.id, down=down))
    said = calls.c.dynamic_variables
    match order.by:
        case By.TIME:
            return usual
        case By.PET:
            first = name_key(_first_pet(calls), down=order.down)
        case By.KIND:
            kind = func.coalesce(said["sub_type"].astext, "")
            first = name_key(_kind(kind, kind), down=order.down)
        case By.STATE:
            first = Key(_call_rank(calls, set_aside), order.down)
        case By.CLINIC:
            first = clinic
        case _:
            first = name_key(func.coalesce(said["owner_name"].astext, ""), down=order.down)
    return (first, *usual)


def _kind(column: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    words: Mapping[str, str] = {str(kind): label for kind, label in KIND_LABELS.items()}
    return case(words, value=column, else_=other)


def _first_pet(calls: TableClause) -> ColumnElement[Any]:
    """The pet that a row names first: of the visits on the call, else of those that were on it to the last."""
    same = and_(
        _VISITS.c.clinic_id == _CALL_VISITS.c.clinic_id,
        _VISITS.c.visit_key == _CALL_VISITS.c.visit_key,
        _VISITS.c.user_id == _CALL_VISITS.c.user_id,
    )
    name = func.coalesce(_VISITS.c.patient_name, "")
    first = (
        select(name)
        .select_from(_CALL_VISITS.outerjoin(_VISITS, same))
        .where(_CALL_VISITS.c.call_id == calls.c.id)
        .order_by(
            _CALL_VISITS.c.active.desc(), _CALL_VISITS.c.removed_at.desc(), name == "",
            _VISITS.c.visit_at, _CALL_VISITS.c.visit_key,
        )
        .limit(1)
        .correlate(calls)
    )  # fmt: skip
    return func.coalesce(first.scalar_subquery(), "")


def _call_rank(calls: TableClause, set_aside: ColumnElement[bool]) -> ColumnElement[int]:
    """As `domain.ranks.call_reads` reads a row."""
    last = (
        select(_OUTCOMES.c.outcome)
        .where(_OUTCOMES.c.call_id == calls.c.id, _OUTCOMES.c.undone_at.is_(None))
        .order_by(_OUTCOMES.c.recorded_at.desc(), _OUTCOMES.c.id.desc())
        .limit(1)
        .correlate(calls)
        .scalar_subquery()
    )
    status = calls.c.status
    return case(
        (set_aside, CALL_RANKS[PAUSED]),
        *((status == word, CALL_RANKS[word]) for word in NOT_MADE if word != PAUSED),
        *((last == str(kind), CALL_RANKS[kind]) for kind in CallOutcomeKind),
        *((status == word, rank) for word, rank in CALL_RANKS.items() if word not in set(CallOutcomeKind)),
        else_=CALL_RANKS[FAILED],
    )
