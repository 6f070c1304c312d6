"""What somebody who can write a column might put there, by its type, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.attacks.columns import Attack, Column

_DEEP = "[" * 2000 + "]" * 2000
_WRONG_WORDS = (
    "'; UPDATE public.scheduled_discharge_calls SET status = 'queued'; --",
    "<script>fetch('//x')</script><img src=x onerror=alert(1)>",
    "Bella\u202egpj.exe\u2066\u200f",
    "",
    "x" * 20_000,
    "{dynamic} %s %(x)s ${HOME} $(id) `id`",
)
_BY_TYPE: dict[str, tuple[str | None, ...]] = {
    "boolean": ("true", "false", None),
    "integer": ("0", "-1", "2147483647", "1", None),
    "bigint": ("0", "-1", "9223372036854775807", None),
    "numeric": ("-1", "NaN", "99999", None),
    "double precision": ("NaN", "Infinity", "-1", "0", "1e300", None),
    "date": ("2099-01-01", "1900-01-01", "infinity", "9999-12-31", "0001-01-01", None),
    "time without time zone": ("00:00", "23:59:59", "24:00", "12:00", None),
    "timestamp with time zone": (
        "2099-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "infinity",
        "-infinity",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "2026-11-18T23:00:00Z",
        None,
    ),
    "jsonb": (
        "{}",
        "[]",
        "null",
        _DEEP,
        '{"code": "wrong_password", "state": "scheduled", "hold": false}',
        "7",
    ),
    "integer[]": ("{}", "{0,1,2,3,4,5,6}", "{-1,99}", "{NULL}", None),
    "date[]": ("{}", "{2026-11-19,2026-11-20,2026-11-21,2026-11-22}", "{infinity}", "{NULL}", None),
    "text[]": ("{}", "{NULL}", "{x}", None),
    "bytea": ("", "\\x00", None),
}
_TEXTS = ("text", "character varying")


@dataclass(frozen=True)
class Known:
    """What an attacker knows of the clinic: addresses to lead it to, a file to have executed, ids, and rows."""

    urls: tuple[str, ...]
    program: str
    ids: tuple[str, ...]
    existing: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the victim's own values, by column
    coming: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # of what Neo has and nobody has synced, by name


def attacks_on(column: Column, known: Known) -> list[Attack]:
    """Every value to try, without repetition."""
    return [Attack(column, value) for value in dict.fromkeys(_values(column, known))]


def _values(column: Column, known: Known) -> Iterator[str | None]:
    base = column.type.partition("(")[0]
    if column.labels and base not in _TEXTS:
        yield from column.labels
        yield None
    elif base in _TEXTS:
        yield from known.coming.get(column.name, ())
        yield from column.labels
        yield known.urls[0]
        yield known.program
        yield from known.urls[1:]
        yield from known.existing.get(str(column), ())
        yield from ("scheduled", "queued", "call")
        yield from _WRONG_WORDS
        yield None
    elif column.type == "uuid":
        yield from known.existing.get(str(column), ())
        yield from known.ids
        yield "00000000-0000-4000-8000-0000000000ff"
        yield None
    elif base in _BY_TYPE:
        yield from _BY_TYPE[base]
        yield from known.existing.get(str(column), ())
    else:
        raise AssertionError(
            f"{column} is of the type {column.type}, for which there are no hostile values yet"
        )
