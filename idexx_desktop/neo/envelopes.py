"""What stands around an answer: a list under a name, anything wrapped, a refusal that says so in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.harmless import harmless
from idexx_desktop.neo.records import leaves
from idexx_desktop.redaction import scrub

_LISTS = ("appointments", "data", "events")
_WRAPPERS = ("data", "result", "response", "payload")
_ROW_WRAPPERS = ("data", "attributes", "appointment", "consultation", "record")
_DEEPEST = 3
_REASONS = ("error", "message", "errors", "reason")
_LONGEST_WORDS = 160


def check_refusal(payload: object) -> None:
    """Raise `NEO_REFUSED` with Neo's own words where an answer says that it is none."""
    if not isinstance(payload, dict) or payload.get("success", True) not in (False, 0, "0", "false", "False"):
        return
    said = next((text for name in _REASONS for text in leaves(payload.get(name)) if text.strip()), "")
    said = scrub(harmless(" ".join(said.split())[:_LONGEST_WORDS])).rstrip(". ")
    # Neo's words are for the clinic's people: a detail goes to support, and holds no text of a record
    title = f"IDEXX Neo refused and said: “{said}”." if said else None
    raise Failure(FailureCode.NEO_REFUSED, "success is false", title=title)


def rows_of(payload: object) -> tuple[list[object], Mapping[str, object]] | None:
    """The array of a list and what stands beside it, None for what is no list. `null` in its place is an empty one."""
    if isinstance(payload, list):
        return [_row(row) for row in payload], {}
    for layer in _layers(payload):
        for name in _LISTS:
            if name in layer and isinstance(layer[name] or [], list):
                frame = payload if isinstance(payload, dict) else {}
                return [_row(row) for row in layer[name] or []], {**frame, **layer}
        for name in _WRAPPERS:
            if name in layer and name not in _LISTS and isinstance(layer[name], list):
                return [_row(row) for row in layer[name]], layer
    return None


def page_of(payload: object) -> object:
    """A consultation's page out of what it is wrapped in; as it came where no page is in it."""
    whole = payload[0] if isinstance(payload, list) and len(payload) == 1 else payload
    for layer in _layers(whole):
        if isinstance(layer.get("consultation"), dict):
            return layer
    return payload


def _layers(payload: object) -> Iterator[Mapping[str, Any]]:
    """An object, and what it wraps, from the outside to the inside."""
    around: list[object] = [payload]
    for _ in range(_DEEPEST):
        layers = [layer for layer in around if isinstance(layer, dict)]
        yield from layers
        around = [layer.get(name) for layer in layers for name in _WRAPPERS]


def _row(row: object) -> object:
    """A row out of what it is wrapped in: an object without an id around the one that has it."""
    if not isinstance(row, dict) or "id" in row or "appointment_id" in row:
        return row
    inner = [row[name] for name in _ROW_WRAPPERS if isinstance(row.get(name), dict)]
    return (
        inner[0] | {key: value for key, value in row.items() if value is not inner[0]}
        if len(inner) == 1
        else row
    )
