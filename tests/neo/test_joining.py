"""Both lists joined: every visit once, by ids only."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from idexx_desktop.domain.joining import join
from idexx_desktop.domain.visits import Appointment, ConsultationSummary
from tests.domain.builders import UNHURRIED

START = datetime(2026, 3, 2, 17, tzinfo=UTC)

ids = st.integers(1, 6).map(str)
appointments = st.builds(
    Appointment, ids, st.integers(0, 3).map(lambda h: START + timedelta(hours=h)), st.none() | ids
)
summaries = st.builds(
    ConsultationSummary,
    ids,
    st.none() | st.integers(0, 3).map(lambda h: START + timedelta(hours=h)),
    st.none() | ids,
)


def keys(*args: list[Appointment] | list[ConsultationSummary]) -> list[str]:
    """The keys of the joined visits."""
    first, second = args
    return [visit.visit_key for visit in join(first, second).visits]  # type: ignore[arg-type]  # rows as drawn


def test_rows_are_matched_by_either_id() -> None:
    visits = join(
        [Appointment("1", START, "81"), Appointment("2", START), Appointment("3", START)],
        [ConsultationSummary("81", START), ConsultationSummary("82", START, "2")],
    ).visits
    assert [(one.visit_key, one.consultation_id) for one in visits] == [
        ("a:1", "81"),
        ("a:2", "82"),
        ("a:3", None),
    ]


def test_a_walk_in_is_a_visit_of_its_own() -> None:
    assert keys([], [ConsultationSummary("81", START)]) == ["c:81"]


def test_a_consultation_whose_appointment_is_not_listed_keeps_its_key() -> None:
    assert keys([], [ConsultationSummary("81", START, "1")]) == ["a:1"]


def test_a_second_consultation_of_an_appointment_is_not_lost() -> None:
    rows = [ConsultationSummary("90", START, "1"), ConsultationSummary("81", START, "1")]
    visits = join([Appointment("1", START)], rows).visits
    assert {one.visit_key: one.consultation_id for one in visits} == {"a:1": "81", "c:90": "90"}


def test_a_consultation_belongs_to_the_appointment_that_it_names() -> None:
    rows = [Appointment("1", START, "81"), Appointment("2", START, "81")]
    (visit,) = join(rows, [ConsultationSummary("81", START, "2")]).visits
    assert (visit.visit_key, visit.consultation_id, visit.besides) == ("a:2", "81", (rows[0],))


def test_a_row_seen_twice_counts_once() -> None:
    later = Appointment("1", START + timedelta(hours=1))
    (visit,) = join([later, Appointment("1", START, "81")], [ConsultationSummary("81", START)] * 2).visits
    assert visit.consultation_id == "81"


def test_what_is_listed_is_not_also_unreadable() -> None:
    joined = join(
        [Appointment("1", START, "81")],
        [],
        blocks=2,
        complete=False,
        unreadable=("c:81", "a:1", "a:9", "search row 3"),
    )
    assert joined.unreadable == ("a:9", "search row 3")
    assert (joined.blocks, joined.complete) == (2, False)


@UNHURRIED
@given(st.lists(appointments), st.lists(summaries), st.randoms(use_true_random=False))
def test_every_row_stands_in_exactly_one_visit(
    first: list[Appointment], second: list[ConsultationSummary], chance: random.Random
) -> None:
    visits = join(first, second).visits
    assert len({visit.visit_key for visit in visits}) == len(visits)
    consultations = [visit.consultation_id for visit in visits if visit.consultation_id]
    assert len(set(consultations)) == len(consultations)
    assert {row.consultation_id for row in second} <= set(consultations)
    assert {row.appointment_id for row in first} == {
        each.appointment_id for visit in visits for each in visit.appointments
    }
    chance.shuffle(first)
    chance.shuffle(second)
    assert join(first, second).visits == visits


def test_several_further_consultations_of_one_appointment_are_all_heard() -> None:
    """Whatever one of them says of a death counts for the appointment, too, and the other way round."""
    found = [ConsultationSummary("81", START, "1")] + [
        ConsultationSummary(each, START, "1", clinical_notes=notes)
        for each, notes in (("82", "Well."), ("83", "Died at home."))
    ]
    visits = {
        visit.visit_key: visit for visit in join([Appointment("1", START, "81", reason="Exam")], found).visits
    }
    assert {told.value for told in visits["a:1"].told} == {"Well.", "Died at home."}
    assert {told.value for told in visits["c:83"].told} == {"Exam"}
