"""Which visits people decided about last, and which belong to them: ids of visits, for `VisitRepository`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from idexx_desktop.db.repositories.base import one_of
from idexx_desktop.db.repositories.visit_pages import DECISIONS, VISITS
from idexx_desktop.domain.decisions import PersonChoice

_SAID = [str(choice) for choice in PersonChoice if choice is not PersonChoice.IGNORE]
# of one owner's day in every time zone, and of one pet: a death is remembered for so long
_SAME_DAY, _SAME_PET = timedelta(days=1), timedelta(days=90)


def newest_decided(user: UUID, clinic: UUID, most: int) -> tuple[Select[Any], ...]:
    """The visits of the newest decisions of the clinic on whether to call, under either of a visit's keys."""
    newest = (
        select(DECISIONS.c.visit_key)
        .where(
            DECISIONS.c.clinic_id == clinic, DECISIONS.c.undone_at.is_(None), DECISIONS.c.choice.in_(_SAID)
        )
        .order_by(DECISIONS.c.decided_at.desc())
        .limit(most)
        .subquery()
    )
    mine = select(VISITS.c.id).where(VISITS.c.user_id == user, VISITS.c.clinic_id == clinic)
    return (
        mine.join(newest, newest.c.visit_key == VISITS.c.visit_key),
        mine.join(newest, newest.c.visit_key == func.concat("c:", VISITS.c.consultation_id)),
    )


def of_their_kin(user: UUID, clinic: UUID, visit_keys: Collection[str]) -> tuple[Select[Any], ...]:
    """The visits of these keys, those that their owners may have had that day, and those of their pets around it."""
    one, other = VISITS.alias("one"), VISITS.alias("other")
    same_owner = or_(one.c.client_id == other.c.client_id, one.c.phone == other.c.phone)

    def those(within: timedelta, *alike: ColumnElement[bool]) -> Select[Any]:
        near = other.c.visit_at.between(one.c.visit_at - within, one.c.visit_at + within)
        mine = [
            each == wanted for each, wanted in ((one.c.user_id, user), (other.c.user_id, user),
                                                (one.c.clinic_id, clinic), (other.c.clinic_id, clinic))
        ]  # fmt: skip
        joined = one.join(other, and_(near, *alike))
        return select(other.c.id).select_from(joined).where(*mine, one.c.visit_key == one_of(visit_keys))

    named_alike = func.lower(one.c.patient_name) == func.lower(other.c.patient_name)
    own = select(VISITS.c.id).where(
        VISITS.c.user_id == user, VISITS.c.clinic_id == clinic, VISITS.c.visit_key == one_of(visit_keys)
    )
    return (
        own,
        those(_SAME_DAY, same_owner),
        those(_SAME_PET, one.c.patient_id == other.c.patient_id),
        those(_SAME_PET, one.c.phone == other.c.phone, named_alike),
        those(_SAME_PET, one.c.client_id == other.c.client_id, named_alike),
    )
