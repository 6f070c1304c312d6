"""The people who may use a shared server's records, as its owner sees and changes them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from idexx_desktop.domain.connection import RecordsPlace
from idexx_desktop.domain.records import LoginRecord

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Logins:
    """Every login that belongs to a person, by e-mail, and the clinics that there are, by name."""

    place: RecordsPlace
    logins: tuple[LoginRecord, ...]
    clinics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who is to get a login: `role` is user or admin, `clinic` a clinic's name; without a password one is made."""

    email: str
    role: str
    clinic: str
    login: str
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a new person needs, shown once. `password` is "" where it was typed; `address` holds none."""

    login: str
    address: str
    password: str = field(repr=False)


def suggest_login(email: str, taken: Collection[str]) -> str:
    """A login's name from an e-mail address: `anna.lee@…` is `anna_lee`, and `anna_lee_2` if that is taken."""
    name = re.sub(r"[^a-z0-9]+", "_", email.partition("@")[0].lower()).strip("_")[:_LONGEST]
    if not name:
        return ""
    if name[0].isdigit() or name.startswith("pg_"):
        name = f"user_{name}"
    number, suggested = 1, name
    while suggested in taken:
        number += 1
        suggested = f"{name}_{number}"
    return suggested
