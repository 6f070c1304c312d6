"""How a command answers: text for people, or one JSON document; a failure in its own words with its exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop import streams
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.harmless import escaped, harmless

Document = dict[str, Any]
# the window asks for it, and a command can't
_OPENED_BY = "Commands take the passphrase from the environment: IDEXX_DESKTOP_VAULT_PASSPHRASE."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: lines for people, a document for scripts, and the exit code."""

    lines: Sequence[str]
    document: Document = field(default_factory=dict)
    exit_code: int = 0


def show(answer: Answer, *, as_json: bool) -> int:
    """Print it on standard output; returns the exit code. It was done, whether or not anybody can read it."""
    lines = (harmless(line) for line in answer.lines)
    written = _print_document(answer.document) if as_json else streams.write(lines)
    return answer.exit_code or (0 if written else streams.NOT_WRITTEN)


def show_failure(failure: Failure, *, as_json: bool) -> int:
    """What happened and what to do; the technical detail comes last, for whoever helps."""
    if as_json:
        _print_document({"error": failure.as_dict()})
    else:
        details = f"Details: {failure.code}: {failure.detail}" if failure.detail else None
        hint = _OPENED_BY if "passphrase" in failure.title + failure.advice else None
        for line in filter(None, (failure.title, failure.advice, hint, details)):
            tell(line)
    return failure.words.exit_code


def tell(line: str) -> None:
    """Say something beside the answer, on standard error."""
    streams.say(harmless(line))


def _print_document(document: Document) -> bool:
    text = escaped(json.dumps(document, ensure_ascii=False, indent=2))
    return streams.write([text], encoding="utf-8")


def moment(when: datetime | None, zone: ZoneInfo) -> str | None:
    """ISO 8601 with the clinic's offset; None stays None."""
    return None if when is None else when.astimezone(zone).isoformat(timespec="seconds")


def short(when: datetime | None, zone: ZoneInfo) -> str:
    """`22 Nov 16:00` in the clinic's zone, for columns."""
    return "-" if when is None else f"{when.astimezone(zone):%d %b %H:%M}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell, headings first."""
    cells = [[harmless(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(headings))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return [line.rstrip() for line in lines]


def drop_empty(values: Mapping[str, str | None]) -> list[str]:
    """`name: value` for each value that there is."""
    return [f"{name}: {value}" for name, value in values.items() if value]
