"""A seeded generator of answers that Neo should never give: one good answer in, a spoiled one out."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)><b>Bella</b>",
    '=HYPERLINK("http://evil.example")',
    "\x1b[31mred\x1b[0m\x07\r\n\t",
    "\u202etxt.exe\u2066",
    "a\x00b",
    "\ud800\udfff lone",
    "'; DROP TABLE public.visits; --",
    "{pet_name} %s %(x)s",
)
# signs that move a cursor, turn the direction of reading, end a line, or can't be seen: none of them is ever shown
_ACTING = (
    *range(0x20), *range(0x7F, 0xA0), 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180E, *range(0x200B, 0x2010),
    *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0x2800, 0x3164, 0xD800, 0xDFFF, 0xE000, 0xFE00, 0xFEFF, 0xFFA0,
    *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF, 0x1D173, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xF0000,
)  # fmt: skip
ACTING = tuple(map(chr, _ACTING))
TIMES = (
    "9999-12-31 23:59:59", "9999-12-28 10:00:00", "0001-01-01 00:00:00", "1900-01-01", "2026-02-30 10:00:00",
    "2026-03-02T09:30:00+99:00", "24:00", "12/31/2026", "2026-W10-1", "20260302T093000Z",
)  # fmt: skip
_NUMBERS = (0, -1, 1.5, 2**31, 2**63, -(2**63), 10**400, 1e308, float("nan"), float("inf"))


def bad_value(chance: random.Random) -> Any:
    """Anything but what is expected."""
    kind = chance.randrange(9)
    if kind == 0:
        return chance.choice((None, True, False, "", [], {}))
    if kind == 1:
        return chance.choice(_NUMBERS)
    if kind == 2:
        return chance.choice(TIMES)
    if kind == 3:
        return chance.choice(HOSTILE) * chance.choice((1, 1, 1, 5_000))
    if kind == 4:
        return nested(chance.choice((3, 200)), chance)
    if kind == 5:
        return {chance.choice(HOSTILE): bad_value(chance), "id": chance.choice(_NUMBERS)}
    if kind == 6:
        return [bad_value(chance) for _ in range(chance.randint(1, 4))]
    if kind == 7:
        return "<p>" * chance.choice((1, 9_000, 30_000)) + chance.choice(HOSTILE) + "&amp;" * 50
    return chance.choice(HOSTILE)


def nested(depth: int, chance: random.Random) -> Any:
    """Lists and objects, one in the other."""
    value: Any = chance.choice(HOSTILE)
    for _ in range(depth):
        value = [value] if chance.random() < 0.5 else {"x": value}
    return value


def spoiled(good: Any, chance: random.Random, most: int = 3) -> Any:
    """A copy with one to `most` places replaced, wrapped or taken out; now and then something else altogether."""
    if chance.random() < 0.1:
        return bad_value(chance)
    value = copy.deepcopy(good)
    for _ in range(chance.randint(1, most)):
        places = list(_places(value))
        if places:
            container, key = chance.choice(places)
            _spoil(container, key, chance)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in which something stands: its container and its key."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def _spoil(container: Any, key: Any, chance: random.Random) -> None:
    match chance.randrange(6):
        case 0:
            del container[key]
        case 1:
            container[key] = [container[key]]
        case 2:
            container[key] = {"value": container[key]}
        case _:
            container[key] = bad_value(chance)
