"""The practice Neo's answers as other practices may see them, drawn by a seed: NEO.md's variants of every record.

Each record of an answer is changed or left by itself, always in the same way for a seed: a key missing, null, empty, of
another type, an object for a text, wrapped, in another spelling, with unknown keys beside. `drawn` says what was done.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
_LISTS = ("appointments", "data", "events")
SHARE = 0.5  # of the records that are changed


class Change(StrEnum):
    """What is done to one field of a record, or to the whole of it."""

    MISSING = "missing"
    NULL = "null"
    EMPTY = "empty"
    OTHER_TYPE = "other type"
    OBJECT = "object for text"
    WRAPPED = "wrapped"
    OTHER_SPELLING = "other spelling"
    UNKNOWN_KEY = "unknown key"
    LIFE_KEY = "life key"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One change: in which answer, of which record (its id there), of which field (dotted), and the new value."""

    answer: str
    record: str
    change: Change
    name: str
    value: object = None


# what NEO.md knows besides, as keys of the patient, and values of each: those that say that it lives, and the others
LIFE: Mapping[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
    "alive": ((True, 1, "true", "Y"), (False, 0, "no", "maybe")),
    "active": ((True, "1"), (False, "0", "zz")),
    "isActive": ((True,), (False,)),
    "patientStatus": (("a", "Active", None), ("d", "Deceased", "inactive", 3)),
    "deceased": ((False, 0, None, ""), (True, 1, "Y", "perhaps")),
    "dateOfDeath": ((None, "", "0000-00-00"), ("2026-05-03", {"date": "2026-05-03"})),
}
_UNKNOWN: tuple[tuple[str, object], ...] = (
    ("foo", {"bar": [1, {"x": "y"}]}),
    ("sapId", 7),
    ("recurring", False),
    ("last_updated_at", "2026-05-03 10:00:00"),
    ("phone_label", "Mobile"),
    ("soldAtLocal", None),
    ("batchNo", ""),
)
_SPELLINGS = {
    "patient_name": "patientName", "provider": "providerName", "phone_number": "clientPhone",
    "type_description": "appointmentType", "current_status": "currentStatus", "consultation_id": "consultationId",
}  # fmt: skip
# whose visit it is and when: without them a row stands for nobody
_NEEDED = frozenset({"id", "appointment_id", "appointmentId", "consultation_id", "start"})


@dataclass
class Variants:
    """Changes answers by a seed; safe to be asked for the same answer again."""

    seed: int
    share: float = SHARE
    drawn: dict[str, list[Drawn]] = field(default_factory=dict)

    def of_list(self, answer: str, content: Any) -> Any:
        """A list's answer, each of its rows by itself, and the whole of it in another envelope."""
        rows = (
            content
            if isinstance(content, list)
            else next(content[name] for name in _LISTS if name in content)
        )
        changed = [self._of_record(answer, str(row.get("id")), row, (row,)) for row in rows]
        if isinstance(content, list):
            return changed
        return {name: changed if value is rows else value for name, value in content.items()}

    def of_page(self, content: Json) -> Any:
        """A consultation's page: one of its objects is changed, or it is wrapped."""
        page: Json = json.loads(json.dumps(content))
        record = str(page["consultation"]["id"])
        parts = [
            page[name] for name in ("consultation", "patient", "client") if isinstance(page.get(name), dict)
        ]
        lines = [line for line in page.get("consultationLines") or [] if isinstance(line, dict)]
        changed = self._of_record("page", record, page, (*parts, *lines[:1]))
        patient = page.get("patient")
        chance = self._chance("life", record)
        if isinstance(patient, dict) and chance.random() < self.share:
            key = chance.choice(sorted(LIFE))
            value = chance.choice([each for values in LIFE[key] for each in values])
            patient[key] = value
            self._note(Drawn("page", record, Change.LIFE_KEY, f"patient.{key}", value))
        return changed

    def _of_record(self, answer: str, record: str, whole: Json, parts: tuple[Json, ...]) -> Any:
        chance = self._chance(answer, record)
        self.drawn.pop(f"{answer}/{record}", None)
        if chance.random() >= self.share:
            return whole
        part = chance.choice(parts)
        change = chance.choice([each for each in Change if each is not Change.LIFE_KEY])
        if change is Change.WRAPPED:
            self._note(Drawn(answer, record, change, ""))
            return {"success": True, "error": None, "data": whole} if answer == "page" else {"data": whole}
        if change is Change.UNKNOWN_KEY:
            name, value = chance.choice(_UNKNOWN)
            part.setdefault(name, value)
            self._note(Drawn(answer, record, change, name, value))
            return whole
        name = chance.choice(sorted(key for key in part if key not in _NEEDED))
        _FIELD[change](part, name, chance)
        self._note(Drawn(answer, record, change, name, part.get(name)))
        return whole

    def _chance(self, answer: str, record: str) -> random.Random:
        return random.Random(f"{self.seed}/{answer}/{record}")  # noqa: S311 - to be drawn again

    def _note(self, drawn: Drawn) -> None:
        self.drawn.setdefault(f"{drawn.answer}/{drawn.record}", []).append(drawn)

    def all_drawn(self) -> Iterator[Drawn]:
        """Every change so far."""
        for changes in self.drawn.values():
            yield from changes


def _missing(part: Json, name: str, _: random.Random) -> None:
    del part[name]


def _null(part: Json, name: str, _: random.Random) -> None:
    part[name] = None


def _empty(part: Json, name: str, chance: random.Random) -> None:
    part[name] = chance.choice(("", [], {}))


def _other_type(part: Json, name: str, chance: random.Random) -> None:
    part[name] = chance.choice((7, True, 1.5, "x", ["x"]))


def _object(part: Json, name: str, _: random.Random) -> None:
    part[name] = {"id": 3, "name": part[name]}


def _other_spelling(part: Json, name: str, _: random.Random) -> None:
    spelled = _SPELLINGS.get(name) or "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
    part[spelled] = part.pop(name)


_FIELD: Mapping[Change, Callable[[Json, str, random.Random], None]] = {
    Change.MISSING: _missing,
    Change.NULL: _null,
    Change.EMPTY: _empty,
    Change.OTHER_TYPE: _other_type,
    Change.OBJECT: _object,
    Change.OTHER_SPELLING: _other_spelling,
}
