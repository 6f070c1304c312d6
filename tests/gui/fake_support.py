"""Details for support in memory."""

from __future__ import annotations

from pathlib import Path

from idexx_desktop.domain.failures import Failure

DETAILS = '{\n  "program": {"version": "0.1.0"}\n}'


class FakeSupport:
    """`saved` lists what was written where; `failure` makes either fail."""

    def __init__(self) -> None:
        self.saved: list[tuple[Path, str]] = []
        self.failure: Failure | None = None

    def prepare(self) -> str:
        if self.failure:
            raise self.failure
        return DETAILS

    def save(self, path: Path, text: str) -> None:
        if self.failure:
            raise self.failure
        self.saved.append((path, text))
