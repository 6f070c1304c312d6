"""A short sign of everything that a value holds: equal signs mean that nothing changed.

Signs are kept for years, beside decisions of people that rest on them. So what they are made of is written down here,
and a field that is added to a type later changes no sign as long as it holds nothing. There are two forms: the first,
without a mark, and the second, marked, in which also what holds nothing is left out, and times are instants. A sign is
compared in its own form; which one a stored sign has, says its mark.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

_MARK = "2:"
# what the first form holds of each type, empty or not; what was added to the type since, only where it isn't empty
_FIRST: Mapping[str, str] = {
    "Visit": "visit_key appointment summary consultation",
    "Appointment": (
        "appointment_id start consultation_id patient_id patient_name client_id owner_name email phone provider title"
        " type_description reason status branch"
    ),
    "ConsultationSummary": (
        "consultation_id consulted_at appointment_id patient_name owner_name provider status clinical_notes"
    ),
    "Consultation": (
        "consultation_id reason notes consultation_notes discharge_summary date status patient_id patient_name species"
        " breed patient_status is_deceased client_id owner_name phone email provider branch products"
    ),
    "Product": "name quantity is_declined",
    "Decision": "state reason_code reason trace kind phone call",
    "RuleStep": "rule outcome detail",
    "CallPlan": "phone scheduled_for",
}
_EMPTY: tuple[Any, ...] = (None, "", False, (), [], {})


def digest(value: object) -> str:
    """The sign in the first form: SHA-256 (hex) of a dataclass and of those in it, whatever the order of fields."""
    return _hash(value, _plain)


def marked_digest(value: object) -> str:
    """The sign in the second form, with its mark."""
    return _MARK + _hash(_told(value), str)


def is_sign_of(stored: str, value: object) -> bool:
    """Whether a stored sign is that of this value, in whichever form it was made; not for a form of a later version."""
    return stored == (marked_digest(value) if stored.startswith(_MARK) else digest(value))


def _hash(value: object, plain: Any) -> str:
    # `asdict` would copy everything first, which takes longer than the rest
    text = json.dumps(value, default=plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_FIELDS: dict[type, tuple[str, ...] | None] = {}


def _names(kind: type) -> tuple[str, ...] | None:
    """Of what a dataclass holds; None for any other type. Asking for the fields takes longer than reading them."""
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None
    return _FIELDS[kind]


def _plain(value: object) -> object:
    names = _names(type(value))
    if names is None:
        return str(value)
    always = _FIRST.get(type(value).__name__, "").split()
    held = ((name, getattr(value, name)) for name in names)
    return {name: what for name, what in held if name in always or what not in _EMPTY}


def _told(value: Any) -> Any:
    """What a value holds, without what is empty."""
    if value is None or type(value) is str:
        return value
    names = _names(type(value))
    if names is not None:
        told = ((name, _told(getattr(value, name))) for name in names)
        return {name: what for name, what in told if what not in _EMPTY}
    if isinstance(value, tuple):
        return [_told(each) for each in value]
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
