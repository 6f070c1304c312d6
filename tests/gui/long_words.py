"""Made-up records with other words in them: short ones, long ones, and ones that never end."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any

from idexx_desktop.domain.failures import Failure
from tests.gui.fake_program import FakeProgram

_NAMES = frozenset(
    {"patient_name", "owner_name", "provider", "branch", "kind_label", "species", "breed", "neo_status", "device",
     "patient_names", "name", "email", "by", "recorded_by", "actor", "login", "this_name", "practice", "clinics",
     "username_hint", "host", "call_with", "for_whom", "opened_by"}
)  # fmt: skip
_TEXTS = frozenset(
    {"reason", "detail", "notes", "previous_notes", "failure_title", "failure_advice", "summary", "note", "why",
     "found", "problem", "advice", "words"}
)  # fmt: skip
# what the fakes find their rows by
_LEFT = frozenset({"identity"})


@dataclass(frozen=True, slots=True)
class Fill:
    """What to put into every text, and into every name."""

    title: str
    text: str
    name: str


def _prose(words: int) -> str:
    some = [
        "Give",
        "one",
        "tablet",
        "with",
        "food",
        "every",
        "morning,",
        "and",
        "call",
        "us",
        "at",
        "once",
        "if",
        "he",
        "vomits",
        "or",
        "hides.",
    ]
    return " ".join(some[place % len(some)] for place in range(words)) + " THE-END"


FEW = Fill("few", "Eats well again.", "Bo")
MANY = Fill("many", _prose(300), "Maximiliana Alexandrina von Hohenstein-Wittelsbach and her little brother")
ENDLESS = Fill("endless", _prose(3000), "W" * 60 + "lanfairpwllgwyngyll" * 6)
FILLS = (FEW, MANY, ENDLESS)


def stretch(program: FakeProgram, fill: Fill) -> None:
    """Put these words into everything that the program knows."""
    for name, part in vars(program).items():
        if name in _LEFT:
            continue
        if is_dataclass(part):
            setattr(program, name, _stretched(part, fill))
        elif type(part).__module__.startswith("tests."):
            for attribute, value in vars(part).items():
                if attribute in _NAMES and isinstance(value, str):
                    setattr(part, attribute, fill.name)
                elif is_dataclass(value) or isinstance(value, list | tuple):
                    setattr(part, attribute, _stretched(value, fill))


def failure_of(failure: Failure, fill: Fill) -> Failure:
    """The same failure in other words."""
    return Failure(failure.code, failure.detail, title=fill.text, advice=fill.text)


def _stretched(value: Any, fill: Fill) -> Any:
    if isinstance(value, Failure):
        return failure_of(value, fill)
    if isinstance(value, list | tuple) and not isinstance(value, str):
        made = [_stretched(each, fill) for each in value]
        return type(value)(made) if type(value) in (list, tuple) else value
    if not is_dataclass(value) or isinstance(value, type | Enum):
        return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if isinstance(old, str) and old:
            if field.name in _NAMES | _TEXTS:
                changed[field.name] = fill.name if field.name in _NAMES else fill.text
        elif isinstance(old, tuple) and old and all(isinstance(each, str) for each in old):
            if field.name in _NAMES:
                changed[field.name] = (fill.name,) * len(old)
        else:
            new = _stretched(old, fill)
            if new is not old:
                changed[field.name] = new
    return replace(value, **changed) if changed else value
