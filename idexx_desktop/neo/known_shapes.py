"""Fingerprints: what Neo's sign-in page and answers are known to look like, as data. A change of Neo's is a new line.

Only what the program needs stands here; whatever else Neo adds is tolerated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from idexx_desktop.domain.key_words import plain_key, plain_keys
from idexx_desktop.domain.life import about
from idexx_desktop.neo import shapes
from idexx_desktop.neo.telling import speaks_in_words


class Kind(StrEnum):
    """The kinds of JSON values, in words."""

    TEXT = "a text"
    NUMBER = "a number"
    FLAG = "yes or no"
    LIST = "a list"
    OBJECT = "an object"


_TEXT = frozenset({Kind.TEXT, Kind.NUMBER})
_TIME = frozenset({Kind.TEXT})


@dataclass(frozen=True, slots=True)
class Known:
    """A field that a decision needs, under one of its `names` (dotted below an object), of one of these kinds.

    Names are in any spelling; a value may be null. `kinds` None: any can be read. A record without it isn't
    read at all where it is needed `always`; else a record may lack it, but not every one.
    """

    names: tuple[str, ...]
    kinds: frozenset[Kind] | None = None
    always: bool = False


# Only what a call depends on: whose visit it is and when, how far it has come, and every place where a death may be
# told. What merely adorns a record, or only leads to a visit being held, may be gone from all of them.
CALENDAR_ROW: Sequence[Known] = (
    Known(shapes.APPOINTMENT_ID, _TEXT, always=True),
    Known(shapes.START, _TIME, always=True),
    Known(shapes.CONSULTATION_ID),
    Known((*shapes.TYPE, *shapes.REASON, *shapes.TITLE)),
    Known(shapes.CALENDAR_STATUS),
)

SEARCH_ROW: Sequence[Known] = (Known(("id",), _TEXT, always=True),)

CONSULTATION_STATUS = Known(("consultation.status",))
CONSULTATION_PAGE: Sequence[Known] = (
    Known(("consultation.id",), _TEXT, always=True),
    Known(
        ("consultation.discharge_summary", "consultation_notes.notes", "consultation.notes"),
        _TEXT,
        always=True,
    ),
    CONSULTATION_STATUS,
    # a product may be the only sign that a pet was put to sleep
    Known(shapes.LINES),
)

# What is documented, or was seen, of each answer: what of it never comes is written into the diary of fields.
EXPECTED: Mapping[str, tuple[str, ...]] = {
    "calendar": (
        *(
            "id",
            "appointment_id",
            "consultation_id",
            "start",
            "end",
            "patient_id",
            "patient_name",
            "client_id",
        ),
        *(
            "first_name",
            "last_name",
            "email",
            "phone_number",
            "provider",
            "resourceId",
            "title",
            "type_description",
        ),
        *("reason", "current_status", "status_label", "is_block", "is_roster"),
    ),
    "search": (
        *(
            "id",
            "appointmentId",
            "patientName",
            "clientName",
            "providerId",
            "providerName",
            "consultedAt",
            "status",
        ),
        *("clinicalNotes", "vitals", "diagnoses"),
    ),
    "page": (
        *("consultation.id", "consultation.reason", "consultation.notes", "consultation.dischargeSummary"),
        *("consultation.date", "consultation.status", "patient.id", "patient.name", "patient.species"),
        *(
            "patient.breed",
            "client.id",
            "client.firstName",
            "client.lastName",
            "client.phone",
            "client.email",
        ),
        *("pageData.providers", "clientBranch", "consultationNotes.notes", "consultationLines"),
        *("consultationLines.productService", "consultationLines.quantity", "consultationLines.isDeclined"),
    ),
}

_READ = plain_keys(
    *(name for names in vars(shapes).values() if isinstance(names, tuple) for name in names),
    *(shapes.QUANTITY, "isBlock", "isRoster", "total", "perPage", "species", "breed"),
)


def is_read(name: str) -> bool:
    """Whether anything here reads a field (dotted), by its own name or because of what its name speaks of."""
    *around, key = name.split(".")
    own = plain_key(key) in _READ or about(key, of_animal="patient" in around) is not None
    return own or speaks_in_words(key) or (not around and key in ("pageData", "consultationNotes"))


# What is known to hold text and isn't searched for signs of death, with the reason. Everything else is.
_TIME_ONLY, _STAFF = "a time", "about the staff"
NOT_READ: Mapping[str, str] = {
    "calendar.start": _TIME_ONLY,
    "calendar.end": _TIME_ONLY,
    "calendar.arrival_date_time": _TIME_ONLY,
    "calendar.last_updated_at": _TIME_ONLY,
    "calendar.resourceId": "an id; the room's name is read",
    "calendar.email": "an address to write to",
    "calendar.clientName": "the owner's name once more",
    "calendar.clientPhone": "the number once more",
    "calendar.provider": _STAFF,
    "calendar.providerName": _STAFF,
    "search.consultedAt": _TIME_ONLY,
    "search.providerName": _STAFF,
    "page.consultation.date": _TIME_ONLY,
    "page.client.email": "an address to write to",
    "page.pageData.providers.name": _STAFF,
    "page.pageData.providers.email": _STAFF,
    "page.pageData.providers.licenseNumber": _STAFF,
    "page.pageData.providers.userType": _STAFF,
    "page.consultationLines.soldAtLocal": _TIME_ONLY,
    "page.consultationLines.provider": _STAFF,
    "page.consultationLines.batchNo": "a number of the product's maker",
}


# The sign-in page. Names as they are written in the page; words as they occur in labels and hints.
CODE_NAME = re.compile(r"(otp|otp_?code|code|token|pin|mfa_?code|verification_?code)", re.IGNORECASE)
CODE_WORDS = re.compile(
    r"one-time-code|\botp\b|\b2fa\b|\bmfa\b|\btotp\b|(verification|security|access|one.?time).?code"
)
COMPANY_NAME = re.compile(r"company_?id", re.IGNORECASE)
COMPANY_WORDS = re.compile(r"company|practice.?(id|code)|clinic.?(id|code)")
USER_WORDS = re.compile(r"user|e-?mail|login")
# a form that would write the password into the address, where histories and server logs keep it
REFUSED_METHOD = "get"
