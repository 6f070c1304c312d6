"""Kinds of visits and classes of Neo's statuses, by its free texts."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.kinds import KIND_LABELS, NeoStatus, case_status, classify, kind_label, neo_status
from idexx_desktop.domain.visits import VisitKind
from tests.domain.builders import visit, walk_in


@pytest.mark.parametrize(
    ("type_description", "reason", "kind"),
    [
        ("Surgery", "Spay", VisitKind.SURGERY),
        ("Surgery", "Dental extraction", VisitKind.SURGERY),
        ("", "Spay", VisitKind.SURGERY),
        ("Dental", "Cleaning", VisitKind.DENTAL),
        ("DENTISTRY", "", VisitKind.DENTAL),
        ("Emergency", "vomiting", VisitKind.EMERGENCY),
        ("Urgent care", "", VisitKind.EMERGENCY),
        ("Sick Visit", "", VisitKind.SICK_VISIT),
        ("Exam", "vomiting since Monday", VisitKind.SICK_VISIT),
        ("Wellness Exam", "Annual wellness", VisitKind.WELLNESS),
        ("Check-up", "", VisitKind.WELLNESS),
        ("Vaccination", "Boosters", VisitKind.VACCINATION),
        ("", "Rabies", VisitKind.VACCINATION),
        ("Recheck", "skin", VisitKind.FOLLOW_UP),
        ("Follow-up", "", VisitKind.FOLLOW_UP),
        ("", "Recheck after dental", VisitKind.FOLLOW_UP),
        ("", "post-op check", VisitKind.FOLLOW_UP),
        ("Consultation", "New patient, nail trim", VisitKind.GENERAL),
        ("", "", VisitKind.GENERAL),
        ("Euthanasia", "", VisitKind.END_OF_LIFE),
        ("Exam", "Quality of life", VisitKind.END_OF_LIFE),
        ("Surgery", "put to sleep", VisitKind.END_OF_LIFE),
    ],
)
def test_the_kind_follows_the_words(type_description: str, reason: str, kind: VisitKind) -> None:
    assert classify(visit(type_description=type_description, reason=reason)) is kind


def test_the_label_is_the_practices_own_word() -> None:
    assert kind_label(visit(type_description="Itchy  skin")) == "Itchy skin"
    assert kind_label(walk_in()) == "General"
    assert set(KIND_LABELS) == set(VisitKind)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Scheduled", NeoStatus.SCHEDULED),
        ("Not confirmed", NeoStatus.SCHEDULED),
        ("Rescheduled", NeoStatus.SCHEDULED),
        ("Confirmed", NeoStatus.CONFIRMED),
        ("Checked-in", NeoStatus.CHECKED_IN),
        ("checked in", NeoStatus.CHECKED_IN),
        ("CheckedIn", NeoStatus.CHECKED_IN),
        ("Arrived", NeoStatus.CHECKED_IN),
        ("In Progress", NeoStatus.IN_PROGRESS),
        ("in-progress", NeoStatus.IN_PROGRESS),
        ("Not completed", NeoStatus.IN_PROGRESS),
        ("Ready for vet", NeoStatus.IN_PROGRESS),
        ("Ready to Pay", NeoStatus.READY),
        ("Completed", NeoStatus.COMPLETED),
        ("COMPLETE", NeoStatus.COMPLETED),
        ("Finalized", NeoStatus.COMPLETED),
        ("finalised", NeoStatus.COMPLETED),
        ("Paid", NeoStatus.COMPLETED),
        ("Unpaid", NeoStatus.COMPLETED),
        ("Partially paid", NeoStatus.COMPLETED),
        ("Partly Paid", NeoStatus.COMPLETED),
        ("Checked out", NeoStatus.COMPLETED),
        ("Credit card paid", NeoStatus.COMPLETED),
        ("Draft", NeoStatus.DRAFT),
        ("Cancelled", NeoStatus.CANCELLED),
        ("Canceled by client", NeoStatus.CANCELLED),
        ("No Show", NeoStatus.NO_SHOW),
        ("no-show", NeoStatus.NO_SHOW),
        ("NOSHOW", NeoStatus.NO_SHOW),
        ("No_Show", NeoStatus.NO_SHOW),
        ("Voided", NeoStatus.VOIDED),
        ("Unallocated credit", NeoStatus.PREPAYMENT),
        ("Prepayment", NeoStatus.PREPAYMENT),
        ("Pre-payment", NeoStatus.PREPAYMENT),
        ("Counter sale", NeoStatus.COUNTER_SALE),
        ("Counter-Sale", NeoStatus.COUNTER_SALE),
        ("", NeoStatus.NONE),
        (" - ", NeoStatus.NONE),
        ("Left message", NeoStatus.UNKNOWN),
        ("Purple", NeoStatus.UNKNOWN),
    ],
)
def test_statuses_are_told_apart(text: str, status: NeoStatus) -> None:
    assert neo_status(text) is status


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Scheduled", "draft"),
        ("Confirmed", "draft"),
        ("Draft", "draft"),
        ("Checked-in", "ongoing"),
        ("In Progress", "ongoing"),
        ("Completed", "completed"),
        ("Finalized", "completed"),
        ("Paid", "completed"),
        ("Cancelled", "reviewed"),
        ("No Show", "reviewed"),
    ],
)
def test_the_status_of_the_case(status: str, expected: str) -> None:
    assert case_status(visit(status=status)) == expected


def test_the_status_of_a_case_without_one_follows_the_notes() -> None:
    assert case_status(visit(status="", appointment_status="")) == "completed"
    assert case_status(visit(status="", appointment_status="", notes="")) == "draft"
