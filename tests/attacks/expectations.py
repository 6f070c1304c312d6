"""What the documents let each identity do with each table: the one place that tests and the document read."""

from __future__ import annotations

from collections import Counter

from tests.attacks.filled import Filled
from tests.attacks.rows import BY_FUNCTION, TABLES

HOST = frozenset({"users", "clinics", "cases", "patients", "scheduled_discharge_calls"})
CLINIC_OF = {"A": "A", "colleague": "A", "B": "B", "admin": "B"}

# rows by whose they are; None where the command itself is refused
Expected = Counter[str] | None


def own(filled: Filled, who: str, table: str) -> Counter[str]:
    """The rows that are an identity's own to work with."""
    identity = filled.identities[who]
    if not identity.person or "user" not in identity.groups:
        return Counter()
    label = CLINIC_OF[identity.person] if TABLES[table].kind == "clinic" else identity.person
    return Counter({label: filled.counts[table][label]}) if label in filled.counts[table] else Counter()


def readable(filled: Filled, who: str, table: str) -> Expected:
    """The rows that an identity reads."""
    groups = filled.identities[who].groups
    if not groups:
        return None
    if "service" in groups or ("admin" in groups and TABLES[table].admin_reads):
        return filled.counts[table]
    return own(filled, who, table)


def changeable(filled: Filled, who: str, table: str, command: str) -> Expected:
    """The rows that an identity updates or deletes."""
    groups = filled.identities[who].groups
    if "service" in groups:
        return None if table in BY_FUNCTION else filled.counts[table]
    if "foreign" in groups:
        return None if table in BY_FUNCTION else Counter()
    return own(filled, who, table) if "user" in groups and command in TABLES[table].commands else None


def addable(filled: Filled, who: str, table: str, label: str) -> bool:
    """Whether an identity may add a row like A's or B's."""
    identity = filled.identities[who]
    if "service" in identity.groups:
        return table not in BY_FUNCTION
    # who recorded a shared row is its writer, so that not even a colleague writes it in another's name
    is_writer = identity.person == label or not TABLES[table].writers()
    allowed = changeable(filled, who, table, "INSERT")
    return bool(allowed) and label in (allowed or ()) and is_writer
