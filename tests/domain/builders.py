"""Visits, rules and decisions for tests, ordinary unless told otherwise. Everything is made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings

from idexx_desktop.domain.decisions import CallRules, PersonChoice, PersonDecision
from idexx_desktop.domain.visits import Appointment, Consultation, ConsultationSummary, Product, Visit

LA = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # Sunday, 08:00 in Los Angeles
VISIT_AT = datetime(2026, 11, 21, 9, 15, tzinfo=LA)
NOTES = "Bright, alert, responsive. Heart and lungs clear. Recheck in one year."
RULES = CallRules(zone=LA)
# how long an example takes says nothing on a busy computer
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def visit(
    number: int = 1,
    *,
    notes: str = NOTES,
    at: datetime = VISIT_AT,
    status: str = "Paid",
    appointment_status: str = "Completed",
    type_description: str = "Dental",
    reason: str = "Teeth cleaning",
    phone: str = "(510) 555-0123",
    pet: str = "Bella",
    products: Sequence[Product] = (),
    client_id: str | None = "c1",
    owner_name: str = "Ana García",
    branch: str = "",
    consultation_id: str | None = "",
    **page: Any,
) -> Visit:
    """A visit with an appointment and a consultation; `consultation_id=None` leaves the consultation out."""
    found = f"9{number}" if consultation_id == "" else consultation_id
    appointment = Appointment(
        str(number), at, found, None, pet, client_id, owner_name, "", phone, "Dr. Kim",
        type_description=type_description, reason=reason, status=appointment_status, branch=branch,
    )  # fmt: skip
    if found is None:
        return Visit(f"a:{number}", appointment)
    consultation = Consultation(
        found, notes=notes, status=status, patient_id=page.pop("patient_id", f"p{number}"), patient_name=pet,
        client_id=client_id, owner_name=owner_name, phone=phone, provider="Dr. Kim", branch=branch,
        products=tuple(products), **page,
    )  # fmt: skip
    return Visit(f"a:{number}", appointment, None, consultation)


def walk_in(consultation_id: str = "8018", *, notes: str = NOTES, status: str = "Paid") -> Visit:
    """A visit that only the consultation search shows."""
    return Visit(
        f"c:{consultation_id}",
        summary=ConsultationSummary(
            consultation_id, VISIT_AT, patient_name="Otto", status=status, clinical_notes=notes
        ),
    )


def person(
    choice: PersonChoice, seen: Visit, *, at: datetime = NOW, when: datetime | None = None
) -> PersonDecision:
    """What Ana decided on seeing this visit."""
    return PersonDecision(choice, "Ana", at, seen.content_hash(), "", when)
