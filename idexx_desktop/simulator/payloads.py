"""Rows of the practice as the JSON that Neo's own pages ask for; times are local, without an offset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from idexx_desktop.simulator.world import Appointment, Consultation, Owner, Pet, Provider, Quirk, World

Json = dict[str, Any]

BRANCH = {"id": 1, "name": "Oak Street"}


def _time(at: datetime, world: World, quirks: frozenset[Quirk]) -> str:
    if Quirk.ISO_TIMES in quirks:
        return at.replace(tzinfo=world.zone).isoformat()
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _id(number: int | None, quirks: frozenset[Quirk]) -> int | str | None:
    return str(number) if Quirk.TEXT_IDS in quirks and number is not None else number


def calendar_row(row: Appointment, world: World) -> Json:
    """One element of the calendar's answer."""
    pet = world.pet(row.pet_id)
    owner = world.owner_of(pet)
    provider = world.provider(row.provider_id)
    knows = Quirk.NO_CONSULTATION_ID not in row.quirks
    return {
        "id": _id(row.id, row.quirks),
        "appointment_id": _id(row.id, row.quirks),
        "consultation_id": _id(row.consultation_id, row.quirks) if knows else None,
        "start": _time(row.start, world, row.quirks),
        "end": _time(row.end, world, row.quirks),
        "patient_id": _id(row.pet_id, row.quirks),
        "patient_name": pet.name if pet else None,
        "client_id": _id(owner.id, row.quirks) if owner else None,
        "first_name": owner.first_name if owner else None,
        "last_name": owner.last_name if owner else None,
        "email": owner.email if owner else None,
        "phone_number": owner.phone if owner else None,
        **({"phone_label": owner.phone_label} if owner and owner.phone_label else {}),
        "provider": provider.name if provider else "",
        "resourceId": f"room-{(row.provider_id or 0) % 3 + 1}",
        "title": row.title,
        "type_description": row.type_description,
        "reason": row.reason,
        "current_status": row.status,
        "status_label": row.status,
        "is_block": row.is_block,
        "is_roster": row.is_roster,
    }


def search_row(row: Consultation, world: World) -> Json:
    """One element of the consultation search's `data`."""
    pet = world.pet(row.pet_id)
    owner = world.owner_of(pet)
    provider = world.provider(row.provider_id)
    knows = Quirk.NO_APPOINTMENT_ID not in row.quirks
    return {
        "id": _id(row.id, row.quirks),
        "appointmentId": _id(row.appointment_id, row.quirks) if knows else None,
        "patientName": pet.name if pet else None,
        "clientName": f"{owner.first_name} {owner.last_name}" if owner else None,
        "providerId": _id(row.provider_id, row.quirks),
        "providerName": provider.name if provider else None,
        "consultedAt": _time(row.at, world, row.quirks),
        "status": row.status,
        "clinicalNotes": row.notes,
        "vitals": {"temperature": None, "weight": None},
        "diagnoses": [],
    }


def consultation_page(row: Consultation, world: World) -> Json:
    """The answer of `/consultations/{id}/page-data`."""
    if Quirk.GARBAGE_PAGE in row.quirks:
        return {"consultation": [["unexpected"], 7], "patient": "?", "error": None}
    pet = world.pet(row.pet_id)
    owner = world.owner_of(pet)
    page: Json = {
        "consultation": {
            "id": _id(row.id, row.quirks),
            "reason": row.reason,
            "notes": row.notes,
            "dischargeSummary": row.summary or None,
            "date": _time(row.at, world, row.quirks),
            "status": row.status,
        }
    }
    if Quirk.BARE_PAGE in row.quirks:
        return page
    chosen = world.provider(row.provider_id)
    named = world.providers if Quirk.ALL_PROVIDERS in row.quirks else (chosen,) if chosen else ()
    return page | {
        "patient": _patient(pet, row.quirks),
        "client": _client(owner, row.quirks),
        "pageData": {"providers": [provider_row(provider) for provider in named]},
        "clientBranch": BRANCH,
        "consultationNotes": {"notes": row.extra_notes},
        "consultationLines": [
            {
                "id": row.id * 100 + index,
                "productService": line.product,
                "quantity": line.quantity,
                "isDeclined": line.is_declined,
            }
            for index, line in enumerate(row.lines)
        ],
    }


def _patient(pet: Pet | None, quirks: frozenset[Quirk]) -> Json | None:
    if pet is None:
        return None
    status = "Deceased" if pet.is_deceased else "Active"
    facts = {"name": pet.name, "species": pet.species, "breed": pet.breed, "status": status}
    return {"id": _id(pet.id, quirks), **facts, "isDeceased": pet.is_deceased}


def _client(owner: Owner | None, quirks: frozenset[Quirk]) -> Json | None:
    if owner is None:
        return None
    return {
        "id": _id(owner.id, quirks),
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "phone": owner.phone,
        **dict(owner.phones),
        "email": owner.email,
    }


def provider_row(provider: Provider) -> Json:
    """A veterinarian, in the lists of providers."""
    return {
        "id": provider.id,
        "name": provider.name,
        "email": provider.email,
        "licenseNumber": provider.license_number,
        "userType": "Veterinarian",
        "companyId": 4242,
    }


def schedule(world: World) -> Json:
    """The answer of `/schedule/getScheduleConfigs`."""
    return {
        "businessHours": [{"day": day, "open": "08:00", "close": "18:00"} for day in range(7)],
        "slotMinutes": 10,
        "providers": [{"id": row.id, "name": row.name} for row in world.providers],
        "rooms": [{"id": f"room-{number}", "name": f"Room {number}"} for number in (1, 2, 3)],
    }
