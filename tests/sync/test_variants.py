"""Whole syncs of answers as other practices may see them, judged by NEO.md and not by what reads them."""

from __future__ import annotations

from typing import Any

import pytest

from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.variants import LIFE, Change, Drawn, Variants
from tests.support.altered_site import altered
from tests.support.practice import Practice, Practices, practices

__all__ = ["practices"]

VISITS = 24
# NEO.md: what a call is about and whom it is for; without it there may be no call, and that is right
_OF_A_CALL = frozenset({
    *("notes", "dischargeSummary", "discharge_summary", "phone", "phone_number", "status", "current_status"),
    *("status_label", "productService", "product_service", "type_description", "reason", "is_block", "is_roster"),
    *("clinicalNotes", "patient_id", "client_id", "label", "title"),
})  # fmt: skip
_OF_ANOTHER = (ReasonCode.HOUSEHOLD_HELD, ReasonCode.MAY_HAVE_DIED)


def by_seed(variants: Variants) -> Any:
    """The site's answers, as this seed has them."""

    def change(path: str, value: Any) -> object:
        if path.endswith("page-data"):
            return variants.of_page(value)
        if path.endswith("getCalendarEventData"):
            return variants.of_list("calendar", value)
        return variants.of_list("search", value) if path.endswith("/search") else value

    return change


def is_telling(drawn: Drawn) -> bool:
    """Whether a change says that the animal may have died, or something that nobody can know."""
    if drawn.change is not Change.LIFE_KEY:
        return False
    lives, others = LIFE[drawn.name.removeprefix("patient.")]
    assert any(drawn.value == each and type(drawn.value) is type(each) for each in (*lives, *others))
    return not any(drawn.value == each and type(drawn.value) is type(each) for each in lives)


def changes_of(visit: VisitRecord, variants: Variants) -> list[Drawn]:
    """What was changed in the answers that a visit stands in."""
    records = {
        f"page/{visit.consultation_id}",
        f"search/{visit.consultation_id}",
        f"calendar/{visit.visit_key.removeprefix('a:')}",
    }
    return [drawn for key, changes in variants.drawn.items() if key in records for drawn in changes]


def judged(visit: VisitRecord, changes: list[Drawn]) -> None:
    """What NEO.md says of one visit that is called as it is, after these changes."""
    told = [drawn for drawn in changes if is_telling(drawn)]
    if told:
        assert visit.state is not VisitState.SCHEDULED, (visit, told)
        return
    about_the_call = any(drawn.name in _OF_A_CALL for drawn in changes)
    if not about_the_call and visit.state is not VisitState.SCHEDULED:
        assert visit.reason_code in _OF_ANOTHER, (visit, changes)


def play(practice: Practice, called: set[str], seed: int) -> None:
    variants = Variants(seed)
    practice.clock.pass_by(minutes=1)
    with altered(practice, by_seed(variants)):
        result = practice.sync()
    assert result.failure is None
    assert any(is_telling(drawn) for drawn in variants.all_drawn())
    visits = practice.visits()
    changed = {key: changes_of(visits[key], variants) for key in called}
    for key, changes in changed.items():
        judged(visits[key], changes)
    failed = {key for key in called if visits[key].state is VisitState.FAILED}
    assert failed <= {key for key, changes in changed.items() if changes}
    assert len(failed) < len(called) / 3
    assert sum(visits[key].state is VisitState.SCHEDULED for key in called) > len(called) / 4


def called_as_it_is(practice: Practice) -> set[str]:
    """The visits that are called where nothing is changed."""
    assert practice.sync().failure is None
    return {key for key, visit in practice.visits().items() if visit.state is VisitState.SCHEDULED}


def test_a_site_of_other_practices_is_read_by_seed(practices: Practices) -> None:
    practice = practices(visits=VISITS)
    called = called_as_it_is(practice)
    assert len(called) > VISITS / 2
    for seed in (1, 2, 3):
        print(f"seed {seed}")
        play(practice, called, seed)


@pytest.mark.long(item=55)
def test_sites_of_other_practices_are_read_at_length(practices: Practices) -> None:
    practice = practices(visits=VISITS)
    called = called_as_it_is(practice)
    for seed in range(10, 210):
        print(f"seed {seed}")
        play(practice, called, seed)


def test_the_practice_neo_plays_them_itself(practices: Practices) -> None:
    practice = practices("varied")
    assert practice.sync().failure is None
    assert practice.site.variants is not None
    drawn = list(practice.site.variants.all_drawn())
    assert len({each.change for each in drawn}) >= 6
    assert drawn == list(practice.site.variants.all_drawn())
