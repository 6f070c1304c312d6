"""Fingerprints: what Neo's sign-in page and answers are known to look like, as data. A change of Neo's is a new line.

Only what the program needs stands here; whatever else Neo adds is tolerated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of JSON values, in words."""

    TEXT = "a text"
    NUMBER = "a number"
    FLAG = "yes or no"
    LIST = "a list"
    OBJECT = "an object"


_TEXT = frozenset({Kind.TEXT, Kind.NUMBER})
_TIME = frozenset({Kind.TEXT})
_FLAG = frozenset({Kind.FLAG, Kind.NUMBER, Kind.TEXT})
# where there is nothing to put into an object, its language writes an empty list
_OBJECT = frozenset({Kind.OBJECT, Kind.LIST})
_LIST = frozenset({Kind.LIST, Kind.OBJECT})


@dataclass(frozen=True, slots=True)
class Known:
    """A field that is needed, under one of its `names` (dotted below an object or a list), of one of these kinds.

    Its value may be null. A record without it isn't read at all where it is needed `always`; else a record may lack
    it, but not every one.
    """

    names: tuple[str, ...]
    kinds: frozenset[Kind] = _TEXT
    always: bool = False


CALENDAR_ROW: Sequence[Known] = (
    Known(("appointment_id", "id"), always=True),
    Known(("start",), _TIME, always=True),
    Known(("consultation_id",)),
    Known(("patient_name",)),
    Known(("client_id",)),
    Known(("first_name", "last_name")),
    Known(("phone_number",)),
    Known(("provider",)),
    Known(("type_description",)),
    Known(("reason",)),
    Known(("current_status", "status_label")),
    Known(("is_block", "is_roster"), _FLAG),
)

SEARCH_ROW: Sequence[Known] = (
    Known(("id",), always=True),
    Known(("appointmentId",)),
    Known(("patientName",)),
    Known(("clientName",)),
    Known(("providerName",)),
    Known(("consultedAt",), _TIME),
    Known(("status",)),
)

CONSULTATION_PAGE: Sequence[Known] = (
    Known(("consultation.id",), always=True),
    Known(("consultation.dischargeSummary", "consultationNotes.notes", "consultation.notes"), always=True),
    Known(("consultation.reason",)),
    Known(("consultation.date",), _TIME),
    Known(("consultation.status",)),
    Known(("patient",), _OBJECT),
    Known(("patient.id",)),
    Known(("patient.name",)),
    Known(("client",), _OBJECT),
    Known(("client.id",)),
    Known(("client.firstName", "client.lastName")),
    Known(("client.phone",)),
    Known(("consultationLines",), _LIST),
    # a product may be the only sign that a pet was put to sleep
    Known(("consultationLines.productService",), always=True),
    Known(("consultationLines.isDeclined",), _FLAG),
)

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
