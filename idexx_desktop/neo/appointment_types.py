"""The practice's own types of appointment as Neo lists them: read as far as it can be read; nothing depends on it."""

from __future__ import annotations

from collections.abc import Iterator

from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.key_words import plain_key, plain_keys, words_in
from idexx_desktop.neo.envelopes import check_refusal
from idexx_desktop.neo.fields import line_of
from idexx_desktop.neo.records import Record

PATH = "/appointments/getAppointmentView"
# the types that visits have, and the products that speak of death, must have room beside them in the clinic's list
MOST = 150
_DEEPEST = 4
_LISTS = plain_keys("types", "typeList", "visitTypes", "reasonTypes")
_WRAPPERS = plain_keys("data", "result", "response", "payload", "view", "content", "items", "rows", "results")
_NAMES = ("name", "type_description", "description", "label", "title", "type", "text", "value")
# a row with one of these is somebody's appointment, and no type of the practice
_OF_A_VISIT = ("patient_id", "patient", "client_id", "client", "start", "consultation_id", "phone")
_GONE = ("deleted", "is_deleted", "archived", "inactive", "disabled")


def types_in(payload: object) -> tuple[str, ...]:
    """Their names, each once, at most `MOST`; none where the answer holds no list of them."""
    from idexx_desktop.domain.practice_words import LONGEST_WORD  # with all signs: not before a sign-in

    try:
        check_refusal(payload)
    except Failure:
        return ()
    named = (_name(row) for value in _lists(payload, 0) for row in _rows(value))
    kept = (name for name in named if name and len(name) <= LONGEST_WORD and not name.isdigit())
    return tuple(dict.fromkeys(kept))[:MOST]


def _lists(value: object, depth: int) -> Iterator[object]:
    """What stands in the place of the list: under a name of its own, or alone in the answer, or in its wrapping."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        if all(isinstance(row, dict) for row in value):
            yield value
        return
    if not isinstance(value, dict):
        return
    named = [inner for key, inner in value.items() if _is_list_of_types(key)]
    if named:
        yield from named
        return
    for key, inner in value.items():
        if plain_key(key) in _WRAPPERS:
            yield from _lists(inner, depth + 1)


def _is_list_of_types(key: str) -> bool:
    words = words_in(key)
    return plain_key(key) in _LISTS or ("appointment" in words and not {"type", "types"}.isdisjoint(words))


def _rows(value: object) -> Iterator[object]:
    """The rows of a list, or of an object that names each."""
    if isinstance(value, dict):
        inner = Record(value)
        if any(inner.has(name) for name in _NAMES):
            yield value
        else:
            yield from value.values()
    elif isinstance(value, list):
        yield from value


def _name(row: object) -> str:
    if isinstance(row, str):
        return line_of(row)
    record = Record(row)
    is_gone = any(record.flag(name) for name in _GONE)
    is_off = any(record.has(name) and not record.flag(name) for name in ("active", "is_active", "enabled"))
    if is_gone or is_off or any(record.has(name) for name in _OF_A_VISIT):
        return ""
    return record.line(*_NAMES)
