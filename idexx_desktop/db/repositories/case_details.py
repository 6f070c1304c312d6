"""What `cases.metadata` says of a visit: the objects `pimsAppointment` and `pimsConsultation`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from idexx_desktop.domain.visits import Visit, VisitKind

APPOINTMENT, CONSULTATION, CLOSED = "pimsAppointment", "pimsConsultation", "pimsClosed"

# the four types that the platform's cases know
CASE_TYPES = {
    VisitKind.SURGERY: "surgery",
    VisitKind.DENTAL: "surgery",
    VisitKind.EMERGENCY: "emergency",
    VisitKind.FOLLOW_UP: "follow_up",
}


def external_ids(visit: Visit) -> list[str]:
    """The ids under which a visit's case may stand, the one for a new case first."""
    ids = []
    if visit.appointment_id:
        ids.append(f"pims-appt-idexx-{visit.appointment_id}")
    if visit.consultation_id:
        ids.append(f"pims-cons-idexx-{visit.consultation_id}")
    return ids


def details(visit: Visit) -> dict[str, dict[str, Any]]:
    """The objects to merge; one for which nothing was read is absent."""
    found = {APPOINTMENT: _appointment(visit), CONSULTATION: _consultation(visit)}
    return {name: values for name, values in found.items() if values}


def _appointment(visit: Visit) -> dict[str, Any]:
    read = visit.appointment
    if read is None:
        return {}
    return {
        "id": read.appointment_id,
        "status": read.status,
        "start": _iso(read.start),
        "type": read.type_description,
        "title": read.title,
        "reason": read.reason,
        "provider": read.provider,
        "branch": read.branch,
    }


def _consultation(visit: Visit) -> dict[str, Any]:
    if visit.consultation_id is None:
        return {}
    values: dict[str, Any] = {"id": visit.consultation_id, "status": visit.status}
    if visit.summary and visit.summary.clinical_notes:
        values["notes"] = visit.summary.clinical_notes
    read = visit.consultation
    if read is not None:
        values |= {
            "reason": read.reason,
            "notes": read.notes or read.consultation_notes or values.get("notes", ""),
            "consultationNotes": read.consultation_notes,
            "dischargeSummary": read.discharge_summary,
            "date": _iso(read.date),
            "provider": visit.provider,
            "branch": visit.branch,
            "productsServices": [
                {"name": product.name, "quantity": product.quantity, "isDeclined": product.is_declined}
                for product in read.products
            ],
        }
    return values


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
